"""The desk of those who make an event together, and what members find on the page of the event."""

from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_event, make_organisation
from tests.letterbox import carry, text_of
from tests.web.test_events_desk import GOOD
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.database import db, writing
from welcome.directory.models import Organisation
from welcome.events import service
from welcome.events.crew.models import Shift, Stand
from welcome.events.models import Event, EventStatus
from welcome.events.plans import NOWHERE

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")

SHIFT = {"name": "Kitchen 🍲", "day": "2026-11-28", "starts": "17:00", "ends": "19:30", "places": "2", "note": "مطبخ"}


@pytest.fixture
def event(alice: Member) -> Event:
    with writing() as session:
        organisation = make_organisation(session, TODAY)
        grant(session, alice.id, Role.ORGANISER, scope_id=organisation.id, now=TODAY)
        event_id = make_event(session, TODAY, organisation_id=organisation.id).id
    return db.session.get_one(Event, event_id)


@pytest.fixture
def desk(sign_in: SignIn, alice: Member, event: Event) -> FlaskClient:
    return sign_in(alice)


def address(event: Event) -> str:
    return f"/desk/dates/{event.occurrences[0].public_id}/shifts"


BAD = {
    "no name": ({"name": " "}, "Please say what is to be done."),
    "a day that does not exist": ({"day": "2027-02-30"}, "This day does not exist."),
    "an hour that does not exist": ({"starts": "25:00"}, "This time does not exist."),
    "a day and a night": ({"starts": "10:00", "ends": "09:00"}, "A shift can last 16 hours at most."),
    "far away": ({"day": "2027-11-28"}, "more than a week away"),
    "letters in numbers": ({"places": "two"}, "Please type a whole number"),
    "a million": ({"places": "1000000"}, "Please type a number from 1 to 200."),
    "nobody": ({"places": "0"}, "Please type a number from 1 to 200."),
}


@pytest.mark.parametrize("name", BAD)
def test_mistakes_in_a_shift_get_a_sentence_and_nothing_typed_is_lost(
    desk: FlaskClient, event: Event, name: str
) -> None:
    changes, sentence = BAD[name]
    answer = desk.post(address(event), data={**SHIFT, **changes})
    assert answer.status_code == 422 and sentence in answer.text and "مطبخ" in answer.text
    for value in (changes | {"name": changes.get("name", SHIFT["name"])}).values():
        assert value == " " or f'value="{value}"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Shift.id))) == 0


def test_members_take_a_shift_and_the_organiser_sees_who(
    app: Flask, desk: FlaskClient, event: Event, bob: Member, carol: Member, sign_in: SignIn
) -> None:
    assert desk.post(address(event), data=SHIFT).status_code == 303
    shift = db.session.scalars(sa.select(Shift)).one()
    assert (shift.starts_after, shift.lasts) == (-90, 150)
    page = f"/events/{event.public_id}"
    client = sign_in(bob)
    assert "Lend a hand" in client.get(page).text and "2 people are needed" in client.get(page).text
    assert "The shift is yours" in client.post(f"/shifts/{shift.public_id}/take", follow_redirects=True).text
    assert "You help here" in client.get(page).text
    file = icalendar.Calendar.from_ical(client.get(f"/shifts/{shift.public_id}/calendar.ics").data).events[0]
    assert file.decoded("dtstart").isoformat() == "2026-11-28T17:00:00+01:00"
    (letter,) = carry(app)
    assert "Kitchen 🍲" in text_of(letter) and "17:00–19:30" in text_of(letter)
    assert sign_in(carol).get(f"/shifts/{shift.public_id}/calendar.ics").status_code == 404
    assert "Bob" not in client.get(page).text.split("Lend a hand")[1]


def test_a_shift_is_changed_on_the_desk(desk: FlaskClient, event: Event) -> None:
    desk.post(address(event), data=SHIFT)
    shift = db.session.scalars(sa.select(Shift)).one()
    assert 'value="17:00"' in desk.get(f"/desk/shifts/{shift.public_id}").text
    assert desk.post(f"/desk/shifts/{shift.public_id}", data={**SHIFT, "places": "0"}).status_code == 422
    assert desk.post(f"/desk/shifts/{shift.public_id}", data={**SHIFT, "places": "5"}).status_code == 303
    assert desk.post(f"/desk/shifts/{shift.public_id}/removed").status_code == 303
    assert "No shifts yet" in desk.get(address(event)).text


def test_a_co_organiser_has_the_keys_but_cannot_call_it_off(
    desk: FlaskClient, event: Event, bob: Member, sign_in: SignIn
) -> None:
    crew = f"/desk/events/{event.public_id}/crew"
    assert desk.post(f"{crew}/members", data={"email": "nonsense"}).status_code == 422
    for email in (bob.email, "nobody@welcome.example"):
        answer = desk.post(f"{crew}/members", data={"email": email}, follow_redirects=True)
        assert "If somebody has an account with this address" in answer.text and f'ltr">{email}' in answer.text
    client = sign_in(bob)
    assert client.get(f"/desk/events/{event.public_id}").status_code == 403
    page = client.get("/organising").text
    key = page.split('action="/organising/')[1].split('"')[0]
    assert "Here is its desk" in client.post(f"/organising/{key}", data={"answer": "yes"}, follow_redirects=True).text
    assert "Soup and stories" in client.get("/desk/events").text
    assert client.get("/desk/events/new").status_code == 409
    assert client.post(f"/desk/events/{event.public_id}/edit", data={**GOOD, "title": "Stew"}).status_code == 303
    for path in ("/cancel", "/crew/members", "/crew/organisations"):
        assert client.post(f"/desk/events/{event.public_id}{path}", data={"email": "x@y.example"}).status_code == 403
    client.post(f"/organising/{key}/leave")
    assert client.get(f"/desk/events/{event.public_id}").status_code == 403


