"""The door list behind its address, as a form and as phones send it later; the two questions; the numbers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import make_guest, publish
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.database import db, writing
from welcome.events import joining
from welcome.events.models import Occurrence
from welcome.visits import door, thanks
from welcome.visits.jobs import HANDLERS

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def date() -> Occurrence:
    return publish(TODAY)


def open_door(date: Occurrence, alice: Member) -> str:
    date_id, by = date.id, alice.id
    with writing() as session:
        return f"/door/{door.open_door(session, date_id, by, now=TODAY)}"


def come(date: Occurrence, member: Member, **more: int) -> int:
    with writing() as session:
        return joining.join(session, date.id, member.id, now=TODAY, **more).turn


def here(date: Occurrence) -> int:
    return door.door_list(db.session(), date.id).here


def test_organisers_open_and_close_the_list(
    client: FlaskClient, sign_in: SignIn, alice: Member, carol: Member, date: Occurrence
) -> None:
    come(date, carol)
    with writing() as session:
        grant(session, alice.id, Role.ORGANISER, scope_id=date.event.organisation_id, now=TODAY)
    desk = f"/desk/dates/{date.public_id}/door"
    text = sign_in(alice).post(desk).text
    link = "/door/" + text.split("/door/")[1].split("<")[0].split('"')[0]
    assert link not in client.get(desk).text
    client.delete_cookie("session")
    answer = client.get(link)
    assert "Carol" in answer.text
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "carol@" not in answer.text
    assert carol.public_id not in answer.text
    sign_in(alice).post(f"{desk}/close")
    assert client.get(link).status_code == 404
    assert client.post(link, json={"taps": []}).status_code == 404


def test_a_form_ticks_once_however_often_it_is_sent(
    client: FlaskClient, alice: Member, carol: Member, date: Occurrence
) -> None:
    link, turn = open_door(date, alice), come(date, carol, party=3, children=1)
    for _twice in range(2):
        said = {"name": "one-tap-000", "turn": turn, "people": 2}
        assert client.post(link, data=said).status_code == 303
        client.post(link, data={"name": "two-tap-000", "side": "newcomer", "people": 1})
    assert here(date) == 3
    client.post(link, data={"name": "three-tap-0", "turn": turn, "people": 0})
    assert here(date) == 1


@pytest.mark.parametrize(
    "sent",
    [
        *("x", [], {}, {"taps": None}, {"taps": "x"}, {"taps": [None, 1, "x", []]}, {"taps": [{}]}),
        {"taps": [{"name": "x", "people": 1}, {"name": "long enough", "people": "many"}]},
        {"taps": [{"name": "long enough", "people": 1e400, "turn": 1}, {"name": "long enough", "people": [1]}]},
        {"taps": [{"name": "long enough", "people": 1, "at": "yesterday"}]},
        {"taps": [{"name": "long enough", "people": -1, "at": "0001-01-01T00:00:00+14:00"}]},
        {"taps": [{"name": "long enough", "people": 1, "side": "upstairs"}]},
        {"taps": [{"name": "long enough", "people": 1, "turn": 10**30}]},
    ],
)
def test_what_is_no_tick_is_left_out(client: FlaskClient, alice: Member, date: Occurrence, sent: object) -> None:
    answer = client.post(open_door(date, alice), json=sent)
    assert answer.status_code == 200
    assert answer.json["people"] == 0


def test_the_two_questions_are_for_who_was_there_and_for_seven_days(
    sign_in: SignIn, bob: Member, carol: Member, dan: Member, date: Occurrence
) -> None:
    for member in (bob, carol):
        come(date, member)
    page = f"/events/dates/{date.public_id}/thanks"
    assert sign_in(carol).get(page).status_code == 409
    with time_machine.travel(date.ends_at + timedelta(hours=15), tick=False):
        assert sign_in(dan).get(page).status_code == 404
        client = sign_in(carol)
        assert "Bob" in client.get(page).text
        said = {"felt": "yes", "again": [bob.public_id, "somebody"]}
        assert client.post(page, data=said).status_code == 422
        assert client.post(page, data={"felt": "yes", "again": [bob.public_id]}).status_code == 303
        assert sign_in(bob).post(page, data={"felt": "", "again": [carol.public_id]}).status_code == 303
        assert thanks.wished_by_both(db.session(), bob.id) == {carol.id}
        assert "checked" in sign_in(carol).get(page).text
    with time_machine.travel(date.ends_at + timedelta(days=7), tick=False):
        assert sign_in(carol).get(page).status_code == 409


def test_organisers_read_numbers_without_names(sign_in: SignIn, alice: Member, date: Occurrence) -> None:
    with writing() as session:
        for number in range(9):
            guest = make_guest(session, f"Guest{number}", None, TODAY)
            joining.join(session, date.id, guest.id, now=TODAY)
        grant(session, alice.id, Role.ORGANISER, scope_id=date.event.organisation_id, now=TODAY)
        HANDLERS["count_visits"](session, date.id, date.ends_at + timedelta(days=7))
    text = sign_in(alice).get(f"/desk/events/{date.event.public_id}/numbers").text
    assert "at least 5" in text
    assert "too few to say" in text
    assert "Guest" not in text
