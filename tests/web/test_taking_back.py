"""A coordinator takes back what was sent, as long as nobody has said yes to it."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.web.test_preview import compute, desk  # noqa: F401 (a fixture)
from welcome.accounts import staff_log
from welcome.accounts.models import Member
from welcome.accounts.staff_log import StaffAct, StaffEntry
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings import history, proposals
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.states import ProposalState


@pytest.fixture
def sent(desk: FlaskClient, today: datetime) -> str:  # noqa: F811
    """Let a round be sent, and one person say yes."""
    path = desk.post("/desk/programmes/exchange/round").location
    compute()
    first = db.session.scalars(sa.select(Proposal).order_by(Proposal.id)).first()
    public_id, member_id = first.public_id, first.one_id
    db.session.rollback()
    with writing() as session:
        proposals.answer(session, public_id, member_id, yes=True, now=now())
    return path


def states() -> list[ProposalState]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Proposal.state).order_by(Proposal.id)))


def test_one_proposal_is_taken_back_as_if_it_had_lapsed(desk: FlaskClient, sent: str):  # noqa: F811
    page = desk.get(f"{sent}/sent").text
    with_yes, other = db.session.scalars(sa.select(Proposal.public_id).order_by(Proposal.id).limit(2))
    assert other in page and with_yes not in page
    assert "It is taken back" in desk.post(f"{sent}/take-back", data={"which": other}, follow_redirects=True).text
    desk.post(f"{sent}/take-back", data={"which": with_yes})
    assert states()[:3] == [ProposalState.OPEN, ProposalState.LAPSED, ProposalState.OPEN]


def test_a_round_that_is_taken_back_is_as_if_it_had_not_been(desk: FlaskClient, sent: str):  # noqa: F811
    count = len(states())
    page = desk.post(f"{sent}/take-back", follow_redirects=True).text
    assert f"{count - 1} proposals are taken back" in page
    assert states() == [ProposalState.OPEN, *[ProposalState.WITHDRAWN] * (count - 1)]
    everybody = set(db.session.scalars(sa.select(Member.id)))
    assert len(history.apart_pairs(db.session(), everybody, now=now())) == 1, "they may be proposed again at once"
    assert db.session.scalars(sa.select(Round.settled_at)).one() is not None, "no wave follows"


def test_whom_a_coordinator_saw_is_written_down_once(desk: FlaskClient, sent: str):  # noqa: F811
    for _ in range(2):
        desk.get(f"{sent}/sent")
    entries = db.session.scalars(sa.select(StaffEntry)).all()
    seen = db.session.scalars(sa.select(Proposal).order_by(Proposal.id)).all()[1:]
    assert sorted(entry.member_id for entry in entries) == sorted(x for one in seen for x in (one.one_id, one.other_id))
    assert {entry.act for entry in entries} == {StaffAct.LOOKED} and list(staff_log.verify(db.session())) == []
