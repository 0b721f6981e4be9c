"""What visitors, members and guests see of events, and what they can do there."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import icalendar
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event as sa_event

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_bridge, make_event, make_venue, publish
from welcome.accounts.models import Member
from welcome.accounts.service import block
from welcome.database import db, writing
from welcome.events import joining, service
from welcome.events.answers.models import Attendance
from welcome.events.models import EventKind, Occurrence
from welcome.events.plans import Place, Speaking
from welcome.events.recurrence import Repeat, Rhythm

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")


def page_of(date: Occurrence) -> str:
    return f"/events/{date.event.public_id}?on={date.public_id}"


def post(client: FlaskClient, date: Occurrence, what: str, **data: object) -> str:
    answer = client.post(f"/events/dates/{date.public_id}/{what}", data=data, follow_redirects=True)
    assert answer.status_code in {200, 422}, answer.text
    return str(answer.text)


def test_everybody_reads_what_is_on(client: FlaskClient) -> None:
    date = publish(TODAY, children_welcome=True, cost_cents=250)
    text = client.get("/events").text
    for words in ("Soup and stories", "Dutch, from level A2", "2.50\xa0€", "Children welcome", "Step-free: not known"):
        assert words in text
    assert "18:30" in text
    assert page_of(date) in text.replace("&amp;", "&")


def test_drafts_cancelled_and_past_dates_are_not_on(client: FlaskClient) -> None:
    with writing() as session:
        make_event(session, TODAY, title="A draft", is_published=False)
        off = make_event(session, TODAY, title="Called off")
        service.cancel_event(session, off.id, now=TODAY)
        early = datetime(2026, 11, 1, 10)  # noqa: DTZ001 (by the clock on the wall)
        make_event(session, TODAY - timedelta(days=30), title="Long ago", when=evening(early))
    text = client.get("/events").text
    assert "0 events are coming up" in text
    for title in ("A draft", "Called off", "Long ago"):
        assert title not in text


def test_filters_can_be_shared_as_an_address(client: FlaskClient) -> None:
    with writing() as session:
        venue = make_venue(session)
        make_event(session, TODAY, title="Free walk", cost_cents=0, place=Place(venue.id), is_step_free=True)
        make_event(session, TODAY, title="Tea in Turkish", languages=(Speaking("tr", 0, True),), children_welcome=True)
        make_bridge(session, TODAY, title="Both sides")
    for query, title in (
        ("free=y", "Free walk"),
        ("area=harbour", "Free walk"),
        ("step-free=y", "Free walk"),
        ("language=tr", "Tea in Turkish"),
        ("children=y", "Tea in Turkish"),
        ("kind=bridging", "Both sides"),
    ):
        text = client.get(f"/events?{query}").text
        assert "1 event is coming up" in text, query
        assert title in text
    assert "Nothing fits all of this yet" in client.get("/events?language=tr&free=y").text
    assert client.get("/events?kind=nonsense&page=abc&language=xx-xx-xx-xx-xx").status_code == 200


def test_a_long_list_has_pages(client: FlaskClient) -> None:
    with writing() as session:
        for number in range(30):
            make_event(session, TODAY, title=f"Soup {number}")
    assert client.get("/events?page=3").text.count("<article") == 6
    assert client.get("/events?page=99").text.count("<article") == 6


def test_a_series_is_on_the_list_once(client: FlaskClient) -> None:
    publish(TODAY, repeat=Repeat(Rhythm.WEEKLY, 30))
    text = client.get("/events").text
    assert text.count("<article") == 1
    assert "29 more dates" in text


def test_a_page_asks_the_database_a_fixed_number_of_times(client: FlaskClient) -> None:
    asked: list[str] = []
    sa_event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    for _ in range(2):
        with writing() as session:
            for number in range(5):
                make_event(session, TODAY, title=f"Soup {number}", place=Place())
        asked.clear()
        text = client.get("/events").text
        counts.append(len([statement for statement in asked if statement.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 8
    link = re.findall(r'href="(/events/[^"]+)"', text)[0].replace("&amp;", "&")
    asked.clear()
    client.get(link)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) <= 8


def test_the_page_of_an_event_tells_everything(client: FlaskClient) -> None:
    with writing() as session:
        venue = make_venue(session)
        event = make_event(
            session,
            TODAY,
            about="# Soup\n**Bring** a [spoon](https://spoon.example)\n\n<script>alert(1)</script>",
            place=Place(venue.id, "Second floor"),
            cost_cents=0,
        )
        date_id = event.occurrences[0].id
    date = db.session.get_one(Occurrence, date_id)
    text = client.get(page_of(date)).text
    for words in (
        "Saturday, 28 November 2026",
        "<strong>Bring</strong>",
        'href="https://spoon.example" rel="nofollow noopener"',
        "<h3>Soup</h3>",
        "Harbour Library",
        "Second floor",
        "Free",
        "Step-free",
        "Not known: please ask the organisers",
        "10 places left",
        "calendar.google.com/calendar/render?action=TEMPLATE",
        "20261128T183000%2F20261128T210000",
        "outlook.live.com",
        "https://wa.me/?text=Soup%20and%20stories%20http",
        "Sign in and join",
    ):
        assert words in text, words
    assert "<script>alert" not in text
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[0])
    assert (data["@type"], data["startDate"]) == ("Event", "2026-11-28T18:30:00+01:00")


def test_drafts_are_for_their_organisers_alone(client: FlaskClient, sign_in: SignIn, carol: Member) -> None:
    with writing() as session:
        public_id = make_event(session, TODAY, is_published=False).public_id
    assert client.get(f"/events/{public_id}").status_code == 404
    sign_in(carol)
    assert client.get(f"/events/{public_id}").status_code == 404
    assert client.get(f"/events/{public_id}/calendar.ics").status_code == 404


def test_visitors_are_led_to_sign_in_and_come_back(client: FlaskClient, carol: Member) -> None:
    date = publish(TODAY)
    link = re.search(r'href="(/login\?next=[^"]+)"', client.get(page_of(date)).text)
    assert link is not None
    data = {"email": carol.email, "password": "correct horse battery"}
    answer = client.post(link.group(1).replace("&amp;", "&"), data=data)
    assert answer.location.endswith(page_of(date))
    assert client.post(f"/events/dates/{date.public_id}/leave").status_code == 303


def test_a_member_joins_changes_the_number_and_leaves(sign_in: SignIn, carol: Member) -> None:
    client, date = sign_in(carol), publish(TODAY)
    assert "You have a place" in post(client, date, "join", adults=2)
    text = client.get(page_of(date)).text
    assert "You are coming, with 1 other." in text
    assert "8 places left" in text
    post(client, date, "join", adults=1)
    assert "9 places left" in client.get(page_of(date)).text
    assert "You are coming." in client.get("/events").text
    assert "You are not on the list any more" in post(client, date, "leave")
    assert "10 places left" in client.get(page_of(date)).text


def test_the_waiting_list_is_open_about_itself(sign_in: SignIn, bob: Member, carol: Member, dan: Member) -> None:
    date = publish(TODAY, capacity=1)
    with writing() as session:
        for member in (bob, carol):
            joining.join(session, date.id, member.id, now=TODAY)
    client = sign_in(dan)
    assert "Join the waiting list" in client.get(page_of(date)).text
    text = post(client, date, "join", adults=1)
    assert "You are number 2 on the waiting list." in text
    with writing() as session:
        for member in (bob, carol):
            joining.leave(session, date.id, member.id, now=TODAY)
    assert "You are coming." in client.get(page_of(date)).text


def test_a_meetup_with_sides_asks_for_the_side(sign_in: SignIn, carol: Member) -> None:
    date = publish(TODAY, kind=EventKind.BRIDGING, newcomer_places=6, local_places=6, capacity=None)
    client = sign_in(carol)
    text = client.get(page_of(date)).text
    assert "Newcomers: 0 of 6" in text
    assert "Which places would you like?" in text
    assert "Please say which you are." in post(client, date, "join", adults=1)
    assert "You have a place" in post(client, date, "join", adults=1, side="newcomer")
    assert "Newcomers: 1 of 6" in client.get(page_of(date)).text


@pytest.mark.parametrize("data", [{"adults": "0"}, {"adults": "many"}, {"adults": "1", "side": "x"}, {}])
def test_a_bad_answer_gets_a_sentence(sign_in: SignIn, carol: Member, data: dict[str, str]) -> None:
    date = publish(TODAY)
    answer = sign_in(carol).post(f"/events/dates/{date.public_id}/join", data=data)
    assert answer.status_code in {303, 422}
    if answer.status_code == 422:
        assert "Please look at this again" in answer.text


def test_fellow_guests_see_first_names_and_others_do_not(
    client: FlaskClient, sign_in: SignIn, bob: Member, carol: Member, dan: Member
) -> None:
    date = publish(TODAY)
    with writing() as session:
        for member in (bob, dan):
            joining.join(session, date.id, member.id, now=TODAY)
        block(session, dan.id, carol.id, now=TODAY)
    assert "Bob" not in client.get(page_of(date)).text
    sign_in(carol)
    assert "Bob" not in client.get(page_of(date)).text
    text = post(client, date, "join", adults=1)
    assert "<bdi>Bob</bdi>" in text
    assert "Dan" not in text


def test_the_calendar_file_follows_moves_and_cancellations(client: FlaskClient) -> None:
    date = publish(TODAY)
    address = f"/events/{date.event.public_id}/calendar.ics"

    def entry() -> icalendar.Event:
        answer = client.get(address)
        assert answer.mimetype == "text/calendar"
        return icalendar.Calendar.from_ical(answer.data).events[0]

    first = entry()
    with writing() as session:
        service.move_occurrence(session, date.id, evening(START + timedelta(days=150)), Place(), now=TODAY)
    second = entry()
    with writing() as session:
        service.cancel_occurrence(session, date.id, now=TODAY)
    third = entry()
    assert first["uid"] == second["uid"] == third["uid"]
    assert [one["sequence"] for one in (first, second, third)] == [0, 1, 2]
    assert second["dtstart"].dt.isoformat() == "2027-04-27T18:30:00+02:00"
    assert [str(one["status"]) for one in (first, third)] == ["CONFIRMED", "CANCELLED"]
    assert b"BEGIN:VTIMEZONE" in client.get(address).data


def test_each_date_of_a_series_is_an_entry_of_its_own(client: FlaskClient) -> None:
    date = publish(TODAY, repeat=Repeat(Rhythm.WEEKLY, 3))
    whole = icalendar.Calendar.from_ical(client.get(f"/events/{date.event.public_id}/calendar.ics").data)
    assert {str(entry["uid"]) for entry in whole.events} == {date.event.uid}
    assert len({entry["recurrence-id"].dt for entry in whole.events}) == 3
    one = client.get(f"/events/{date.event.public_id}/calendar.ics?on={date.public_id}").data
    assert len(icalendar.Calendar.from_ical(one).events) == 1
    text = client.get(page_of(date)).text
    assert "Choose a date" in text


def test_a_cancelled_date_says_so(client: FlaskClient) -> None:
    date = publish(TODAY)
    with writing() as session:
        service.cancel_occurrence(session, date.id, reason="The hall is flooded", now=TODAY)
    text = client.get(page_of(date)).text
    assert "This event is cancelled." in text
    assert "The hall is flooded" in text
    assert "Sign in and join" not in text


def test_hostile_texts_stay_texts(client: FlaskClient) -> None:
    date = publish(
        TODAY, title="</script><script>alert(1)</script>", about="[x](javascript:alert(1)) ![y](http://z/y.png)"
    )
    for address in (page_of(date), "/events"):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "javascript:" not in re.sub(r"\[x\]\(javascript:alert\(1\)\)", "", text)
        assert "<img" not in text
    assert b"\nDESCRIPTION" in client.get(f"/events/{date.event.public_id}/calendar.ics").data.replace(b"\r\n", b"\n")


def test_nothing_of_it_changes_by_reading(sign_in: SignIn, carol: Member) -> None:
    date = publish(TODAY)
    client = sign_in(carol)
    for what in ("join", "leave"):
        assert client.get(f"/events/dates/{date.public_id}/{what}").status_code == 405
    assert db.session.scalar(sa.select(sa.func.count(Attendance.id))) == 0
