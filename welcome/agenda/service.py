"""Plan work for later, move it, call it off."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda.models import Due
from welcome.database import insert_once

TOO_LATE = "too late: what it was about had begun, or nobody could answer any more"


def schedule(
    session: Session,
    key: str,
    kind: str,
    ref: int,
    due_at: datetime,
    *,
    wall_time: datetime | None = None,
    zone: str | None = None,
) -> None:
    """Plan the work named ``key``, or move it if it is planned and not done yet."""
    when = {
        "due_at": due_at,
        "wall_time": wall_time.isoformat(timespec="seconds") if wall_time else None,
        "zone": zone,
    }
    if not insert_once(session, Due, key=key, kind=kind, ref=ref, **when):
        moved = {**when, "leased_until": None, "attempts": 0}
        session.execute(sa.update(Due).where(Due.key == key, Due.done_at.is_(None)).values(**moved))


def cancel(session: Session, key: str) -> None:
    """Call the work off, if it is not done yet."""
    session.execute(sa.delete(Due).where(Due.key == key, Due.done_at.is_(None)))


def reopen(session: Session, key: str, due_at: datetime) -> None:
    """Plan work that was done before once more, as when an event moves after its reminder went out."""
    again = {"due_at": due_at, "done_at": None, "leased_until": None, "attempts": 0, "outcome": None}
    session.execute(sa.update(Due).where(Due.key == key).values(**again))


def follow(
    session: Session, key: str, kind: str, ref: int, due_at: datetime, *, wall_time: datetime, zone: str
) -> None:
    """Plan what hangs on a time that may move: move it along, also when it was done already for the old time."""
    schedule(session, key, kind, ref, due_at, wall_time=wall_time, zone=zone)
    if session.scalar(sa.select(Due.done_at).where(Due.key == key)) is not None:
        reopen(session, key, due_at)
