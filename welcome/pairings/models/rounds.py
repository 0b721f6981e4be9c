"""Rounds, what is arranged for them, and what they came to."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.database import Base, field, key, public_id, subject
from welcome.leases import Claimable
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.tags import ARRANGED, INPUTS, PAIR, ROUND, UNSAID
from welcome.pairings.states import ArrangementKind, ProposalState, RoundKind, RoundState


class Round(Claimable, Base):
    """One run of a programme over everybody who joined it, with all that is needed to run it again.

    It is work for the scheduler, done when everything is kept. What lapses is solved again in a next wave, a round of
    its own that names the first of its series.
    """

    __tablename__ = "round"
    __table_args__ = (
        sa.Index("ix_round_waiting", "due_at", sqlite_where=sa.text("done_at IS NULL"),
                 postgresql_where=sa.text("done_at IS NULL")),
    )  # fmt: skip

    public_id: Mapped[str] = field(ROUND, String(16), unique=True, default=public_id)
    programme_id: Mapped[int] = field(ROUND, ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RoundKind] = field(ROUND, default=RoundKind.REAL)
    state: Mapped[RoundState] = field(ROUND, default=RoundState.WAITING)
    wave: Mapped[int] = field(ROUND, default=1)
    first_id: Mapped[int | None] = field(ROUND, ForeignKey("round.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = field(ROUND)
    step: Mapped[str | None] = field(ROUND, String(40))  # what is being computed at the moment
    progress: Mapped[float] = field(ROUND, default=0.0)  # of all the steps together, in [0, 1]
    settled_at: Mapped[datetime | None] = field(ROUND)  # every proposal answered or lapsed, the next wave begun
    seed: Mapped[int] = field(ROUND, default=0)
    digest: Mapped[str | None] = field(ROUND, String(64))
    settings: Mapped[dict[str, Any]] = field(ROUND, default=dict)
    figures: Mapped[dict[str, Any]] = field(ROUND, default=dict)  # counts, total and certified bound
    inputs: Mapped[str | None] = field(INPUTS, Text, deferred=True)  # packed; emptied before anybody in it is erased

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)


class Arrangement(Base):
    """A coordinator wants two people paired in the next round, or never here. ``one_id`` is always the smaller."""

    __tablename__ = "arrangement"
    __table_args__ = (
        sa.UniqueConstraint("programme_id", "one_id", "other_id"),
        sa.CheckConstraint("one_id < other_id", name="order"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(ARRANGED, String(16), unique=True, default=public_id)
    programme_id: Mapped[int] = field(ARRANGED, ForeignKey("programme.id", ondelete="CASCADE"))
    kind: Mapped[ArrangementKind] = field(ARRANGED)
    one_id: Mapped[int] = subject()
    other_id: Mapped[int] = subject()
    created_at: Mapped[datetime] = field(ARRANGED)

    one: Mapped[Member] = relationship(foreign_keys=[one_id], lazy="joined", innerjoin=True)
    other: Mapped[Member] = relationship(foreign_keys=[other_id], lazy="joined", innerjoin=True)


class Standing(Base):
    """How one member came out of a round: the price that spreads suggestions, and why nobody was found."""

    __tablename__ = "standing"
    __table_args__ = (sa.UniqueConstraint("round_id", "member_id"),)

    id: Mapped[int] = key()
    round_id: Mapped[int] = field(ROUND, ForeignKey("round.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    is_matched: Mapped[bool] = field(ROUND)
    price: Mapped[float] = field(ROUND, default=0.0)
    reason: Mapped[dict[str, Any] | None] = field(ROUND, sa.JSON(none_as_null=True))


class Placing(Base):
    """Where a round put one member: those with the same number are one pair or one circle."""

    __tablename__ = "placing"
    __table_args__ = (sa.UniqueConstraint("round_id", "number", "member_id"),)

    id: Mapped[int] = key()
    round_id: Mapped[int] = field(ROUND, ForeignKey("round.id", ondelete="CASCADE"))
    number: Mapped[int] = field(ROUND)
    member_id: Mapped[int] = subject()
    score: Mapped[float] = field(ROUND)


class Proposal(Base):
    """A round's offer of a pair, to be accepted by both. ``one_id`` is always the smaller."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "one_id", "other_id"),
        sa.CheckConstraint("one_id < other_id", name="order"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(PAIR, String(16), unique=True, default=public_id)
    round_id: Mapped[int] = field(PAIR, ForeignKey("round.id", ondelete="CASCADE"))
    programme_id: Mapped[int] = field(PAIR, ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    one_id: Mapped[int] = subject()
    other_id: Mapped[int] = subject()
    one_answer: Mapped[bool | None] = field(PAIR)
    other_answer: Mapped[bool | None] = field(PAIR)
    state: Mapped[ProposalState] = field(PAIR, default=ProposalState.OPEN, info=UNSAID)
    created_at: Mapped[datetime] = field(PAIR)
    expires_at: Mapped[datetime] = field(PAIR)
    score: Mapped[float] = field(ROUND, default=0.0)

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    one: Mapped[Member] = relationship(foreign_keys=[one_id], lazy="joined", innerjoin=True)
    other: Mapped[Member] = relationship(foreign_keys=[other_id], lazy="joined", innerjoin=True)
