"""Circles: a few people who meet around something they all like, who has a seat in them, and their meetings."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.conversations.models import Thread
from welcome.database import Base, field, key, public_id, subject
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.tags import CIRCLE, PRIVATE, ROUND, SEAT
from welcome.pairings.states import CircleState, SeatState


class Circle(Base):
    """Three to six people, from the proposal on."""

    __tablename__ = "circle"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(CIRCLE, String(16), unique=True, default=public_id)
    programme_id: Mapped[int] = field(CIRCLE, ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    round_id: Mapped[int | None] = field(ROUND, ForeignKey("round.id", ondelete="SET NULL"), index=True)
    thread_id: Mapped[int | None] = field(CIRCLE, ForeignKey("thread.id", ondelete="SET NULL"))
    state: Mapped[CircleState] = field(CIRCLE, default=CircleState.PROPOSED)
    activity: Mapped[str] = field(CIRCLE, String(40))
    slot: Mapped[int] = field(CIRCLE)  # the part of the week that suits all: day * 3 + daypart
    language: Mapped[str] = field(CIRCLE, String(12))
    zone: Mapped[str] = field(CIRCLE, String(40))
    score: Mapped[float] = field(ROUND, default=0.0)
    created_at: Mapped[datetime] = field(CIRCLE)
    expires_at: Mapped[datetime] = field(CIRCLE)
    formed_at: Mapped[datetime | None] = field(CIRCLE)
    ended_at: Mapped[datetime | None] = field(CIRCLE)
    sequence: Mapped[int] = field(CIRCLE, default=0)  # how often its people were told of a change

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    thread: Mapped[Thread | None] = relationship(lazy="select")
    meetings: Mapped[list["CircleMeeting"]] = relationship(
        back_populates="circle", order_by="CircleMeeting.number", lazy="selectin", passive_deletes=True
    )
    seats: Mapped[list["Seat"]] = relationship(
        back_populates="circle",
        foreign_keys="Seat.circle_id",
        order_by="Seat.id",
        lazy="selectin",
        passive_deletes=True,
    )

    @property
    def meeting(self) -> "CircleMeeting | None":
        """The meeting that is planned, or was the last."""
        return self.meetings[-1] if self.meetings else None


class Seat(Base):
    """A member's seat in a circle. A seat that was offered holds a place, as a proposal does."""

    __tablename__ = "seat"
    __table_args__ = (sa.UniqueConstraint("circle_id", "member_id"),)

    id: Mapped[int] = key()
    circle_id: Mapped[int] = field(SEAT, ForeignKey("circle.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    state: Mapped[SeatState] = field(SEAT, default=SeatState.OFFERED)
    moves_from_id: Mapped[int | None] = field(SEAT, ForeignKey("circle.id", ondelete="SET NULL"))  # when two merge
    answered_at: Mapped[datetime | None] = field(SEAT)

    circle: Mapped[Circle] = relationship(back_populates="seats", foreign_keys=[circle_id])
    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)


class CircleMeeting(Base):
    """One meeting of a circle: the first is planned when it begins, each later one the day after the one before."""

    __tablename__ = "circle_meeting"
    __table_args__ = (sa.UniqueConstraint("circle_id", "number"),)

    id: Mapped[int] = key()
    circle_id: Mapped[int] = field(CIRCLE, ForeignKey("circle.id", ondelete="CASCADE"))
    number: Mapped[int] = field(CIRCLE)
    starts_at: Mapped[datetime] = field(CIRCLE)
    ends_at: Mapped[datetime] = field(CIRCLE)
    venue_id: Mapped[int | None] = field(CIRCLE, ForeignKey("venue.id", ondelete="SET NULL"))

    circle: Mapped[Circle] = relationship(back_populates="meetings")
    venue: Mapped[Any] = relationship("Venue", lazy="joined")


class CircleAnswer(Base):
    """What somebody in a circle said in private the day after."""

    __tablename__ = "circle_answer"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "member_id"),)

    id: Mapped[int] = key()
    meeting_id: Mapped[int] = field(PRIVATE, ForeignKey("circle_meeting.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    did_meet: Mapped[bool] = field(PRIVATE)
    would_again: Mapped[bool | None] = field(PRIVATE)
    answered_at: Mapped[datetime] = field(PRIVATE)
