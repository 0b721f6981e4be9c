"""The outbox: one row for each copy of a letter, from its planning to its end."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import String
from sqlalchemy.orm import Mapped, relationship

from welcome.database import QUEUE, Audience, Base, Claimable, Retention, Tag, field, subject

COPY = Tag("tell a member something once, and show what was told", Audience.OWNER, Retention.WEEKS)


class Channel(StrEnum):
    """The way a notice takes."""

    MAIL = "mail"
    APP = "app"


class Outcome(StrEnum):
    """How a notice ended."""

    SENT = "sent"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class Notice(Claimable, Base):
    """One person's copy of a letter on one channel."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("key", "channel"),
        sa.Index("ix_notice_waiting", "channel", "due_at", sqlite_where=sa.text("done_at IS NULL"),
                 postgresql_where=sa.text("done_at IS NULL")),
    )  # fmt: skip

    key: Mapped[str] = field(QUEUE, String(160))
    channel: Mapped[Channel] = field(COPY)
    kind: Mapped[str] = field(COPY, String(40))
    member_id: Mapped[int] = subject()
    args: Mapped[dict[str, Any]] = field(COPY)
    address: Mapped[str | None] = field(
        Tag("reach an address that is not the member's yet", Audience.OWNER, Retention.WEEKS), String(254)
    )
    created_at: Mapped[datetime] = field(COPY)
    outcome: Mapped[Outcome | None] = field(COPY)
    reason: Mapped[str | None] = field(COPY, String(200))
    read_at: Mapped[datetime | None] = field(COPY)

    #: The reader; the class lives one floor up and is found by its name.
    member: Mapped[Any] = relationship("Member", lazy="joined", innerjoin=True)
