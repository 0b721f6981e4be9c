"""A circle in the browser: join the programme, say yes, move the meeting, leave; nothing for those who have no seat."""

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import town
from tests.people import JOINED
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings.models.circles import Circle
from welcome.pairings.rounds import drafts, outcomes, sending
from welcome.pairings.states import CircleState, ProgrammeKind
from welcome.profiles.models import Side

SignIn = Callable[[Member], FlaskClient]
ENGLISH = {"en": (5, False, False)}


@pytest.fixture
def asked(today: datetime) -> list[Member]:
    """Let four who like the same be asked into a circle."""
    with writing() as session:
        areas = town.build(session)
        town.open_programme(session, ProgrammeKind.CIRCLES)
        found = [town.make_member(session, f"P{number}") for number in range(4)]
        session.flush()
        for number, member in enumerate(found):
            town.settle(session, member, (Side.NEWCOMER, Side.LOCAL)[number % 2], ENGLISH, areas["Centrum"])
            if number:
                town.join(session, "circles", member, now=JOINED)
    return list(db.session.scalars(sa.select(Member).where(Member.first_name.startswith("P")).order_by(Member.id)))


def propose() -> str:
    drafted = drafts.draft(db.session(), "circles", now=now())
    db.session.rollback()
    outcome = outcomes.compute(drafted)
    with writing() as session:
        sending.propose(session, drafted, outcome, now=now())
    return f"/circles/{db.session.scalars(sa.select(Circle.public_id)).one()}"


def test_from_the_programme_to_the_table(asked: list[Member], sign_in: SignIn, dan: Member):
    first = sign_in(asked[0])
    page = first.get("/programmes/circles/join").text
    assert "How many people" not in page
    assert first.post("/programmes/circles/join", data={}).status_code == 303
    path = propose()
    assert "A circle around: Cycling" in first.get("/people").text
    page = first.get(path).text
    assert "You have until" in page and all(name in page for name in ("P1", "P2", "P3"))
    assert "as soon as three" in first.post(f"{path}/accept", follow_redirects=True).text.lower()
    for member in asked[1:3]:
        sign_in(member).post(f"{path}/accept")
    page = sign_in(asked[0]).get(path).text
    assert "The next time you all meet" in page and "Library" in page and "P3" not in page
    assert sign_in(dan).get(path).status_code == 404
    assert sign_in(dan).post(f"{path}/accept").status_code == 404


def test_who_sits_there_may_move_it_and_leave(asked: list[Member], sign_in: SignIn):
    sign_in(asked[0]).post("/programmes/circles/join", data={})
    path = propose()
    for member in asked[:3]:
        sign_in(member).post(f"{path}/accept")
    second = sign_in(asked[1])
    assert "BEGIN:VEVENT" in second.get(f"{path}.ics").text
    assert second.post(f"{path}/move", data={"times": "2020-01-01T10:00"}).status_code == 422
    times = second.get(path).text.split('name="times"')[2].split('value="')[1].split('"')[0]
    assert "The time is set" in second.post(f"{path}/move", data={"times": times}, follow_redirects=True).text
    assert "You have left the circle" in second.post(f"{path}/leave", follow_redirects=True).text
    assert "You are not in this circle" in second.get(path).text and "P0" not in second.get(path).text
    sign_in(asked[2]).post(f"{path}/leave")
    db.session.rollback()
    assert db.session.scalars(sa.select(Circle.state)).one() is CircleState.ENDED
