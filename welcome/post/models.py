"""The outbox: one row for each copy of a letter, from its planning to its end; and what its readers want of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from welcome.database import QUEUE, Audience, Base, Retention, Tag, field, key, subject
from welcome.leases import Claimable

COPY = Tag("tell a member something once, and show what was told", Audience.OWNER, Retention.WEEKS)
CHOICE = Tag("send only what the member wants, the way they want it", Audience.OWNER, Retention.ACCOUNT)
DEVICE = Tag("show notices on a device where the member asked for them", Audience.OWNER, Retention.ACCOUNT)
DEVICE_KEY = Tag("let nobody on the way read what is shown on a device", Audience.SYSTEM, Retention.ACCOUNT)
BOUNCE = Tag("stop writing to an address that gives letters back", Audience.OWNER, Retention.WEEKS)
#: Longer than what came back: else we would begin to write there again.
PAUSE = Tag("stop writing to an address that gives letters back", Audience.OWNER, Retention.ACCOUNT)


class Channel(StrEnum):
    """The way a notice takes."""

    MAIL = "mail"
    APP = "app"
    PUSH = "push"


class Outcome(StrEnum):
    """How a notice ended."""

    SENT = "sent"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class Rhythm(StrEnum):
    """How often letters of one kind may come by mail."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class BounceKind(StrEnum):
    """Why a letter came back."""

    HARD = "hard"  # nobody lives there
    SOFT = "soft"  # not now: the mailbox is full, the server is down
    COMPLAINT = "complaint"  # the reader called it junk


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
    #: The letter that takes this one along, where the reader wants several in one.
    bundle_id: Mapped[int | None] = field(QUEUE, ForeignKey("notice.id", ondelete="SET NULL"), index=True)

    #: The reader; the class lives one floor up and is found by its name.
    member: Mapped[Any] = relationship("Member", lazy="joined", innerjoin=True)


class LetterChoice(Base):
    """How a member wants to hear of one kind of thing. Without a row: by mail at once, and on the bell."""

    __tablename__ = "letter_choice"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    kind: Mapped[str] = field(CHOICE, String(40), primary_key=True)
    mail: Mapped[Rhythm] = field(CHOICE, default=Rhythm.AT_ONCE)
    bell: Mapped[bool] = field(CHOICE, default=True)
    changed_at: Mapped[datetime] = field(CHOICE)


class PushSubscription(Base):
    """A device on which a member has asked for notices; the browser's own server passes them on, unread."""

    __tablename__ = "push_subscription"

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    endpoint: Mapped[str] = field(DEVICE, String(500), unique=True)
    p256dh: Mapped[str] = field(DEVICE_KEY, String(120))
    auth: Mapped[str] = field(DEVICE_KEY, String(40))
    created_at: Mapped[datetime] = field(DEVICE)


class Bounce(Base):
    """One letter that came back from an address, once for each reason."""

    __tablename__ = "bounce"
    __table_args__ = (sa.UniqueConstraint("notice_id", "kind"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    notice_id: Mapped[int | None] = field(BOUNCE, ForeignKey("notice.id", ondelete="SET NULL"))
    address: Mapped[str] = field(BOUNCE, String(254))
    kind: Mapped[BounceKind] = field(BOUNCE)
    said: Mapped[str] = field(BOUNCE, String(200))
    at: Mapped[datetime] = field(BOUNCE)


class PausedAddress(Base):
    """A member's address to which no letters go until they say that it is right. Another address is not paused."""

    __tablename__ = "paused_address"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    address: Mapped[str] = field(PAUSE, String(254))
    kind: Mapped[BounceKind] = field(PAUSE)
    said: Mapped[str] = field(PAUSE, String(200))
    paused_at: Mapped[datetime] = field(PAUSE)
