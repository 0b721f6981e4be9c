"""How a notice ends, waits or joins others: each in a transaction of its own, unless it has ended already."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import db, lock, writing
from welcome.post.choices import DIGEST
from welcome.post.models import Notice, Outcome

SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)  #: what mail servers themselves do

Then = Callable[[Session, Notice], None]


def finish(
    notice_id: int, now: datetime, outcome: Outcome, reason: str | None = None, then: Then | None = None
) -> None:
    """End a notice, together with those that it took along."""
    ended = {"done_at": now, "outcome": outcome, "reason": reason and reason[:200]}
    ending = sa.update(Notice).where(Notice.id == notice_id, Notice.done_at.is_(None)).values(ended).returning(Notice)
    with writing() as session:
        notice = session.scalar(ending, execution_options={"populate_existing": True})
        if notice is not None:
            if then:
                then(session, notice)
            _finish_bundled(session, notice)


def _finish_bundled(session: Session, notice: Notice) -> None:
    """End what went out, or not, with the one letter of a day or week."""
    if notice.kind == DIGEST:
        same = {"done_at": notice.done_at, "outcome": notice.outcome, "reason": notice.reason}
        taken_along = (Notice.bundle_id == notice.id, Notice.done_at.is_(None))
        session.execute(sa.update(Notice).where(*taken_along).values(same).execution_options(synchronize_session=False))


def is_settled(notice_id: int) -> bool:
    """Look once more whether a notice has ended meanwhile, or is gone with its reader."""
    waits = sa.select(Notice.id).where(Notice.id == notice_id, Notice.done_at.is_(None))
    is_there = db.session.scalar(waits) is not None
    db.session.rollback()
    return not is_there


def put_off(notice_id: int, now: datetime, reason: str, *, counts: bool = True) -> None:
    """Let a notice wait, longer each time it was its own fault; give it up when it has waited for days."""
    with writing() as session:
        notice = lock(session, Notice, notice_id)
        if notice is None or notice.done_at is not None:
            return
        notice.reason = reason[:200]
        notice.attempts -= not counts
        if now - notice.due_at > GIVE_UP_AFTER:
            notice.done_at, notice.outcome = now, Outcome.FAILED
            _finish_bundled(session, notice)
        else:
            doubled = SHORTEST_WAIT * 2 ** min(max(notice.attempts - 1, 0), 10)
            notice.leased_until = now + (min(doubled, LONGEST_WAIT) if counts else SHORTEST_WAIT)


def hold(notice_id: int, until: datetime) -> None:
    """Let a notice wait until its reader's morning. It has not been tried, so this does not count as an attempt."""
    with writing() as session:
        notice = lock(session, Notice, notice_id)
        if notice is not None and notice.done_at is None:
            notice.due_at, notice.leased_until = until, None
            notice.attempts -= 1
