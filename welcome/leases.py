"""Work that lies in rows: due at a time, leased by one worker, done once."""

from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session

from welcome.database import QUEUE, field, key

Work = TypeVar("Work", bound="Claimable")


class Claimable:
    """Columns of a row that is work."""

    id: Mapped[int] = key()
    due_at: Mapped[datetime] = field(QUEUE)
    leased_until: Mapped[datetime | None] = field(QUEUE)
    attempts: Mapped[int] = field(QUEUE, default=0, server_default="0")
    done_at: Mapped[datetime | None] = field(QUEUE)


def claim(
    session: Session, table: type[Work], *conditions: ColumnElement[bool], now: datetime, lease: timedelta
) -> int | None:
    """Lease the row that has been due longest and return its id, or None when nothing is due.

    One conditional statement, so that several workers never hold the same row. A worker that dies loses its lease, and
    the row is due again.
    """
    leased: InstrumentedAttribute[datetime | None] = table.leased_until
    candidate = (
        sa.select(table.id)
        .where(table.done_at.is_(None), table.due_at <= now, sa.or_(leased.is_(None), leased < now), *conditions)
        .order_by(table.due_at, table.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return session.scalar(
        sa.update(table)
        .where(table.id == candidate)
        .values(leased_until=now + lease, attempts=table.attempts + 1)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    )
