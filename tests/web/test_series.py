"""The desk of a series: the organiser sees whom a change concerns, then makes it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_event, make_organisation
from tests.web.test_events_desk import GOOD
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.database import db, writing
from welcome.events import joining
from welcome.events.models import Event, Occurrence
from welcome.events.recurrence import Repeat, Rhythm

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")

MOVE = {"day": "2026-11-28", "starts": "19:00", "ends": "21:00", "last_day": "", "venue": "", "place_note": "Inside"}


@pytest.fixture
def desk(sign_in: SignIn, alice: Member) -> FlaskClient:
    with writing() as session:
        organisation = make_organisation(session, TODAY)
        grant(session, alice.id, Role.ORGANISER, scope_id=organisation.id, now=TODAY)
    return sign_in(alice)


@pytest.fixture
def dates(desk: FlaskClient, carol: Member) -> list[Occurrence]:
    with writing() as session:
        event = make_event(session, TODAY, repeat=Repeat(Rhythm.WEEKLY, 3))
        for one in event.occurrences[1:]:
            joining.join(session, one.id, carol.id, now=TODAY)
        event_id = event.id
    return list(db.session.get_one(Event, event_id).occurrences)


def fresh(date: Occurrence) -> Occurrence:
    return db.session.get_one(Occurrence, date.id, populate_existing=True)


def test_the_organiser_sees_who_will_be_told(desk: FlaskClient, dates: list[Occurrence]) -> None:
    page = desk.get(f"/desk/dates/{dates[0].public_id}/move").text
    for words in ("Only this date: 0 guests", "This and all later dates (3): 1 guest", "still to come (3): 1 guest"):
        assert words in page
    alone = desk.get(f"/desk/dates/{dates[2].public_id}/edit").text
    assert "This and all later dates (1): 1 guest" in alone


def test_all_dates_are_moved_at_once(desk: FlaskClient, dates: list[Occurrence]) -> None:
    answer = desk.post(f"/desk/dates/{dates[0].public_id}/move", data={**MOVE, "reach": "all"})
    assert answer.status_code == 303, answer.text
    assert [fresh(one).wall_start[11:16] for one in dates] == ["19:00"] * 3
    assert [fresh(one).place_note for one in dates] == ["Inside"] * 3
    assert desk.post(f"/desk/dates/{dates[0].public_id}/move", data={**MOVE, "reach": "none"}).status_code == 422
    wrong = desk.post(f"/desk/dates/{dates[0].public_id}/move", data={**MOVE, "ends": "18:00", "reach": "all"})
    assert wrong.status_code == 422
    assert "ends before it starts" in wrong.text


def test_one_date_is_renamed_and_its_old_address_leads_to_it(desk: FlaskClient, dates: list[Occurrence]) -> None:
    old = f"/events/{dates[1].event.public_id}?on={dates[1].public_id}"
    form = {name: GOOD[name] for name in GOOD if name not in ("day", "starts", "ends", "last_day", "venue", "rhythm")}
    address = f"/desk/dates/{dates[1].public_id}/edit"
    answer = desk.post(address, data={**form, "title": "Guest cook", "reach": "one"})
    assert answer.status_code == 303, answer.text
    page = desk.get(old, follow_redirects=True).text
    assert "Guest cook" in page
    assert "Guest cook" in desk.get("/events").text
    for path in ("/desk/events", f"/desk/events/{dates[0].event.public_id}"):
        assert "Other dates of this series" in (text := desk.get(path).text) and "Guest cook" in text
    assert fresh(dates[0]).event.title == "Soup and stories"
    assert desk.post(address, data={**form, "title": "", "reach": "one"}).status_code == 422


def test_a_date_is_added(desk: FlaskClient, dates: list[Occurrence]) -> None:
    address = f"/desk/events/{dates[0].event.public_id}/dates/new"
    assert desk.get(address).status_code == 200
    taken = desk.post(address, data={**MOVE, "starts": "18:30"})
    assert taken.status_code == 422
    assert "already has a date" in taken.text
    assert desk.post(address, data={**MOVE, "day": "2026-12-24"}).status_code == 303
    assert "4 dates" in desk.get(f"/desk/events/{dates[0].event.public_id}").text


def test_a_single_event_asks_nothing_about_a_series(desk: FlaskClient, carol: Member) -> None:
    with writing() as session:
        date = make_event(session, TODAY, when=evening(START)).occurrences[0]
        joining.join(session, date.id, carol.id, now=TODAY)
        public_id = date.public_id
    page = desk.get(f"/desk/dates/{public_id}/move").text
    assert "Only this date: 1 guest" in page
    assert "later dates" not in page
