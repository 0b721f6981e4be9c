"""Do what is due: claim a row, do its work and mark it done in one transaction, take the next."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda.models import Due
from welcome.database import lock, writing
from welcome.leases import claim
from welcome.terms import SWEPT_AT_ONCE, is_over

#: Does one piece of work, or returns why it was not done.
Handler = Callable[[Session, int, datetime], str | None]

LEASE = timedelta(minutes=5)  #: longer than any piece of work takes
MOST_ATTEMPTS = 10
SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)

log = logging.getLogger(__name__)


def run_due(handlers: Mapping[str, Handler], *, now: datetime, most: int = 500) -> int:
    """Do up to ``most`` pieces of due work and return how many were tried.

    1. Lease one row, so that no other process takes it meanwhile.
    2. In a second transaction: do its work and mark it done. Both or neither are kept.
    3. On a fault: say so in the row, and let it wait, longer each time; the others go on.
    """
    for done in range(most):
        with writing() as session:
            due_id = claim(session, Due, Due.attempts < MOST_ATTEMPTS, now=now, lease=LEASE)
        if due_id is None:
            return done
        try:
            _do(due_id, handlers, now)
        except Exception as problem:
            log.exception("Due work %s failed", due_id)
            _note_failure(due_id, problem, now)
    return most


def _do(due_id: int, handlers: Mapping[str, Handler], now: datetime) -> None:
    with writing() as session:
        due = lock(session, Due, due_id)
        if due is None or due.done_at is not None or due.due_at > now:
            return  # called off, done, or moved since it was leased
        due.outcome = handlers[due.kind](session, due.ref, now) or "done"
        due.done_at = now


def _note_failure(due_id: int, problem: Exception, now: datetime) -> None:
    with writing() as session:
        due = lock(session, Due, due_id)
        if due is not None:
            due.outcome = f"{type(problem).__name__}: {problem}"[:200]
            doubled = SHORTEST_WAIT * 2 ** min(max(due.attempts - 1, 0), 10)
            due.leased_until = now + min(doubled, LONGEST_WAIT)


def forget_old(*, now: datetime) -> int:
    """Delete work that was done long ago; return how many rows."""
    with writing() as session:
        old = sa.select(Due.id).where(is_over(Due.done_at, now)).limit(SWEPT_AT_ONCE)
        return len(session.execute(sa.delete(Due).where(Due.id.in_(old)).returning(Due.id)).all())
