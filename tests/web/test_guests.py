"""Coming with only an e-mail: the mailbox decides, nobody learns who has an account, and an account takes it along."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_bridge, make_event, publish
from tests.letterbox import carry, link_of, same, text_of
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.agenda.jobs import run_due
from welcome.clock import now
from welcome.database import db, writing
from welcome.events import finding, guests, joining, service
from welcome.events.answers import company
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.jobs import release_places
from welcome.events.models import Occurrence
from welcome.events.plans import NOWHERE
from welcome.scheduler import HANDLERS as EVERY_HANDLER
from welcome.visits.models import Thanks

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")

GOING, WAITING, LEFT, ASKED = (AttendanceState(name) for name in ("going", "waiting", "left", "asked"))


def ask(client: FlaskClient, date: Occurrence, email: str = "eva@guests.example", **more: object) -> str:
    said = {"first_name": "Eva", "email": email, "adults": 1, **more}
    answer = client.post(f"/events/dates/{date.public_id}/guest", data=said, follow_redirects=True)
    return re.sub(r"\d+ (person is|people are) coming", "", same(answer.text))


def answers() -> list[tuple[AttendanceState, int]]:
    rows = db.session.execute(sa.select(Attendance.state, Attendance.party).order_by(Attendance.id)).all()
    db.session.rollback()
    return [(state, party) for state, party in rows]


def left(date: Occurrence) -> int | None:
    return db.session.get_one(Occurrence, date.id, populate_existing=True).seats_left


def link(app: Flask) -> str:
    return link_of(carry(app)[-1], app.config["PUBLIC_URL"])


def test_a_guest_asks_confirms_changes_and_cancels_by_one_link(app: Flask, client: FlaskClient) -> None:
    date = publish(TODAY, capacity=5)
    assert f"/events/dates/{date.public_id}/guest" in client.get(f"/events/{date.event.public_id}").text
    assert "We have written to your e-mail address" in ask(client, date, adults=2)
    assert (answers(), left(date)) == ([(ASKED, 2)], 3)
    (letter,) = carry(app)
    assert letter["To"] == "eva@guests.example"
    assert "Eva" not in text_of(letter), "anybody may have typed that name"
    path = link_of(letter, app.config["PUBLIC_URL"])
    assert "A place is kept for you" in client.get(path).text
    assert answers() == [(ASKED, 2)], "looking changes nothing"
    assert "You have a place" in client.post(path, data={"adults": 2}, follow_redirects=True).text
    (joined,) = carry(app)
    assert joined["To"] == "eva@guests.example"
    assert "/guests/" in link_of(joined, app.config["PUBLIC_URL"])
    client.post(path, data={"adults": 3})
    assert (answers(), left(date)) == ([(GOING, 3)], 2)
    assert "There are not enough free places" in client.post(path, data={"adults": 6}).text
    client.post(f"{path}/leave")
    assert (answers(), left(date)) == ([(LEFT, 3)], 5)
    assert "You have a place" in client.post(path, data={"adults": 1}, follow_redirects=True).text


def test_places_are_held_for_two_hours(app: Flask, client: FlaskClient, carol: Member) -> None:
    date = publish(TODAY, capacity=1)
    ask(client, date)
    with writing() as session:
        joining.join(session, date.id, carol.id, now=TODAY)
    assert answers() == [(ASKED, 1), (WAITING, 1)]
    path = link(app)
    with time_machine.travel(TODAY + timedelta(hours=2, minutes=1), tick=False):
        run_due(EVERY_HANDLER, now=now())
        assert answers() == [(LEFT, 1), (GOING, 1)]
        text = client.post(path, data={"adults": 1}, follow_redirects=True).text
        assert "You are number 1 on the waiting list." in text
        with writing() as session:
            joining.leave(session, date.id, carol.id, now=TODAY + timedelta(hours=3))
    assert answers() == [(GOING, 1), (LEFT, 1)], "a guest moves up like everybody"


def test_guests_are_reminded_and_told_of_moves(app: Flask, client: FlaskClient) -> None:
    date = publish(TODAY)
    ask(client, date)
    client.post(link(app), data={"adults": 1})
    carry(app)
    with writing() as session:
        service.move_occurrence(session, date.id, evening(START + timedelta(days=1)), NOWHERE, now=TODAY)
    (moved,) = carry(app)
    assert moved["To"] == "eva@guests.example"
    day_before = TODAY + timedelta(days=8, hours=10)
    with time_machine.travel(day_before, tick=False):
        run_due(EVERY_HANDLER, now=now())
        (reminder,) = carry(app)
    assert "coming up soon" in text_of(reminder)
    with writing() as session:
        service.cancel_occurrence(session, date.id, now=TODAY)
    (off,) = carry(app)
    assert "will not take place" in text_of(off)


def test_the_answer_tells_nothing_about_an_address(app: Flask, client: FlaskClient, carol: Member) -> None:
    date = publish(TODAY, capacity=None)
    with writing() as session:
        joining.join(session, date.id, carol.id, now=TODAY)
    carry(app)
    pages = {ask(client, date, email) for email in ("new@guests.example", carol.email, carol.email.upper())}
    pages.add(ask(client, date, "new@guests.example"))
    assert len(pages) == 1
    letters = carry(app)
    assert {letter["Subject"] for letter in letters} == {"Are you coming? Please confirm"}
    assert db.session.scalar(sa.select(Attendance.state).where(Attendance.member_id == carol.id)) is GOING


def test_a_guest_is_nobody_to_members_and_somebody_at_the_door(
    app: Flask, client: FlaskClient, sign_in: SignIn, alice: Member, carol: Member
) -> None:
    date = publish(TODAY)
    with writing() as session:
        joining.join(session, date.id, carol.id, now=TODAY)
        grant(session, alice.id, Role.ORGANISER, scope_id=date.event.organisation_id, now=TODAY)
    ask(client, date)
    path = link(app)
    door = f"/desk/dates/{date.public_id}/guests"
    assert "Eva" not in sign_in(alice).get(door).text
    client.post(path, data={"adults": 1})
    assert "Eva" in client.get(door).text
    assert [one.member_id for one in company.company_of(db.session(), date.id, carol.id).listed] == [carol.id]
    guest = db.session.scalars(sa.select(Member).where(Member.guest_email.is_not(None))).one()
    assert not guest.is_present
    assert not guest.is_active
    assert client.get(f"/people/{guest.public_id}").status_code == 404


def test_a_guest_follows_a_calendar_and_is_thanked(app: Flask, client: FlaskClient) -> None:
    date = publish(TODAY)
    ask(client, date)
    path = link(app)
    assert "BEGIN:VEVENT" not in client.get(f"{path}/calendar.ics").text, "anybody may have asked for it"
    client.post(path, data={"adults": 1})
    assert f"{path}/calendar.ics" in client.get(path).text
    with writing() as session:
        service.move_occurrence(session, date.id, evening(START + timedelta(days=1)), NOWHERE, now=TODAY)
    file = client.get(f"{path}/calendar.ics").text
    assert file.count("BEGIN:VEVENT") == 1 and "DTSTART;TZID=Europe/Amsterdam:20261129T183000" in file
    carry(app)
    with time_machine.travel(date.ends_at + timedelta(days=2), tick=False):
        run_due(EVERY_HANDLER, now=now())
        (letter,) = (one for one in carry(app) if "thanks" in text_of(one))
        questions = link_of(letter, app.config["PUBLIC_URL"])
        text = client.get(questions).text
        assert "Did you feel welcome?" in text and "whom you would like to see again?" not in text
        client.post(questions, data={"felt": "yes"})
    assert [one.felt for one in db.session.scalars(sa.select(Thanks))] == ["yes"]
    assert client.get(questions, follow_redirects=True).status_code == 409


def test_nobody_can_flood_a_mailbox_or_a_room(app: Flask, client: FlaskClient) -> None:
    date = publish(TODAY, capacity=40)
    for _ in range(9):
        with time_machine.travel(TODAY + timedelta(seconds=_), tick=False):
            ask(client, date)
    assert len(carry(app, at=TODAY + timedelta(minutes=1))) == 5
    for number in range(8):
        ask(client, date, f"joke{number}@guests.example", adults=6)
    assert (left(date) or 0) >= 30, "a quarter of the places at most are kept for who has not confirmed"
    for number in range(5):
        other = publish(TODAY, title=f"Soup {number}")
        ask(client, other)
        assert left(other) == (9 if number < 2 else 10)


def test_links_cannot_be_made_up(app: Flask, client: FlaskClient) -> None:
    date = publish(TODAY)
    ask(client, date)
    path = link(app)
    for wrong in (path[:-2], path + "x", "/guests/nothing", "/guests/" + "a" * 2000):
        assert client.get(wrong).status_code in {400, 404, 409, 410, 422}, wrong
        assert client.post(wrong, data={"adults": 1}).status_code != 500
    assert answers() == [(ASKED, 1)]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "nonsense"}, "This does not look like an e-mail address."),
        ({"email": ""}, "Please tell us your e-mail address."),
        ({"first_name": " "}, "Please tell us your first name."),
        ({"adults": 99}, "Please choose one of these answers"),
    ],
)
def test_mistakes_are_said_beside_the_field(client: FlaskClient, wrong: dict[str, object], sentence: str) -> None:
    date = publish(TODAY)
    said = {"first_name": "Eva", "email": "eva@guests.example", "adults": 1, **wrong}
    answer = client.post(f"/events/dates/{date.public_id}/guest", data=said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answers() == []


def test_a_bridging_meetup_asks_for_the_side(app: Flask, client: FlaskClient) -> None:
    with writing() as session:
        date = make_bridge(session, TODAY, newcomers=1, locals_=1).occurrences[0]
        public_id, date_id = date.public_id, date.id
    said = {"first_name": "Eva", "email": "eva@guests.example", "adults": 1}
    answer = client.post(f"/events/dates/{public_id}/guest", data=said)
    assert answer.status_code == 422
    assert "Please say which you are" in answer.text
    client.post(f"/events/dates/{public_id}/guest", data={**said, "side": "local"})
    assert db.session.get_one(Occurrence, date_id).local_left == 0
    assert "You have a place" in client.post(link(app), data={"adults": 1}, follow_redirects=True).text


def test_drafts_and_past_dates_take_no_guests(client: FlaskClient) -> None:
    with writing() as session:
        draft = make_event(session, TODAY, is_published=False).occurrences[0].public_id
        off = make_event(session, TODAY).occurrences[0]
        service.cancel_occurrence(session, off.id, now=TODAY)
        off_id = off.public_id
    assert client.get(f"/events/dates/{draft}/guest").status_code == 404
    said = {"first_name": "Eva", "email": "eva@guests.example", "adults": 1}
    assert "cannot join this event any more" in client.post(f"/events/dates/{off_id}/guest", data=said).text


def test_an_account_takes_its_answers_along(app: Flask, client: FlaskClient, people: Callable[..., Member]) -> None:
    date, other = publish(TODAY), publish(TODAY, title="Other")
    for one in (date, other):
        ask(client, one)
        client.post(link(app), data={"adults": 2})
        carry(app)
    unconfirmed = people("Eva", email="eva@guests.example", confirmed_at=None)
    release_places(TODAY)
    assert {one.member.is_guest for one in db.session.scalars(sa.select(Attendance))} == {True}
    with writing() as session:
        session.get_one(Member, unconfirmed.id).confirmed_at = TODAY
        joining.join(session, other.id, unconfirmed.id, now=TODAY)
    release_places(TODAY)
    db.session.rollback()
    mine = finding.occurrences_of_member(db.session(), unconfirmed.id, now=TODAY)
    assert {(one.event.title, answer.party) for one, answer in mine} == {("Soup and stories", 2), ("Other", 1)}
    assert (left(date), left(other)) == (8, 9)


def test_guests_are_forgotten(app: Flask, client: FlaskClient) -> None:
    date = publish(TODAY)
    ask(client, date)
    client.post(link(app), data={"adults": 1})
    count = sa.select(sa.func.count()).select_from(Member).where(Member.guest_email.is_not(None))
    for days, remaining in ((37, 1), (40, 0)):
        with writing() as session:
            guests.forget(session, now=TODAY + timedelta(days=days))
        assert db.session.scalar(count) == remaining
        db.session.rollback()


def test_who_asks_at_night_gets_the_letter_at_night(app: Flask, client: FlaskClient) -> None:
    date = publish(TODAY)
    with time_machine.travel(TODAY + timedelta(hours=14), tick=False):
        ask(client, date)
        assert len(carry(app)) == 1
