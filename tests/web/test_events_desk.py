"""What organisers do at their desk, and what they are told when something cannot be."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import evening, make_bridge, make_event, make_organisation
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.database import db, writing
from welcome.directory.models import Organisation
from welcome.events import joining
from welcome.events.models import Event, EventKind, EventStatus, Occurrence
from welcome.profiles.models import Profile, Side

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")

GOOD = {
    "title": "Soup and stories",
    "about": "Bring a spoon",
    "kind": "open",
    "language": "nl",
    "level": "2",
    "second_language": "",
    "second_level": "0",
    "cost": "free",
    "price": "",
    "children_welcome": "yes",
    "is_step_free": "unknown",
    "capacity": "12",
    "day": "2026-11-28",
    "starts": "18:30",
    "ends": "21:00",
    "last_day": "",
    "venue": "",
    "place_note": "Second door",
    "rhythm": "once",
    "times": "",
    "interest": "food.coffee",
    "second_interest": "",
    "third_interest": "",
}


@pytest.fixture
def organisation(alice: Member) -> Organisation:
    with writing() as session:
        organisation_id = make_organisation(session, TODAY).id
        grant(session, alice.id, Role.ORGANISER, scope_id=organisation_id, now=TODAY)
    return db.session.get_one(Organisation, organisation_id)


@pytest.fixture
def desk(sign_in: SignIn, alice: Member, organisation: Organisation) -> FlaskClient:
    return sign_in(alice)


def only_event() -> Event:
    db.session.rollback()
    return db.session.scalars(sa.select(Event)).one()


def draft(**facts: object) -> Event:
    with writing() as session:
        event_id = make_event(session, TODAY, is_published=False, **facts).id
    return db.session.get_one(Event, event_id)


def bridge() -> Occurrence:
    with writing() as session:
        date_id = make_bridge(session, TODAY, newcomers=2, locals_=2).occurrences[0].id
    return db.session.get_one(Occurrence, date_id)


def test_an_event_is_written_previewed_published_and_found(desk: FlaskClient) -> None:
    answer = desk.post("/desk/events/new", data=GOOD, follow_redirects=True)
    assert "Your draft is kept" in answer.text
    event = only_event()
    assert event.status is EventStatus.DRAFT
    assert "This is a draft. Only organisers see it." in desk.get(f"/events/{event.public_id}").text
    answer = desk.post(f"/desk/events/{event.public_id}/publish", follow_redirects=True)
    assert "Your event is published" in answer.text
    assert "Soup and stories" in desk.get("/events").text
    assert "0 of 12" in desk.get("/desk/events").text
    assert only_event().interests == ["food.coffee"]


def test_a_bridging_meetup_and_a_series_come_from_the_form(desk: FlaskClient) -> None:
    more = {"kind": "bridging", "newcomer_places": "6", "local_places": "5", "rhythm": "weekly", "times": "4"}
    desk.post("/desk/events/new", data={**GOOD, **more})
    event = only_event()
    assert (event.kind, event.capacity, len(event.occurrences)) == (EventKind.BRIDGING, 11, 4)
    assert {date.newcomer_left for date in event.occurrences} == {6}


@pytest.mark.parametrize("template", ["coffee", "table", "playground", "walk", "bridge", "nonsense"])
def test_templates_fill_the_form(desk: FlaskClient, template: str) -> None:
    answer = desk.get(f"/desk/events/new?template={template}")
    assert answer.status_code == 200
    assert "2026-12-04" in answer.text


BAD = {
    "no title": ({"title": "  "}, "Please give it a title."),
    "a day that does not exist": ({"day": "2027-02-30"}, "This day does not exist."),
    "an hour that does not exist": ({"starts": "25:00"}, "This time does not exist."),
    "in the gap of the clocks": (
        {"day": "2027-03-28", "starts": "02:30", "ends": "04:00"},
        "the clocks go forward, and 02:30 does not exist",
    ),
    "twice": ({"day": "2027-10-31", "starts": "02:30", "ends": "04:00"}, "the clocks go back, and 02:30 comes twice"),
    "end before start": ({"ends": "17:00"}, "The event ends before it starts."),
    "in the past": ({"day": "2026-11-01"}, "This time is in the past."),
    "letters in numbers": ({"capacity": "twelve"}, "Please type a whole number"),
    "too many": ({"capacity": "99999999"}, "Please type a number from 1 to 10000."),
    "a price in words": ({"cost": "paid", "price": "cheap"}, "Please write the price as an amount"),
    "no language": ({"language": ""}, "Please say which language is spoken."),
    "a language that is none": ({"language": "xx"}, "Please choose one of these answers"),
    "no places for a side": (
        {"kind": "bridging", "newcomer_places": "5"},
        "needs places for locals.",
    ),
    "a series without end": ({"rhythm": "weekly"}, "Please say until when it goes on, or how many times."),
    "a very long series": ({"rhythm": "weekly", "times": "1000000"}, "Please type a number from 2 to 60."),
    "a title from right to left": ({"title": "مساء الحساء 🍲", "ends": "17:00"}, "The event ends before"),
    "a month and more": ({"last_day": "2027-03-01"}, "One date can last 31 days at most."),
}


def test_a_series_is_said_in_words_before_anything_is_kept(desk: FlaskClient) -> None:
    said = {"day": "2027-01-05", "rhythm": "monthly", "until": "2027-09-30", "pauses": "8", "then": "look"}
    answer = desk.post("/desk/events/new", data={**GOOD, **said})
    assert answer.status_code == 200
    assert "Every first Tuesday of the month, 18:30, until 30 September 2027, not in August" in answer.text
    assert "8 dates" in answer.text and "Tue 6 Jul 2027" in answer.text and "Aug 2027" not in answer.text
    assert 'value="2027-09-30"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 0
    assert "pauses-error" in desk.post("/desk/events/new", data={**GOOD, **said, "pauses": "1"}).text


#: Beside which field it is said, where that is not the one that was changed first.
BESIDE = {
    "in the gap of the clocks": "starts",
    "twice": "starts",
    "a price in words": "price",
    "no places for a side": "local_places",
    "a series without end": "until",
    "a very long series": "times",
    "a title from right to left": "ends",
}


@pytest.mark.parametrize("name", BAD)
def test_mistakes_get_a_sentence_and_nothing_typed_is_lost(desk: FlaskClient, name: str) -> None:
    changes, sentence = BAD[name]
    typed = {**GOOD, "about": "Typed with care ٣ 🍲", **changes}
    answer = desk.post("/desk/events/new", data=typed)
    assert answer.status_code == 422
    beside = re.search(rf'id="{BESIDE.get(name, next(iter(changes)))}-error".*?</div>', answer.text, re.S)
    assert beside and sentence in beside[0]
    assert "Typed with care ٣ 🍲" in answer.text
    for value in changes.values():
        if value.strip() and name != "a language that is none":
            assert f'value="{value}"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 0


def test_editing_starts_from_what_is_known(desk: FlaskClient) -> None:
    event = draft(cost_cents=250, capacity=9)
    text = desk.get(f"/desk/events/{event.public_id}/edit").text
    assert 'value="2.50"' in text
    assert 'value="9"' in text
    desk.post(f"/desk/events/{event.public_id}/edit", data={**GOOD, "title": "Stew"})
    assert (only_event().title, only_event().cost_cents) == ("Stew", 0)


def test_places_cannot_fall_below_those_who_come(desk: FlaskClient, bob: Member) -> None:
    date = bridge()
    with writing() as session:
        session.add(Profile(member_id=bob.id, side=Side.LOCAL, updated_at=TODAY))
        session.flush()
        joining.join(session, date.id, bob.id, party=2, now=TODAY)
        other = make_event(session, TODAY, capacity=5)
        joining.join(session, other.occurrences[0].id, bob.id, party=3, now=TODAY)
        public_id = other.public_id
    answer = desk.post(f"/desk/events/{public_id}/edit", data={**GOOD, "capacity": "2"})
    assert answer.status_code == 422
    beside = re.search(r'id="capacity-error".*?</div>', answer.text, re.S)
    assert beside and "3 people are coming already" in beside[0]
    assert 'value="2"' in answer.text
    more = {**GOOD, "kind": "bridging", "newcomer_places": "0", "local_places": "1"}
    assert desk.post(f"/desk/events/{date.event.public_id}/edit", data=more).status_code == 422


def test_a_date_is_moved_and_its_guests_are_told(desk: FlaskClient) -> None:
    date = bridge()
    address = f"/desk/dates/{date.public_id}/move"
    text = desk.get(address).text
    assert 'value="2026-11-28"' in text
    assert 'value="18:30"' in text
    moved = {"day": "2026-11-29", "starts": "19:00", "ends": "21:00", "last_day": "", "venue": "", "place_note": ""}
    answer = desk.post(address, data=moved, follow_redirects=True)
    assert "everyone who wanted to come is told" in answer.text
    db.session.rollback()
    assert db.session.get_one(Occurrence, date.id).wall_start == "2026-11-29T19:00:00"
    assert desk.post(address, data={**moved, "ends": "18:00"}).status_code == 422


def test_a_date_and_an_event_are_cancelled_with_a_reason(desk: FlaskClient) -> None:
    date = bridge()
    assert desk.get(f"/desk/dates/{date.public_id}/cancel").status_code == 200
    desk.post(f"/desk/dates/{date.public_id}/cancel", data={"reason": "The hall is flooded"})
    db.session.rollback()
    assert db.session.get_one(Occurrence, date.id).cancel_reason == "The hall is flooded"
    other = draft()
    answer = desk.post(f"/desk/events/{other.public_id}/cancel", data={}, follow_redirects=True)
    assert "The event is cancelled" in answer.text


def test_a_copy_is_a_new_draft(desk: FlaskClient) -> None:
    date = bridge()
    answer = desk.post(f"/desk/events/{date.event.public_id}/copy", follow_redirects=True)
    assert "This is a copy, and still a draft." in answer.text
    drafts = sa.select(Occurrence).where(Occurrence.status == EventStatus.DRAFT)
    assert db.session.scalars(drafts).one().wall_start == "2026-12-05T18:30:00"


def test_organisers_see_names_and_waiting_people(desk: FlaskClient, bob: Member, carol: Member) -> None:
    with writing() as session:
        event = make_event(session, TODAY, capacity=1)
        for member in (bob, carol):
            joining.join(session, event.occurrences[0].id, member.id, now=TODAY)
        public_id = event.occurrences[0].public_id
    text = desk.get(f"/desk/dates/{public_id}/guests").text
    assert text.index("Bob") < text.index("Carol")
    assert "1 is waiting." in text
    assert "@welcome.example" not in text


def test_other_organisations_events_are_closed(desk: FlaskClient) -> None:
    with writing() as session:
        other = make_organisation(session, TODAY, "Another club")
        event = make_event(session, TODAY, organisation_id=other.id, when=evening())
        public_id, date_id = event.public_id, event.occurrences[0].public_id
    for path in ("", "/edit", "/cancel"):
        assert desk.get(f"/desk/events/{public_id}{path}").status_code == 403
    for path in ("/move", "/cancel", "/guests"):
        assert desk.get(f"/desk/dates/{date_id}{path}").status_code == 403
    for path in ("/publish", "/copy", "/cancel"):
        assert desk.post(f"/desk/events/{public_id}{path}").status_code == 403
    assert desk.get("/desk/events/new?organisation=another-club").status_code == 404
    assert desk.post("/desk/events/new", data={**GOOD, "organisation": "another-club"}).status_code == 404
    assert "Soup" not in desk.get("/desk/events").text


def test_members_have_no_desk(sign_in: SignIn, carol: Member) -> None:
    client = sign_in(carol)
    for path in ("/desk/events", "/desk/events/new", "/desk/events/import"):
        assert client.get(path).status_code == 403


def test_a_calendar_is_taken_over_on_the_page(desk: FlaskClient, shared: Path) -> None:
    content = (shared / "data" / "calendars" / "fablab-cottbus.ics").read_bytes()

    def send(content: bytes, name: str = "calendar.ics") -> tuple[int, str]:
        answer = desk.post("/desk/events/import", data={"file": (BytesIO(content), name)})
        return answer.status_code, answer.text

    assert "28 events are new" in send(content)[1]
    assert "28 are as before" in send(content)[1]
    status, text = send(b"<html>")
    assert status == 422
    assert "This is not a whole calendar file" in text
    assert desk.post("/desk/events/import", data={}).status_code == 422
    event = db.session.scalars(sa.select(Event).where(Event.import_key.startswith("ai1ec-1887"))).one()
    text = desk.get(f"/events/{event.public_id}").text
    assert "Taken over from the calendar of" in text
    assert "blog.fablab-cottbus.de" in text


def test_an_event_of_two_days_and_one_of_all_day_are_shown(desk: FlaskClient, shared: Path) -> None:
    content = (shared / "data" / "calendars" / "fablab-cottbus.ics").read_bytes()
    desk.post("/desk/events/import", data={"file": (BytesIO(content), "a.ics")})
    for event in db.session.scalars(sa.select(Event)).all():
        assert desk.get(f"/events/{event.public_id}").status_code == 200
        assert desk.get(f"/desk/events/{event.public_id}").status_code == 200
