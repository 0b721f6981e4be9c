"""Calendars that are subscribed to: they tell the present truth, and the private one belongs to its owner alone."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import icalendar
import pytest
import sqlalchemy as sa
import vobject
from flask.testing import FlaskClient

from tests import town
from tests.conftest import TODAY
from tests.gatherings import START, evening, make_event, make_organisation, make_venue
from welcome.accounts.models import Member
from welcome.accounts.service import block
from welcome.accounts.standing import suspend
from welcome.calendars import feeds
from welcome.calendars.models import CalendarFeed
from welcome.database import db, writing
from welcome.events import joining, service
from welcome.events.models import Event
from welcome.events.plans import Facts, Place
from welcome.events.recurrence import Repeat, Rhythm
from welcome.pairings.models.matches import Meeting

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")

EVERYTHING = "/calendars/search.ics"


def read(client: FlaskClient, path: str) -> dict[str, icalendar.Event]:
    """Read a calendar with two readers, which have to agree, and return its entries by title and day."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar"), path
    calendar = icalendar.Calendar.from_ical(answer.data)
    entries = {f"{entry['summary']} {entry['dtstart'].dt:%d.%m.}": entry for entry in calendar.events}
    if entries:
        other = vobject.readOne(answer.text)
        seen = {(one.uid.value, one.dtstart.value.isoformat(), one.status.value) for one in other.vevent_list}
        assert seen == {(e["uid"], e["dtstart"].dt.isoformat(), str(e["status"])) for e in entries.values()}
        assert other.vtimezone.tzid.value == "Europe/Amsterdam"
    return entries


def address_of(client: FlaskClient) -> str:
    """Make an address on the page and return its path."""
    page = client.post("/me/calendar").text
    found = re.search(r'<code dir="ltr">https?://[^/]+(/calendars/mine/[^<]+)</code>', page)
    assert found
    assert f'href="webcal://localhost:5000{found[1]}"' in page or "webcal://" in page
    return found[1]


def test_my_calendar_has_the_dates_that_i_go_to(
    client: FlaskClient, sign_in: SignIn, carol: Member, bob: Member
) -> None:
    with writing() as session:
        going = make_event(session, TODAY, title="Going", place=Place(make_venue(session).id)).occurrences[0]
        full = make_event(session, TODAY, title="Full", capacity=1).occurrences[0]
        make_event(session, TODAY, title="Not mine")
        left = make_event(session, TODAY, title="Left").occurrences[0]
        for date, member in ((going, carol), (full, bob), (full, carol), (left, carol)):
            joining.join(session, date.id, member.id, now=TODAY)
        joining.leave(session, left.id, carol.id, now=TODAY)
        going_id, event_id = going.id, going.event_id
    path = address_of(sign_in(carol))
    client.delete_cookie("session")
    found = read(client, path)
    assert set(found) == {"Going 28.11.", "Waiting list: Full 28.11."}
    assert str(found["Going 28.11."]["location"]) == "Harbour Library, Quay 1"
    assert str(found["Waiting list: Full 28.11."]["status"]) == "TENTATIVE"
    before = found["Going 28.11."]
    with writing() as session:
        service.move_occurrence(session, going_id, evening(START + timedelta(days=1)), Place(), now=TODAY)
        service.edit_event(session, event_id, Facts(title="Renamed"), now=TODAY + timedelta(hours=1))
    moved = read(client, path)["Renamed 29.11."]
    assert (moved["uid"], moved["sequence"]) == (before["uid"], before["sequence"] + 2)
    with writing() as session:
        service.cancel_occurrence(session, going_id, now=TODAY)
    off = read(client, path)["Renamed 29.11."]
    assert (off["uid"], off["sequence"], off["status"]) == (before["uid"], before["sequence"] + 3, "CANCELLED")


def test_the_token_is_shown_once_and_kept_as_a_hash(client: FlaskClient, sign_in: SignIn, carol: Member) -> None:
    path = address_of(sign_in(carol))
    token = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in client.get("/me/calendar").text
    kept = db.session.get_one(CalendarFeed, carol.id)
    assert token not in kept.token_hash
    again = address_of(client)
    assert client.get(path).status_code == 404, "the old address is dead"
    assert client.get(again).status_code == 200
    client.post("/me/calendar/stop")
    assert client.get(again).status_code == 404
    assert client.get("/calendars/mine/.ics").status_code == 404
    assert client.get("/calendars/mine/%20.ics").status_code == 404


@pytest.mark.parametrize("what", ["closed", "suspended", "deactivated"])
def test_it_dies_with_the_account(client: FlaskClient, carol: Member, what: str) -> None:
    with writing() as session:
        token = feeds.renew_feed(session, carol.id, now=TODAY)
    assert client.get(f"/calendars/mine/{token}.ics").status_code == 200
    with writing() as session:
        member = session.get_one(Member, carol.id)
        if what == "suspended":
            suspend(session, member.id, TODAY)
        elif what == "closed":
            member.closed_at = TODAY
        else:
            member.active = False
    assert client.get(f"/calendars/mine/{token}.ics").status_code == 404


