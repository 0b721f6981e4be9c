"""Who follows our dates in a calendar of their own, and whose calendars we follow."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from welcome.database import Audience, Base, Retention, Tag, field, public_id, subject
from welcome.directory.models import Organisation
from welcome.leases import Claimable

LINK = Tag("let the member's own calendar follow their dates, and nobody else's", Audience.SYSTEM, Retention.ACCOUNT)
FOLLOW = Tag("follow an organisation's own calendar", Audience.STAFF, Retention.CONTENT)


class CalendarFeed(Base):
    """The one private address under which a member's own calendar finds their dates. Only its hash is kept."""

    __tablename__ = "calendar_feed"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    token_hash: Mapped[str] = field(LINK, String(64), unique=True)
    created_at: Mapped[datetime] = field(Tag("show since when the address is used", Audience.OWNER, Retention.ACCOUNT))


class CalendarSubscription(Claimable, Base):
    """An organisation's calendar somewhere else, which we ask again and again.

    It is work that is never done: ``due_at`` is when we ask next, ``attempts`` how often we asked in vain since it last
    answered. A failure is kept by its name and words, so that each organiser reads it in their own language.
    """

    __tablename__ = "calendar_subscription"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "address"), sa.Index(None, "due_at"))

    public_id: Mapped[str] = field(FOLLOW, String(16), unique=True, default=public_id)
    organisation_id: Mapped[int] = field(FOLLOW, ForeignKey("organisation.id", ondelete="CASCADE"))
    address: Mapped[str] = field(FOLLOW, String(500))
    created_by: Mapped[int | None] = field(FOLLOW, ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = field(FOLLOW)
    etag: Mapped[str] = field(FOLLOW, String(200), default="")  #: what its server called the version that we have
    last_modified: Mapped[str] = field(FOLLOW, String(60), default="")
    digest: Mapped[str] = field(FOLLOW, String(64), default="")
    tried_at: Mapped[datetime | None] = field(FOLLOW)
    succeeded_at: Mapped[datetime | None] = field(FOLLOW)
    read_at: Mapped[datetime | None] = field(FOLLOW)  #: when its dates were last worked out
    failure: Mapped[str | None] = field(FOLLOW, String(40))
    failure_words: Mapped[dict[str, Any]] = field(FOLLOW, default=dict)
    result: Mapped[dict[str, Any]] = field(FOLLOW, default=dict)

    organisation: Mapped[Organisation] = relationship()


class SubscribedEvent(Base):
    """Which subscription an event comes from: the first that brought it."""

    __tablename__ = "subscribed_event"

    event_id: Mapped[int] = field(FOLLOW, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    subscription_id: Mapped[int] = field(FOLLOW, ForeignKey("calendar_subscription.id", ondelete="CASCADE"), index=True)
