"""One row for each thing that must happen at a time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import String
from sqlalchemy.orm import Mapped

from welcome.database import QUEUE, Base, field
from welcome.leases import Claimable


class Due(Claimable, Base):
    """A piece of work of one room, done once at its time and not before.

    ``wall_time`` and ``zone`` remember where ``due_at`` came from, so that a change of the zone's
    rules can be followed.
    """

    __tablename__ = "due"
    __table_args__ = (sa.Index("ix_due_waiting", "due_at", sqlite_where=sa.text("done_at IS NULL"),
                               postgresql_where=sa.text("done_at IS NULL")),)  # fmt: skip

    key: Mapped[str] = field(QUEUE, String(120), unique=True)
    kind: Mapped[str] = field(QUEUE, String(40))
    ref: Mapped[int] = field(QUEUE)
    wall_time: Mapped[str | None] = field(QUEUE, String(19))
    zone: Mapped[str | None] = field(QUEUE, String(40))
    outcome: Mapped[str | None] = field(QUEUE, String(200))

    def __repr__(self) -> str:
        due: datetime = self.due_at
        return f"<Due {self.key} at {due:%Y-%m-%d %H:%M}>"
