"""A coordinator brings two together in the next round, or keeps two apart, and sees what it costs."""

from datetime import datetime

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.web.test_preview import SETTINGS, compute, desk  # noqa: F401 (a fixture)
from welcome.accounts import service as accounts
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings import programmes
from welcome.pairings.models.rounds import Arrangement, Proposal, Round
from welcome.pairings.states import RoundKind

PAGE = "/desk/programmes/exchange/arrangements"


def member(name: str) -> Member:
    return db.session.scalars(sa.select(Member).where(Member.first_name == name)).one()


def send(desk: FlaskClient, kind: str, one: str, other: str) -> str:  # noqa: F811
    """Arrange something; return what is said about it."""
    emails = {"one": member(one).email, "other": member(other).email}
    db.session.rollback()
    return desk.post(PAGE, data={**emails, "kind": kind}, follow_redirects=True).text


def run_round(desk: FlaskClient) -> set[tuple[str, str]]:  # noqa: F811
    desk.post("/desk/programmes/exchange/round")
    compute()
    pairs = db.session.scalars(sa.select(Proposal)).all()
    return {tuple(sorted((pair.one.first_name, pair.other.first_name))) for pair in pairs}


def count() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Arrangement.id))) or 0


def test_pinned_pairs_are_made_and_forbidden_ones_are_not(desk: FlaskClient, today: datetime):  # noqa: F811
    assert "It is arranged." in send(desk, "pin", "Bob0", "Carol3")
    for number in (0, 1, 2, 4, 5):
        send(desk, "forbid", "Carol5", f"Bob{number}")
    assert "Bob0 and Carol3 are paired in the next round." in desk.get(PAGE).text
    pairs = run_round(desk)
    assert len(pairs) == 6 and {("Bob0", "Carol3"), ("Bob3", "Carol5")} <= pairs
    assert count() == 5, "a pin is spent, what is forbidden stays"


def test_an_arrangement_can_be_replaced_and_taken_back(desk: FlaskClient):  # noqa: F811
    send(desk, "forbid", "Bob0", "Carol0")
    send(desk, "pin", "Carol0", "Bob0")
    arrangement = db.session.scalars(sa.select(Arrangement)).one()
    assert arrangement.kind == "pin"
    path = f"{PAGE}/{arrangement.public_id}/remove"
    db.session.rollback()
    assert desk.post(path).status_code == 303 and count() == 0
    assert desk.post(path).status_code == 404


def test_a_pin_bends_no_rule(desk: FlaskClient, alice: Member, dan: Member):  # noqa: F811
    address = dan.email
    assert "cannot be paired" in send(desk, "pin", "Bob0", "Bob1"), "they have no language to exchange"
    assert "one and the same person" in send(desk, "pin", "Bob0", "Bob0")
    for stranger in (address, "nobody@welcome.example"):
        said = desk.post(PAGE, data={"one": member("Bob0").email, "other": stranger, "kind": "pin"})
        assert said.status_code == 422 and "Nobody who takes part in this programme" in said.text
    assert desk.post(PAGE, data={}).status_code == 422 and count() == 0


def test_a_block_or_a_break_after_the_pin_counts_more(desk: FlaskClient):  # noqa: F811
    send(desk, "pin", "Bob0", "Carol0")
    send(desk, "pin", "Bob1", "Carol1")
    bob, carol, resting = member("Bob0").id, member("Carol0").id, member("Bob1").id
    with writing() as session:
        accounts.block(session, carol, bob, now=now())
        programmes.pause_programme(session, "exchange", resting, is_paused=True, now=now())
    pairs = run_round(desk)
    assert len(pairs) == 5 and ("Bob0", "Carol0") not in pairs and count() == 2


def test_the_preview_tells_what_arranging_costs(desk: FlaskClient):  # noqa: F811
    for number in range(6):
        send(desk, "forbid", "Carol0", f"Bob{number}")
    desk.post("/desk/programmes/exchange/preview", data=SETTINGS)
    compute()
    kept = db.session.scalars(sa.select(Round).where(Round.kind == RoundKind.PREVIEW)).one()
    assert kept.figures["against"]["cost"]["people"] == 2 and 0 < kept.figures["against"]["cost"]["total"] < 1
    assert "because of what you arranged" in desk.get("/desk/programmes/exchange/preview").text
    assert "See what it costs" in desk.get(PAGE).text
