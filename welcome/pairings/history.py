"""Who must not be brought together (again): blocked, dismissed, matched before, asked of late."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from welcome.accounts.models import Block
from welcome.pairings.models.matches import Match
from welcome.pairings.models.requests import Dismissal, Request
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.rules import ASK_AGAIN
from welcome.pairings.states import ProposalState

#: Whose row it is, whom it names, and when it counts.
Way = tuple[InstrumentedAttribute[int], InstrumentedAttribute[int], sa.ColumnElement[bool]]


def _proposed(now: datetime) -> sa.ColumnElement[bool]:
    """Condition: a proposal that stands open, or was declined of late."""
    declined = sa.and_(Proposal.state == ProposalState.DECLINED, Proposal.created_at > now - ASK_AGAIN)
    return sa.or_(Proposal.state == ProposalState.OPEN, declined)


def met_or_asked(session: Session, member_id: int, *, now: datetime) -> set[int]:
    """Return everybody not to suggest to a member again: dismissed either way, matched ever, asked of late."""
    recently = sa.or_(Request.created_at > now - ASK_AGAIN, Request.lapses_at > now)
    still = sa.or_(Dismissal.until.is_(None), Dismissal.until > now)
    ways: tuple[Way, ...] = (
        (Request.member_id, Request.asked_id, recently),
        (Request.asked_id, Request.member_id, recently),
        (Dismissal.member_id, Dismissal.other_id, still),
        (Dismissal.other_id, Dismissal.member_id, still),
        (Match.one_id, Match.other_id, sa.true()),
        (Match.other_id, Match.one_id, sa.true()),
        (Proposal.one_id, Proposal.other_id, _proposed(now)),
        (Proposal.other_id, Proposal.one_id, _proposed(now)),
    )
    parts = [sa.select(theirs).where(mine == member_id, condition) for mine, theirs, condition in ways]
    return set(session.scalars(sa.union_all(*parts)))


def _proposed_before(now: datetime) -> sa.ColumnElement[bool]:
    """Condition for rounds: whatever became of a proposal, the same two are not proposed to each other again soon.

    A round that was taken back is as if it had not been.
    """
    recently = sa.and_(Proposal.created_at > now - ASK_AGAIN, Proposal.state != ProposalState.WITHDRAWN)
    return sa.or_(Proposal.state == ProposalState.OPEN, recently)


def apart_pairs(session: Session, member_ids: set[int], *, now: datetime) -> set[tuple[int, int]]:
    """Return the same for a whole round: pairs of members that must not be made."""
    recently = sa.or_(Request.created_at > now - ASK_AGAIN, Request.lapses_at > now)
    still = sa.or_(Dismissal.until.is_(None), Dismissal.until > now)
    found: set[tuple[int, int]] = set()
    for one, other, condition in (
        (Block.member_id, Block.blocked_id, sa.true()),
        (Request.member_id, Request.asked_id, recently),
        (Dismissal.member_id, Dismissal.other_id, still),
        (Match.one_id, Match.other_id, sa.true()),
        (Proposal.one_id, Proposal.other_id, _proposed_before(now)),
    ):
        found.update((a, b) for a, b in session.execute(sa.select(one, other).where(condition)))
    return {(min(pair), max(pair)) for pair in found if pair[0] in member_ids and pair[1] in member_ids}