def test_organisations_ask_for_a_stand_and_are_shown(
    desk: FlaskClient, event: Event, bob: Member, sign_in: SignIn
) -> None:
    with writing() as session:
        choir = make_organisation(session, TODAY, "Choir")
        grant(session, bob.id, Role.ORGANISER, scope_id=choir.id, now=TODAY)
    client = sign_in(bob)
    page, ask = f"/events/{event.public_id}", f"/events/{event.public_id}/stand"
    assert "A stand for your organisation" not in client.get(page).text
    assert (
        "no stands at this event" in client.post(ask, data={"organisation": str(choir.id)}, follow_redirects=True).text
    )
    crew = f"/desk/events/{event.public_id}/crew"
    desk = sign_in(db.session.scalars(sa.select(Member).where(Member.first_name == "Alice")).one())
    for typed, status in (("many", 422), ("-1", 422), ("1", 303)):
        answer = desk.post(f"/desk/events/{event.public_id}/stands", data={"places": typed})
        assert answer.status_code == status and (status == 303 or f'value="{typed}"' in answer.text)
    client = sign_in(bob)
    assert "A stand for your organisation" in client.get(page).text
    client.post(ask, data={"organisation": str(choir.id), "wish": "A wall"})
    assert client.post(ask, data={"organisation": "99"}).status_code == 422
    desk = sign_in(db.session.scalars(sa.select(Member).where(Member.first_name == "Alice")).one())
    assert "A wall" in desk.get(crew).text
    stand = db.session.scalars(sa.select(Stand)).one()
    desk.post(f"/desk/events/{event.public_id}/stands/{stand.public_id}", data={"answer": "yes", "label": "A1"})
    assert "Choir" in desk.get(page).text and "A1" in desk.get(page).text
    assert desk.post(f"/desk/events/{event.public_id}/stands", data={"places": "0"}).status_code == 422


LATE = {
    "a day that does not exist": ({"day": "2026-02-30"}, "This day does not exist."),
    "in the past": ({"day": "2026-11-19"}, "This time is in the past."),
    "after the event": ({"day": "2026-12-24"}, "All dates of this event will be over by then."),
    "twice": ({"day": "2026-11-21", "at": "noon"}, "This time does not exist."),
}


@pytest.mark.parametrize("name", LATE)
def test_a_draft_publishes_itself_at_a_time_that_makes_sense(desk: FlaskClient, event: Event, name: str) -> None:
    with writing() as session:
        public_id = make_event(session, TODAY, organisation_id=event.organisation_id, is_published=False).public_id
    page, good = f"/desk/events/{public_id}/later", {"day": "2026-11-21", "at": "09:00"}
    assert 'value="2026-11-21"' in desk.get(page).text
    changes, sentence = LATE[name]
    answer = desk.post(page, data={**good, **changes})
    assert answer.status_code == 422 and sentence in answer.text
    assert all(f'value="{value}"' in answer.text for value in changes.values())
    assert "publishes itself on" in desk.post(page, data=good, follow_redirects=True).text
    assert "waits until you publish it" in desk.post(f"/desk/events/{public_id}/by-hand", follow_redirects=True).text


def test_a_template_brings_its_shifts_and_publishes_at_once(desk: FlaskClient) -> None:
    form = {**GOOD, "template": "volunteers", "then": "publish", "rhythm": "once"}
    assert "Your event is published" in desk.post("/desk/events/new", data=form, follow_redirects=True).text
    made = db.session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert made is not None and made.status is EventStatus.PUBLISHED
    assert db.session.scalar(sa.select(sa.func.count(Shift.id))) == 3
    assert '<option selected value="nl">' in desk.get("/desk/events/new").text


def test_beginners_see_their_limit_and_moderators_lift_it(
    desk: FlaskClient, event: Event, bob: Member, sign_in: SignIn
):
    with writing() as session:
        session.get_one(Organisation, event.organisation_id).trusted_at = None
        grant(session, bob.id, Role.MODERATOR, now=TODAY)
    assert "100 people are told" in desk.get("/desk/events").text and "it is 200" in desk.get("/desk/events").text
    client = sign_in(bob)
    assert "Table of the World" in client.get("/desk/audiences").text
    client.post("/desk/audiences/table-of-the-world")
    assert "Nobody is limited" in client.get("/desk/audiences").text


def test_helpers_are_told_when_the_date_moves_or_ends(
    app: Flask, desk: FlaskClient, event: Event, bob: Member, sign_in: SignIn
):
    desk.post(address(event), data=SHIFT)
    shift = db.session.scalars(sa.select(Shift)).one()
    sign_in(bob).post(f"/shifts/{shift.public_id}/take")
    carry(app)
    date_id = event.occurrences[0].id
    with writing() as session:
        service.move_occurrence(session, date_id, evening(START + timedelta(days=1)), NOWHERE, now=TODAY)
    assert "another time or place" in text_of(carry(app)[-1])
    with writing() as session:
        service.cancel_occurrence(session, date_id, reason="Snow", now=TODAY)
    letter = carry(app)[-1]
    assert "Snow" in text_of(letter) and letter["Subject"].startswith("Cancelled")
