"""What one member says about another: a question, or not to be shown them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.database import Base, field, key, public_id, subject
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.tags import ASKING, DISTANCE, UNSAID
from welcome.pairings.states import RequestState

OPEN_REQUEST = sa.text("state IN ('requested', 'seen')")


class Request(Base):
    """One member asks another. ``member_id`` asks ``asked_id``."""

    __tablename__ = "request"
    __table_args__ = (
        sa.Index("uq_request_open", "member_id", "asked_id", unique=True, sqlite_where=OPEN_REQUEST,
                 postgresql_where=OPEN_REQUEST),
    )  # fmt: skip

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(ASKING, String(16), unique=True, default=public_id)
    programme_id: Mapped[int] = field(ASKING, ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = subject()
    asked_id: Mapped[int] = subject()
    note: Mapped[str | None] = field(ASKING, String(500))
    state: Mapped[RequestState] = field(ASKING, default=RequestState.REQUESTED, info=UNSAID)
    created_at: Mapped[datetime] = field(ASKING)
    seen_at: Mapped[datetime | None] = field(ASKING)
    answered_at: Mapped[datetime | None] = field(ASKING, info=UNSAID)
    lapses_at: Mapped[datetime] = field(ASKING)

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    asker: Mapped[Member] = relationship(foreign_keys=[member_id], lazy="joined", innerjoin=True)
    asked: Mapped[Member] = relationship(foreign_keys=[asked_id], lazy="joined", innerjoin=True)


class Dismissal(Base):
    """A member does not want to be shown another: for a while, or for good."""

    __tablename__ = "dismissal"
    __table_args__ = (sa.UniqueConstraint("member_id", "other_id"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    other_id: Mapped[int] = field(DISTANCE, ForeignKey("member.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime | None] = field(DISTANCE)
