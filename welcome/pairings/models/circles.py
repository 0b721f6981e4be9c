"""Circles: a few people who meet around something they all like, and who has a seat in them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.conversations.models import Thread
from welcome.database import Base, field, key, public_id, subject
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.tags import CIRCLE, ROUND, SEAT
from welcome.pairings.states import CircleState, SeatState


class Circle(Base):
    """Three to six people, from the proposal on. Its first meeting stands on it: a circle is there to meet."""

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
    starts_at: Mapped[datetime | None] = field(CIRCLE)  # the first meeting
    ends_at: Mapped[datetime | None] = field(CIRCLE)
    venue_id: Mapped[int | None] = field(CIRCLE, ForeignKey("venue.id", ondelete="SET NULL"))
    sequence: Mapped[int] = field(CIRCLE, default=0)

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    thread: Mapped[Thread | None] = relationship(lazy="select")
    venue: Mapped[Any] = relationship("Venue", lazy="joined")
    seats: Mapped[list["Seat"]] = relationship(
        back_populates="circle",
        foreign_keys="Seat.circle_id",
        order_by="Seat.id",
        lazy="selectin",
        passive_deletes=True,
    )


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
