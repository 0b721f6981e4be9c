"""Programmes and those who joined them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.database import Base, field, key, public_id, subject
from welcome.pairings.models.tags import JOINING, OFFER, STEERING
from welcome.pairings.states import OpenTo, Part, ProgrammeKind, ProgrammeStatus


class Programme(Base):
    """One offer of matching with its own rules, set up by a coordinator."""

    __tablename__ = "programme"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(OFFER, String(16), unique=True, default=public_id)
    slug: Mapped[str] = field(OFFER, String(60), unique=True)
    kind: Mapped[ProgrammeKind] = field(OFFER)
    name: Mapped[str] = field(OFFER, String(80))
    about: Mapped[str] = field(OFFER, Text, default="")
    status: Mapped[ProgrammeStatus] = field(OFFER, default=ProgrammeStatus.OPEN)
    weights: Mapped[dict[str, Any]] = field(STEERING, default=dict)
    settings: Mapped[dict[str, Any]] = field(STEERING, default=dict)
    hold_days: Mapped[int] = field(STEERING, default=5)
    request_days: Mapped[int] = field(STEERING, default=7)
    waves: Mapped[int] = field(STEERING, default=3)  # how often a round is solved again for those who are left
    open_to: Mapped[OpenTo] = field(OFFER, default=OpenTo.EVERYONE)
    is_reviewed: Mapped[bool] = field(STEERING, default=False)  # a round waits until the coordinator sends it
    every_weeks: Mapped[int | None] = field(STEERING)  # rounds begin by themselves, on this weekday (Monday is 0)
    weekday: Mapped[int | None] = field(STEERING)
    mentor_steps: Mapped[list[str]] = field(OFFER, default=list, server_default="[]")  #: asked of each mentor
    created_at: Mapped[datetime] = field(OFFER)

    @property
    def pairs_two(self) -> bool:
        """Whether it brings two people together, and not a circle."""
        return self.kind is not ProgrammeKind.CIRCLES


class Enrolment(Base):
    """A member's yes to one programme. It is also the row that is locked before a pair is made."""

    __tablename__ = "enrolment"
    __table_args__ = (sa.UniqueConstraint("programme_id", "member_id"),)

    id: Mapped[int] = key()
    programme_id: Mapped[int] = field(JOINING, ForeignKey("programme.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    role: Mapped[Part] = field(JOINING, default=Part.PARTNER)
    capacity: Mapped[int] = field(JOINING, default=1)
    joined_at: Mapped[datetime] = field(JOINING)
    waiting_since: Mapped[datetime] = field(JOINING)
    paused_at: Mapped[datetime | None] = field(JOINING)
    ignored: Mapped[int] = field(JOINING, default=0)  # questions and proposals in a row that lapsed without a word

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
