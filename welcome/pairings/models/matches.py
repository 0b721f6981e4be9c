"""Two people who found each other, and their meetings."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.conversations.models import Thread
from welcome.database import Base, field, key, public_id, subject
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.tags import CLOSURE, PAIR, PRIVATE
from welcome.pairings.states import MeetingState

STILL_OPEN = sa.text("ended_at IS NULL")


class Match(Base):
    """Two people who both said yes. ``one_id`` is always the smaller; a pair has one open match at most."""

    __tablename__ = "match"
    __table_args__ = (
        sa.Index("uq_match_open", "one_id", "other_id", unique=True, sqlite_where=STILL_OPEN,
                 postgresql_where=STILL_OPEN),
        sa.CheckConstraint("one_id < other_id", name="order"),
    )  # fmt: skip

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(PAIR, String(16), unique=True, default=public_id)
    programme_id: Mapped[int] = field(PAIR, ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    one_id: Mapped[int] = subject()
    other_id: Mapped[int] = subject()
    thread_id: Mapped[int | None] = field(PAIR, ForeignKey("thread.id", ondelete="SET NULL"))
    started_at: Mapped[datetime] = field(PAIR)
    ended_at: Mapped[datetime | None] = field(PAIR)
    ended_by_id: Mapped[int | None] = field(CLOSURE, ForeignKey("member.id", ondelete="SET NULL"))
    end_reason: Mapped[str | None] = field(CLOSURE, String(40))

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    thread: Mapped[Thread | None] = relationship(lazy="select")
    one: Mapped[Member] = relationship(foreign_keys=[one_id], lazy="joined", innerjoin=True)
    other: Mapped[Member] = relationship(foreign_keys=[other_id], lazy="joined", innerjoin=True)
    meetings: Mapped[list["Meeting"]] = relationship(
        back_populates="match", order_by="Meeting.number", lazy="select", passive_deletes=True
    )


class Meeting(Base):
    """One meeting of a match, from the times that are offered to what both said afterwards."""

    __tablename__ = "meeting"
    __table_args__ = (sa.UniqueConstraint("match_id", "number"),)

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(PAIR, String(16), unique=True, default=public_id)
    match_id: Mapped[int] = field(PAIR, ForeignKey("match.id", ondelete="CASCADE"))
    number: Mapped[int] = field(PAIR)
    state: Mapped[MeetingState] = field(PAIR, default=MeetingState.OFFERED)
    slots: Mapped[list[str]] = field(PAIR, default=list)  # wall-clock times in ``zone``, ISO
    zone: Mapped[str] = field(PAIR, String(40))
    starts_at: Mapped[datetime | None] = field(PAIR)
    ends_at: Mapped[datetime | None] = field(PAIR)
    venue_id: Mapped[int | None] = field(PAIR, ForeignKey("venue.id", ondelete="SET NULL"))
    proposed_by_id: Mapped[int | None] = field(PAIR, ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = field(PAIR)
    agreed_at: Mapped[datetime | None] = field(PAIR)
    sequence: Mapped[int] = field(PAIR, default=0)

    match: Mapped[Match] = relationship(back_populates="meetings")
    venue: Mapped[Any] = relationship("Venue", lazy="joined")


class MeetingAnswer(Base):
    """What one of the two said in private the day after."""

    __tablename__ = "meeting_answer"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "member_id"),)

    id: Mapped[int] = key()
    meeting_id: Mapped[int] = field(PRIVATE, ForeignKey("meeting.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    did_meet: Mapped[bool] = field(PRIVATE)
    would_again: Mapped[bool | None] = field(PRIVATE)
    answered_at: Mapped[datetime] = field(PRIVATE)
