"""A coordinator looks at a round before anybody hears of it: pins, forbids, moves, sends, and runs it again."""

from datetime import datetime

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.web.test_preview import SETTINGS, compute, desk, newest  # noqa: F401 (a fixture)
from welcome.accounts import service as accounts
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Placing, Proposal, Round, Standing
from welcome.pairings.rounds import outcomes, running
from welcome.pairings.states import RoundKind, RoundState
from welcome.post.models import Notice


def begin(desk: FlaskClient) -> str:  # noqa: F811
    """Let a round be computed that waits for its coordinator; return its public id."""
    with writing() as session:
        session.execute(sa.update(Programme).values(is_reviewed=True))
    desk.post("/desk/programmes/exchange/round")
    compute()
    return db.session.scalars(sa.select(Round.public_id)).one()


def public_id(name: str) -> str:
    return db.session.scalars(sa.select(Member.public_id).where(Member.first_name == name)).one()


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(table.id))) or 0


def change(desk: FlaskClient, path: str, what: str, one: str, other: str) -> str:  # noqa: F811
    two = {"one": public_id(one), "other": public_id(other)}
    db.session.rollback()
    answer = desk.post(f"/desk/drafts/{path}/change", data={"what": what, **two})
    compute()
    return answer.location


def test_nobody_hears_of_a_round_until_it_is_sent(desk: FlaskClient, alice: Member):  # noqa: F811
    path = begin(desk)
    told = db.session.scalars(sa.select(Notice.kind).distinct()).all()
    assert told == ["round_ready"] and count(Proposal) == 0 and count(Placing) == 12
    page = desk.get(f"/desk/rounds/{path}").text
    assert "Nobody has got a letter yet" in page and "Send the proposals" in page
    assert desk.post("/desk/programmes/exchange/round").location == f"/desk/rounds/{path}", "one at a time"
    assert desk.post(f"/desk/drafts/{path}/send").status_code == 303
    assert count(Proposal) == 6
    assert desk.get(f"/desk/drafts/{path}/people").status_code == 404, "whom it brings together is theirs now"
    assert "decided already" in desk.post(f"/desk/drafts/{path}/send", follow_redirects=True).text
    assert count(Proposal) == 6


def test_a_round_that_is_thrown_away_leaves_everybody_free(desk: FlaskClient):  # noqa: F811
    path = begin(desk)
    assert "Nobody gets a letter" in desk.post(f"/desk/rounds/{path}/stop", follow_redirects=True).text
    assert count(Proposal) == 0 and desk.post(f"/desk/drafts/{path}/send", follow_redirects=True).status_code == 200
    assert count(Proposal) == 0


def test_somebody_is_moved_and_the_rest_follows(desk: FlaskClient):  # noqa: F811
    path = begin(desk)
    kept = running.get_round(db.session(), path)
    partners = {frozenset(group) for group, _ in outcomes.read(db.session(), kept).groups}
    bob, carols = _id("Bob0"), [_id(f"Carol{number}") for number in range(6)]
    other = next(number for number, carol in enumerate(carols) if frozenset((bob, carol)) not in partners)
    assert f"Carol{other}" in desk.get(f"/desk/drafts/{path}/move/{public_id('Bob0')}").text
    change(desk, path, "move", "Bob0", f"Carol{other}")
    kept = running.get_round(db.session(), path)
    groups = {frozenset(group) for group, _ in outcomes.read(db.session(), kept).groups}
    assert frozenset((bob, carols[other])) in groups and len(groups) == 6 and kept.state is RoundState.READY
    page = desk.get(f"/desk/rounds/{path}").text
    assert "What your last change costs of the total" in page
    assert "arranged by you" in desk.get(f"/desk/drafts/{path}/people?name=bob0").text
    assert "Bob1" not in desk.get(f"/desk/drafts/{path}/people?name=bob0").text
    change(desk, path, "forbid", "Bob1", "Carol1")
    kept = running.get_round(db.session(), path)
    assert frozenset((_id("Bob1"), carols[1])) not in {
        frozenset(g) for g, _ in outcomes.read(db.session(), kept).groups
    }


def _id(name: str) -> int:
    return db.session.scalars(sa.select(Member.id).where(Member.first_name == name)).one()


def test_the_preview_can_be_changed_and_solves_nothing_twice(desk: FlaskClient, monkeypatch):  # noqa: F811
    solved = []
    compute_it = outcomes.compute
    monkeypatch.setattr(outcomes, "compute", lambda *args: solved.append(1) or compute_it(*args))
    desk.post("/desk/programmes/exchange/preview", data=SETTINGS)
    compute()
    assert len(solved) == 2, "what is tried, and the present settings"
    desk.post("/desk/programmes/exchange/preview", data={**SETTINGS, "bridging": "70"})
    compute()
    assert len(solved) == 3, "the present settings are known"
    desk.post("/desk/programmes/exchange/preview", data=SETTINGS)
    compute()
    assert len(solved) == 3, "and what was tried before"
    change(desk, newest(), "pin", "Bob2", "Carol4")
    assert "arranged by you" in desk.get(f"/desk/drafts/{newest()}/people").text


def test_only_those_who_took_part_can_be_arranged(desk: FlaskClient, dan: Member):  # noqa: F811
    stranger = dan.first_name
    path = begin(desk)
    change(desk, path, "pin", "Bob0", stranger)
    change(desk, path, "pin", "Bob0", "Bob1")
    assert desk.post(f"/desk/drafts/{path}/change", data={"what": "marry"}).status_code == 400
    assert running.get_round(db.session(), path).state is RoundState.READY
    assert desk.get(f"/desk/drafts/{path}/move/{public_id(stranger)}").status_code == 404


def test_a_private_reason_stays_private(desk: FlaskClient):  # noqa: F811
    bob, carols = _id("Bob0"), [_id(f"Carol{number}") for number in range(6)]
    with writing() as session:
        for carol in carols:
            accounts.block(session, carol, bob, now=now())
    path = begin(desk)
    page = desk.get(f"/desk/drafts/{path}/people?show=left-out").text
    assert "Bob0" in page and "A reason that stays theirs" in page and "blocked" not in page


def test_a_round_is_run_again_byte_for_byte(desk: FlaskClient):  # noqa: F811
    path = begin(desk)
    desk.post(f"/desk/drafts/{path}/send")
    with writing() as session:  # what became of people since changes nothing
        session.execute(sa.update(Programme).values(weights={"time": 1}))
    assert "byte for byte" in desk.post(f"/desk/rounds/{path}/check", follow_redirects=True).text
    with writing() as session:  # a planted fault: one price in the eleventh digit
        standing = session.scalars(sa.select(Standing).where(Standing.price > 0)).first()
        standing.price += 1e-11
    assert "something differs" in desk.post(f"/desk/rounds/{path}/check", follow_redirects=True).text
    with writing() as session:
        running.forget_inputs(session, now=now() + running.KEEP_INPUTS + running.LEASE)
    assert "forgotten" in desk.post(f"/desk/rounds/{path}/check", follow_redirects=True).text


def test_a_preview_is_known_by_its_kind(desk: FlaskClient, today: datetime):  # noqa: F811
    desk.post("/desk/programmes/exchange/preview", data=SETTINGS)
    assert desk.get(f"/desk/drafts/{newest()}/people").status_code == 404, "nothing to look at yet"
    compute()
    assert desk.get(f"/desk/drafts/{newest()}/people").status_code == 200
    kinds = set(db.session.scalars(sa.select(Round.kind)))
    assert kinds == {RoundKind.PREVIEW, RoundKind.COMPARISON}
