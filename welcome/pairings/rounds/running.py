"""The life of a round: it waits, is computed by the scheduler, proposes, and is followed by a wave for those left.

A round is a row from its first moment, so that a page can show how far it is, a coordinator can stop it, and a
scheduler that dies while it computes leaves work behind, not a loss: the lease ends, and the round is computed again.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import lock
from welcome.errors import NotFound
from welcome.leases import claim
from welcome.pairings import programmes, refusals
from welcome.pairings.models.circles import Circle
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.states import CircleState, ProgrammeStatus, ProposalState, RoundKind, RoundState
from welcome.terms import is_over

LEASE = timedelta(minutes=2)  #: renewed at each step; another process takes over when it has ended
MOST_ATTEMPTS = 10
AGAINST = "against"  #: in the figures: what a round is held against, no part of what it came to
KEEP_INPUTS = timedelta(days=6)  #: an account that is closed is erased after a week
UNDER_WAY = (RoundState.WAITING, RoundState.RUNNING)
UNSENT = (*UNDER_WAY, RoundState.READY)


class StoppedError(Exception):
    """The round that is being computed is not wanted any more."""


def get_round(session: Session, public_id: str) -> Round:
    """Return a round."""
    kept = session.scalar(sa.select(Round).where(Round.public_id == public_id))
    if kept is None:
        raise NotFound
    return kept


def find_under_way(session: Session, programme_id: int) -> Round | None:
    """Return the round of a programme that waits, is being computed, or has not been sent yet."""
    rounds = sa.select(Round).where(
        Round.programme_id == programme_id, Round.kind == RoundKind.REAL, Round.state.in_(UNSENT)
    )
    return session.scalar(rounds.limit(1))


def start(session: Session, slug: str, *, now: datetime) -> Round:
    """Ask for a round; a series that still goes on ends with the wave that it is in."""
    programme = programmes.get_programme(session, slug)
    lock(session, Programme, programme.id)
    if find_under_way(session, programme.id) is not None:
        raise refusals.RoundUnderWay
    session.execute(
        sa.update(Round)
        .where(Round.programme_id == programme.id, Round.kind == RoundKind.REAL, Round.settled_at.is_(None))
        .values(settled_at=now)
    )
    return _add(session, programme, now)


def _add(session: Session, programme: Programme, now: datetime, after: Round | None = None) -> Round:
    wave = after.wave + 1 if after else 1
    kept = Round(
        programme_id=programme.id,
        wave=wave,
        first_id=(after.first_id or after.id) if after else None,
        started_at=now,
        due_at=now,
        seed=seed_of(now, wave),
    )
    session.add(kept)
    session.flush()
    return kept


def seed_of(now: datetime, wave: int = 1) -> int:
    """Return what decides between equals; a preview has that of the round that would begin on the same day."""
    return now.toordinal() + wave


def stop(session: Session, public_id: str, *, now: datetime) -> Round:
    """Stop a round that is not done yet; of one that has proposed, the waves that were to follow."""
    kept = lock(session, Round, get_round(session, public_id).id)
    if kept is None or kept.settled_at is not None or kept.state in (RoundState.STOPPED, RoundState.FAILED):
        raise refusals.TooLate
    if kept.state in UNSENT:
        kept.state, kept.done_at, kept.step = RoundState.STOPPED, now, None
    kept.settled_at = now
    return kept


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether a round waits to be computed."""
    free = sa.or_(Round.leased_until.is_(None), Round.leased_until < now)
    return session.scalar(sa.select(Round.id).where(Round.done_at.is_(None), Round.due_at <= now, free)) is not None


def take(session: Session, *, now: datetime) -> int | None:
    """Lease the round that has waited longest; one that failed too often is given up."""
    round_id = claim(session, Round, now=now, lease=LEASE)
    kept = None if round_id is None else lock(session, Round, round_id)
    if kept is None:
        return None
    if kept.attempts > MOST_ATTEMPTS:
        kept.state, kept.done_at, kept.settled_at = RoundState.FAILED, now, now
        return None
    kept.state, kept.step = RoundState.RUNNING, None
    return kept.id