def test_a_discreet_calendar_has_no_words(client: FlaskClient, people: Callable[..., Member]) -> None:
    secret = people("Sofia", is_discreet=True)
    with writing() as session:
        date = make_event(session, TODAY, title="Soup", about="With Alice", place=Place(note="Quay 1")).occurrences[0]
        joining.join(session, date.id, secret.id, now=TODAY)
        token = feeds.renew_feed(session, secret.id, now=TODAY)
    text = client.get(f"/calendars/mine/{token}.ics").text
    assert "SUMMARY:Appointment" in text
    for word in ("Soup", "Alice", "Quay", "/events/", "Welcome\r\n"):
        assert word not in text.replace("PRODID:-//Welcome//Welcome//EN", "")


def test_a_series_shares_its_uid_and_keeps_its_wall_time(client: FlaskClient) -> None:
    start = datetime(2027, 3, 14, 18, 30)  # noqa: DTZ001 (by the clock on the wall)
    with writing() as session:
        event = make_event(session, TODAY, when=evening(start), repeat=Repeat(Rhythm.WEEKLY, 4))
        second = event.occurrences[1]
        service.move_occurrence(
            session, second.id, evening(second_start := start + timedelta(days=9)), Place(), now=TODAY
        )
        service.cancel_occurrence(session, event.occurrences[2].id, now=TODAY)
        uid = event.uid
    entries = list(read(client, EVERYTHING).values())
    assert {entry["uid"] for entry in entries} == {uid}
    walls = [entry["recurrence-id"].dt.replace(tzinfo=None) for entry in entries]
    assert walls == [start + timedelta(weeks=week) for week in range(4)], "summer time began in between"
    assert entries[1]["dtstart"].dt.replace(tzinfo=None) == second_start
    assert [str(entry["status"]) for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]


def test_organisations_and_searches_have_calendars_of_their_own(client: FlaskClient) -> None:
    with writing() as session:
        ours, theirs = make_organisation(session, TODAY, "Ours"), make_organisation(session, TODAY, "Theirs")
        make_event(session, TODAY, organisation_id=ours.id, title="Free soup", cost_cents=0)
        make_event(session, TODAY, organisation_id=theirs.id, title="Dear soup", cost_cents=900)
        make_event(session, TODAY, organisation_id=ours.id, title="Draft", is_published=False)
        unseen = make_event(session, TODAY, organisation_id=ours.id, title="Never published", is_published=False)
        service.cancel_event(session, unseen.id, now=TODAY)
        off = make_event(session, TODAY, organisation_id=ours.id, title="Off", cost_cents=0)
        service.cancel_event(session, off.id, now=TODAY)
    assert set(read(client, "/calendars/organisations/ours.ics")) == {"Free soup 28.11.", "Off 28.11."}
    assert set(read(client, f"{EVERYTHING}?free=y")) == {"Free soup 28.11.", "Off 28.11."}
    assert set(read(client, f"{EVERYTHING}?q=dear")) == {"Dear soup 28.11."}
    assert set(read(client, f"{EVERYTHING}?q=nothing")) == set()
    assert client.get("/calendars/organisations/nobody.ics").status_code == 404
    assert "/calendars/search.ics?q=soup&amp;free=y" in client.get("/events?free=y&q=soup").text
    assert "/calendars/organisations/ours.ics" in client.get("/guide/ours").text


def test_who_has_the_newest_calendar_is_told_so(client: FlaskClient) -> None:
    with writing() as session:
        event_id = make_event(session, TODAY).id
    tag = client.get(EVERYTHING).headers["ETag"]
    assert client.get(EVERYTHING, headers={"If-None-Match": tag}).status_code == 304
    with writing() as session:
        service.edit_event(session, event_id, Facts(title="New name"), now=TODAY)
    assert client.get(EVERYTHING, headers={"If-None-Match": tag}).status_code == 200


def test_an_event_with_hostile_words_stays_one_entry(client: FlaskClient) -> None:
    title = "Soup\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Evil;,\\"
    with writing() as session:
        make_event(session, TODAY, title=title)
        assert session.query(Event).count() == 1
    assert len(read(client, EVERYTHING)) == 1


def test_my_calendar_has_the_people_whom_i_meet(
    client: FlaskClient, sign_in: SignIn, carol: Member, bob: Member
) -> None:
    with writing() as session:
        programme = town.open_programme(session)
        pair = town.make_pair(session, programme, carol, bob)
        meeting = session.scalars(sa.select(Meeting)).one()
        meeting.starts_at, meeting.ends_at = TODAY + timedelta(days=2), TODAY + timedelta(days=2, hours=1)
    path = address_of(sign_in(carol))
    entry = read(client, path)["You meet Bob 22.11."]
    assert str(entry["url"]).endswith(f"/matches/{pair['match']}")
    with writing() as session:
        block(session, bob.id, carol.id, now=TODAY)
    assert set(read(client, path)) == {"Your circle: Baking 08.11."}  # whoever blocks leaves it, so it tells nothing
