"""Getting a place, as people and organisers do it on pages; mistakes get a sentence and lose nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import make_event, make_guest, make_organisation, make_venue
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.calendars.feeds import entries_of_member, entries_of_search
from welcome.database import db, writing
from welcome.events import joining, service
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.answers.standing import find_attendance
from welcome.events.filters import Filters
from welcome.events.letters import guest_path
from welcome.events.models import Event, Occurrence
from welcome.events.plans import Place, Terms
from welcome.events.recurrence import Repeat, Rhythm
from welcome.post.jobs import compose
from welcome.post.models import Notice

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")
GOING = AttendanceState.GOING


AS_USUAL = Terms()


def publish(terms: Terms = AS_USUAL, **facts: object) -> Event:
    """Publish an event at the Harbour Library."""
    with writing() as session:
        event = make_event(session, TODAY, place=Place(make_venue(session).id, "The blue door"), **facts)
        service.change_terms(session, event.id, terms, now=TODAY)
        event_id = event.id
    return db.session.get_one(Event, event_id)


def page_of(event: Event) -> str:
    return f"/events/{event.public_id}?on={event.occurrences[0].public_id}"


def door_of(event: Event, what: str) -> str:
    return f"/events/dates/{event.occurrences[0].public_id}/{what}"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"adults": "4", "children": "3"}, "You can come with at most 6 people"),
        ({"adults": "1", "listed": "name", "listed_name": ""}, "Please write the name that the others may see."),
        ({"adults": "1", "listed": "name", "listed_name": "x" * 81}, "Please write at most 80 characters."),
        ({"adults": "-1"}, "Please choose one of these answers."),
        ({"adults": "two"}, "Please choose one of these answers."),
        ({"adults": "1", "children": "٩"}, "Please choose one of these answers."),
        ({"adults": "1", "side": "upstairs"}, "Please choose one of the sides."),
        ({"adults": "1", "greeting": "<b>"}, "Please choose one of these answers."),
    ],
)
def test_mistakes_get_a_sentence_beside_the_field(
    sign_in: SignIn, carol: Member, typed: dict[str, str], sentence: str
) -> None:
    event = publish()
    answer = sign_in(carol).post(door_of(event, "join"), data={"listed_name": "Carol ٣", **typed})
    assert answer.status_code == 422
    assert re.search(rf'class="fault".*{re.escape(sentence)}', answer.text)
    assert typed.get("listed_name", "Carol ٣") in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first_timer_places": "many"}, "Please type a whole number"),
        ({"first_timer_places": "0"}, "Please type a number from 1 to 5000."),
        ({"first_timer_places": "11"}, "There are not enough places to keep that many"),
        ({"hold": "ask", "hold_hours": "1000"}, "Please type a number from 1 to 168."),
        ({"order": "loudest"}, "Please choose one of these answers."),
    ],
)
def test_mistakes_of_organisers_too(sign_in: SignIn, alice: Member, typed: dict[str, str], sentence: str) -> None:
    event = publish(repeat=Repeat(Rhythm.WEEKLY, 3))
    client = organise(sign_in, alice, event)
    said = {"order": "strict", "hold": "theirs", "hold_hours": "36", "hides_address": "y", **typed}
    answer = client.post(f"/desk/events/{event.public_id}/joining", data=said)
    assert answer.status_code == 422
    assert re.search(rf'class="fault".*{re.escape(sentence)}', answer.text)
    assert f'value="{said["hold_hours"]}"' in answer.text
    assert re.search(r'name="hides_address"[^>]*checked', answer.text)


def organise(sign_in: SignIn, alice: Member, event: Event) -> FlaskClient:
    with writing() as session:
        grant(session, alice.id, Role.ORGANISER, scope_id=event.organisation_id, now=TODAY)
    return sign_in(alice)


def test_organisers_choose_and_answer(sign_in: SignIn, alice: Member, carol: Member) -> None:
    event = publish()
    client = organise(sign_in, alice, event)
    said = {"order": "fits", "hold": "theirs", "needs_approval": "y"}
    assert client.post(f"/desk/events/{event.public_id}/joining", data=said).status_code == 303
    client = sign_in(carol)
    assert "Ask for a place" in client.get(page_of(event)).text
    text = client.post(door_of(event, "join"), data={"adults": 1}, follow_redirects=True).text
    assert "You have asked for a place." in text
    client, guests = sign_in(alice), f"/desk/dates/{event.occurrences[0].public_id}"
    assert "1 asks for a place." in client.get(f"{guests}/guests").text
    answer_id = db.session.scalars(sa.select(Attendance.id)).one()
    client.post(f"{guests}/answers", data={"guest": answer_id, "answer": "yes"})
    assert db.session.get_one(Attendance, answer_id).state is GOING
    with writing() as session:
        other = make_organisation(session, TODAY, "Theirs")
        stranger = make_event(session, TODAY, organisation_id=other.id).occurrences[0].public_id
    assert client.post(f"/desk/dates/{stranger}/answers", data={"guest": answer_id}).status_code == 403


def test_the_address_is_nowhere_for_those_who_do_not_come(
    app: Flask, client: FlaskClient, sign_in: SignIn, bob: Member, carol: Member
) -> None:
    event = publish(Terms(hides_address=True), capacity=1)
    date_id = event.occurrences[0].id
    with writing() as session:
        joining.join(session, date_id, bob.id, now=TODAY)
        joining.join(session, date_id, carol.id, now=TODAY)
    secrets = ("Harbour Library", "Quay 1", "blue door")
    pages = (page_of(event), "/events", "/events?q=harbour", f"/events/{event.public_id}/calendar.ics")

    def leaks() -> list[str]:
        return [path for path in pages if any(secret in client.get(path).text for secret in secrets)]

    assert leaks() == []
    assert "The exact address is for those who have a place." in client.get(page_of(event)).text
    sign_in(carol)  # waits
    assert leaks() == []
    assert [entry.place for entry in entries_of_member(db.session(), carol, now=TODAY)] == ["Harbour"]
    assert {entry.place for entry in entries_of_search(db.session(), Filters(), now=TODAY)} == {"Harbour"}
    sign_in(bob)
    file = icalendar.Calendar.from_ical(client.get(pages[-1]).data).events[0]
    assert file["location"] == "Harbour Library, Quay 1, The blue door"
    assert "Quay 1" in client.get(pages[0]).text
    assert told(app, bob, "event_joined") == "Harbour Library, Quay 1, The blue door"
    with writing() as session:
        service.cancel_occurrence(session, date_id, now=TODAY)
    assert told(app, carol, "event_cancelled") == "Harbour"


def told(app: Flask, member: Member, kind: str) -> str:
    """Return where a letter to somebody says that it is."""
    mine = (Notice.member_id == member.id, Notice.kind == kind, Notice.channel == "mail")
    context = compose(db.session.scalars(sa.select(Notice).where(*mine)).one(), current_app.extensions["letters"])
    assert isinstance(context, dict)
    return str(context["place"])


def test_a_member_confirms_by_the_letters_link_without_signing_in(
    app: Flask, client: FlaskClient, bob: Member, carol: Member
) -> None:
    event = publish(Terms(hold_hours=24), capacity=1)
    date_id = event.occurrences[0].id
    with writing() as session:
        joining.join(session, date_id, bob.id, now=TODAY)
        answer = joining.join(session, date_id, carol.id, now=TODAY)
        joining.leave(session, date_id, bob.id, now=TODAY)
        link = guest_path(answer)
    assert "A place has become free for you." in client.get(link).text
    text = client.post(link, data={"adults": 1}, follow_redirects=True).text
    assert "You have a place." in text
    assert find_attendance(db.session(), date_id, carol.id).state is GOING
    assert client.get(link).status_code == 410 or "does not work any more" in client.get(link).text


def test_a_guest_answers_for_a_whole_series_by_one_letter(app: Flask, client: FlaskClient) -> None:
    event = publish(repeat=Repeat(Rhythm.WEEKLY, 5), capacity=3)
    said = {"first_name": "Eva", "email": "eva@guests.example", "adults": 1, "children": 1, "whole_series": "y"}
    client.post(door_of(event, "guest"), data=said)
    letters = sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "guest_answer")
    assert db.session.scalar(letters) == 1
    first = db.session.scalars(sa.select(Attendance).order_by(Attendance.id)).first()
    client.post(guest_path(first), data={"adults": 1, "children": 1})
    db.session.expire_all()
    states = list(db.session.scalars(sa.select(Attendance.state)))
    assert states == [GOING] * 5
    assert client.get(guest_path(first)).text.count("/guests/") >= 5
    client.post(f"{guest_path(first)}/leave", data={"whole_series": "y"})
    assert set(db.session.scalars(sa.select(Attendance.state))) == {AttendanceState.LEFT}


def test_a_desk_renews_a_series_by_one_button(sign_in: SignIn, alice: Member) -> None:
    event = publish(repeat=Repeat(Rhythm.WEEKLY, 3))
    client, path = organise(sign_in, alice, event), f"/desk/events/{event.public_id}"
    assert "Every week on Saturday, 18:30, 3 times" in client.get(path).text
    assert "Go on with 3 more dates" in client.get(path).text
    assert "3 dates are added." in client.post(f"{path}/renew", follow_redirects=True).text
    assert "Every week on Saturday, 18:30, until 2 January 2027" in client.get(path).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Occurrence)) == 6


def test_nobody_sees_who_waits_before_them_but_the_number(sign_in: SignIn, carol: Member) -> None:
    event = publish(capacity=1)
    with writing() as session:
        for name in ("Bob", "Dan"):
            guest = make_guest(session, name, None, TODAY - timedelta(days=1))
            joining.join(session, event.occurrences[0].id, guest.id, now=TODAY)
    client = sign_in(carol)
    text = client.post(door_of(event, "join"), data={"adults": 1}, follow_redirects=True).text
    assert "You are number 2 on the waiting list." in text
    assert "Dan" not in text