def still(session: Session, round_id: int, *, now: datetime, step: str | None = None, done: float = 0.0) -> Round:
    """Hold a round that is being computed, note how far it is, renew its lease; raise when it was stopped meanwhile."""
    kept = lock(session, Round, round_id)
    if kept is None or kept.done_at is not None:
        raise StoppedError
    kept.leased_until, kept.step, kept.progress = now + LEASE, step, done
    return kept


def make_again(session: Session, round_id: int, *, now: datetime) -> None:
    """Compute a round that has not been sent once more, since its coordinator arranged something; keep what it was."""
    kept = lock(session, Round, round_id)
    if kept is None or kept.state is not RoundState.READY:
        raise refusals.TooLate
    before = {name: kept.figures.get(name) for name in ("matched", "total")}
    kept.figures = {**kept.figures, AGAINST: {"before": before}}
    kept.state, kept.done_at, kept.due_at, kept.attempts, kept.progress = RoundState.WAITING, None, now, 0, 0.0


def get_ready(kept: Round, *, now: datetime) -> None:
    """Let a round that is computed wait until its coordinator sends it."""
    kept.state, kept.done_at, kept.step, kept.leased_until, kept.progress = RoundState.READY, now, None, None, 1.0


def forget_inputs(session: Session, *, now: datetime) -> None:
    """Forget what went into a round before anybody in it who closed their account since is erased."""
    session.execute(sa.update(Round).where(Round.started_at < now - KEEP_INPUTS).values(inputs=None))


def forget_old(session: Session, *, now: datetime) -> None:
    """Forget what rounds came to long ago, each series as a whole; matches and circles stay."""
    series = sa.func.coalesce(Round.first_id, Round.id)
    goes_on = sa.select(series).where(sa.or_(Round.done_at.is_(None), ~is_over(Round.started_at, now)))
    old = session.scalars(sa.select(Round.id).where(series.not_in(goes_on.correlate(None)))).all()
    session.execute(sa.update(Circle).where(Circle.round_id.in_(old)).values(round_id=None, score=0.0))
    session.execute(sa.delete(Round).where(Round.id.in_(old)))


def put_back(session: Session, round_id: int, *, wait: timedelta = timedelta(0), now: datetime) -> None:
    """Let a round wait again, because this process ends or something failed."""
    kept = lock(session, Round, round_id)
    if kept is not None and kept.done_at is None:
        kept.state, kept.step, kept.leased_until, kept.progress = RoundState.WAITING, None, None, 0.0
        kept.due_at = now + wait


def read_settled(session: Session) -> list[int]:
    """Find the rounds whose proposals have all been answered or have lapsed, and that nothing has followed yet."""
    is_open = sa.or_(
        sa.exists().where(Proposal.round_id == Round.id, Proposal.state == ProposalState.OPEN),
        sa.exists().where(Circle.round_id == Round.id, Circle.state == CircleState.PROPOSED),
    )
    rounds = sa.select(Round.id).where(
        Round.state == RoundState.PROPOSED, Round.kind == RoundKind.REAL, Round.settled_at.is_(None), ~is_open
    )
    return list(session.scalars(rounds.order_by(Round.id)))


def follow(session: Session, round_id: int, *, now: datetime) -> Round | None:
    """Close the book of a round, and begin its next wave if somebody was freed and the programme has one left."""
    kept = lock(session, Round, round_id)
    if kept is None or kept.settled_at is not None:
        return None
    programme = lock(session, Programme, kept.programme_id)
    kept.settled_at = now
    freed = sa.union_all(
        sa.select(Proposal.id).where(Proposal.round_id == kept.id, Proposal.state != ProposalState.ACCEPTED),
        sa.select(Circle.id).where(Circle.round_id == kept.id, Circle.state == CircleState.LAPSED),
    )
    if programme is None or kept.wave >= programme.waves or programme.status is not ProgrammeStatus.OPEN:
        return None
    if session.scalar(freed) is None or find_under_way(session, programme.id) is not None:
        return None
    return _add(session, programme, now, after=kept)
