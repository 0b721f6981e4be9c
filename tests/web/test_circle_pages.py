"""A circle in the browser: join the programme, say yes, move the meeting, leave; nothing for those who have no seat."""

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import town
from tests.people import JOINED
from tests.web.test_preview import compute
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.models import Area
from welcome.pairings.models.circles import Circle
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import drafts, outcomes, sending
from welcome.pairings.states import CircleState, ProgrammeKind
from welcome.profiles.models import Side

SignIn = Callable[[Member], FlaskClient]
SETTINGS = {"language": "10", "interests": "50", "time": "10", "nearness": "10", "situation": "0", "goals": "0"}
SETTINGS |= {"minimum_level": "2", "hold_days": "5", "least_each": "2"}
ENGLISH = {"en": (5, False, False)}


@pytest.fixture
def asked(today: datetime) -> list[Member]:
    """Let four who like the same be asked into a circle."""
    with writing() as session:
        areas = town.build(session)
        town.open_programme(session, ProgrammeKind.CIRCLES)
        found = [town.make_member(session, f"Person{number}") for number in range(4)]
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
    assert "You have until" in page and all(name in page for name in ("Person1", "Person2", "Person3"))
    assert "as soon as three" in first.post(f"{path}/accept", follow_redirects=True).text.lower()
    for member in asked[1:3]:
        sign_in(member).post(f"{path}/accept")
    page = sign_in(asked[0]).get(path).text
    assert "The next time you all meet" in page and "Library" in page and "Person3" not in page
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
    assert "You are not in this circle" in second.get(path).text and "Person0" not in second.get(path).text
    sign_in(asked[2]).post(f"{path}/leave")
    db.session.rollback()
    assert db.session.scalars(sa.select(Circle.state)).one() is CircleState.ENDED


def test_the_desk_tries_looks_at_sends_and_measures_circles(asked: list[Member], sign_in: SignIn, alice: Member):
    coordinator = alice.id
    sign_in(asked[0]).post("/programmes/circles/join", data={})
    with writing() as session:
        programme = session.scalars(sa.select(Programme)).one()
        programme.is_reviewed = True
        grant(session, coordinator, Role.COORDINATOR, scope_id=programme.id, now=JOINED)
    desk = sign_in(db.session.get_one(Member, coordinator))
    assert desk.post("/desk/programmes/circles/preview", data=SETTINGS).status_code == 303
    compute()
    page = desk.get("/desk/programmes/circles/preview").text
    assert "Least good circle" in page
    assert "Person1" in desk.get(f"/desk/drafts/{page.split('/desk/drafts/')[1].split('/')[0]}/people").text
    path = desk.post("/desk/programmes/circles/round").location
    compute()
    assert "byte for byte" in desk.post(f"{path}/check", follow_redirects=True).text
    assert db.session.scalar(sa.select(sa.func.count(Circle.id))) == 0
    desk.post(f"{path.replace('rounds', 'drafts')}/send")
    assert desk.get(f"{path}/quality").status_code == 200
    assert db.session.scalars(sa.select(Circle.state)).one() is CircleState.PROPOSED


def test_the_desk_moves_somebody_to_another_circle(asked: list[Member], sign_in: SignIn, alice: Member):
    coordinator = alice.id
    with writing() as session:
        programme = session.scalars(sa.select(Programme)).one()
        programme.is_reviewed, programme.settings = True, {**programme.settings, "least_each": 1}
        grant(session, coordinator, Role.COORDINATOR, scope_id=programme.id, now=JOINED)
        for number in range(4, 8):
            member = town.make_member(session, f"Person{number}")
            session.flush()
            town.settle(session, member, (Side.NEWCOMER, Side.LOCAL)[number % 2], ENGLISH, programme_area(session))
            town.join(session, "circles", member, now=JOINED)
    desk = sign_in(db.session.get_one(Member, coordinator))
    path = desk.post("/desk/programmes/circles/round").location.replace("rounds", "drafts")
    compute()
    first, other = (set(group) for group, _ in outcomes.read(db.session(), unsent()).groups)
    moved = db.session.get_one(Member, min(first)).public_id
    page = desk.get(f"{path}/move/{moved}").text
    assert "Where should" in page and "Never these two" in page
    there = [db.session.get_one(Member, one).public_id for one in other]
    desk.post(f"{path}/change", data={"what": "move", "one": moved, "other": there})
    compute()
    assert any({min(first), *other} <= set(group) for group, _ in outcomes.read(db.session(), unsent()).groups)
    beside = db.session.get_one(Member, min(other)).public_id
    assert desk.post(f"{path}/change", data={"what": "forbid", "one": moved, "other": there}).status_code == 303
    desk.post(f"{path}/change", data={"what": "forbid", "one": moved, "other": beside})
    compute()
    together = [set(group) for group, _ in outcomes.read(db.session(), unsent()).groups]
    assert not any({min(first), min(other)} <= group for group in together)
    assert "What your last change costs" in desk.get(path.replace("drafts", "rounds")).text
    assert "never sit in one circle" in desk.get("/desk/programmes/circles/arrangements").text


def unsent() -> Round:
    db.session.rollback()
    return db.session.scalars(sa.select(Round)).one()


def programme_area(session: Session) -> Area:
    return session.scalars(sa.select(Area).where(Area.name == "Centrum")).one()
