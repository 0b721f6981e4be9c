"""A coordinator tries settings on everybody who waits: nobody is told, nothing changes until it is kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import town
from tests.people import JOINED
from welcome.accounts import service as accounts
from welcome.accounts.models import Member, Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings import jobs
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.rounds import previews
from welcome.pairings.rounds.computing import compute_rounds
from welcome.pairings.states import RoundKind
from welcome.post.models import Notice
from welcome.profiles.models import Side

SignIn = Callable[[Member], FlaskClient]
PAGE = "/desk/programmes/exchange/preview"
SETTINGS = {
    "language": "0",
    "interests": "100",
    "time": "50",
    "nearness": "0",
    "situation": "0",
    "goals": "0",
    "bridging": "50",
    "floor": "0",
    "minimum_level": "3",
    "hold_days": "9",
}


@pytest.fixture
def desk(today: datetime, alice: Member, sign_in: SignIn) -> FlaskClient:
    """Let six pairs wait, and Alice coordinate."""
    alice_id = alice.id
    with writing() as session:
        areas = town.build(session)
        programme = town.open_programme(session)
        accounts.grant(session, alice_id, Role.COORDINATOR, scope_id=programme.id, now=JOINED)
        for number in range(6):
            bob = town.new_neighbour(session, f"Bob{number}", areas["Centrum"])
            carol = town.make_member(session, f"Carol{number}")
            session.flush()
            town.settle(session, carol, Side.NEWCOMER, town.CAROL, areas["Centrum"])
            town.join(session, "exchange", bob, carol, now=JOINED)
    return sign_in(alice)


def compute() -> None:
    compute_rounds(now, Event())
    db.session.rollback()


def settings() -> tuple[dict, dict, int]:
    db.session.rollback()
    programme = db.session.scalars(sa.select(Programme)).one()
    return programme.weights, programme.settings, programme.hold_days


def newest() -> str:
    preview = sa.select(Round.public_id).where(Round.kind == RoundKind.PREVIEW)
    return db.session.scalars(preview).one()


def test_a_preview_tells_what_would_be_and_sends_nothing(desk: FlaskClient):
    assert "Try it" in desk.get(PAGE).text
    before = settings()
    answer = desk.post(PAGE, data=SETTINGS)
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = desk.get(PAGE)
    assert "It waits for its turn" in page.text and page.headers["Refresh"]
    compute()
    page = desk.get(PAGE)
    assert "Refresh" not in page.headers and "Keep these settings" in page.text and "12" in page.text
    for table in (Notice, Proposal):
        assert db.session.scalar(sa.select(sa.func.count(table.id))) == 0
    assert settings() == before
    kept = previews.find(db.session(), db.session.scalars(sa.select(Programme.id)).one())
    assert kept.figures["matched"] == 12 and kept.figures["against"]["changes"]["same"] <= 6
    assert desk.get(f"/desk/rounds/{kept.public_id}").status_code == 404
    assert "See the round" not in desk.get("/desk/programmes/exchange").text


def test_settings_hold_once_they_are_kept(desk: FlaskClient):
    desk.post(PAGE, data=SETTINGS)
    old = newest()
    db.session.rollback()
    desk.post(PAGE, data={**SETTINGS, "hold_days": "8"})
    compute()
    new = newest()
    assert desk.post(f"{PAGE}/keep", data={"preview": old}).status_code == 303
    assert settings()[2] == 5, "another one was looked at"
    assert desk.post(f"{PAGE}/keep", data={"preview": new}).status_code == 303
    weights, chosen, days = settings()
    assert weights["interests"] == 1.0 and chosen == {"bridging": 0.5, "minimum_level": 3, "floor": 0.0} and days == 8
    desk.post(PAGE, data={**SETTINGS, "hold_days": "8"})
    compute()
    assert "These are the present settings." in desk.get(PAGE).text


def test_what_cannot_be_tried_is_said_beside_the_form(desk: FlaskClient):
    nothing = {name: "0" for name in SETTINGS if name not in {"minimum_level", "hold_days"}}
    answer = desk.post(PAGE, data={**SETTINGS, **nothing})
    assert answer.status_code == 422 and "At least one of these must count." in answer.text
    assert desk.post(PAGE, data={**SETTINGS, "bridging": "101"}).status_code == 422
    assert desk.post(PAGE, data={}).status_code == 422


def test_a_preview_is_forgotten_after_a_day(desk: FlaskClient):
    desk.post(PAGE, data=SETTINGS)
    for age, left in ((timedelta(hours=23), 1), (timedelta(hours=25), 0)):
        jobs.forget_old(now() + age)
        previewed = sa.select(sa.func.count(Round.id)).where(Round.kind == RoundKind.PREVIEW)
        assert db.session.scalar(previewed) == left
        db.session.rollback()
    compute()
    assert "Try it" in desk.get(PAGE).text
