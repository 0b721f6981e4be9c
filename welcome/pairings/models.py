"""Programmes, those who joined them, and everything that may become of two of them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.conversations.models import Thread
from welcome.database import Audience, Base, Claimable, Retention, Tag, field, key, public_id, subject
from welcome.pairings.states import (
    ArrangementKind,
    MeetingState,
    Part,
    ProgrammeKind,
    ProgrammeStatus,
    ProposalState,
    RequestState,
    RoundKind,
    RoundState,
)

OFFER = Tag("say what a programme offers and by which rules", Audience.MEMBERS, Retention.REFERENCE)
STEERING = Tag("steer a programme's matching", Audience.STAFF, Retention.REFERENCE)
JOINING = Tag("match those who asked for it, in the role they chose", Audience.OWNER, Retention.ACCOUNT)
ASKING = Tag("let one member ask another, and show where that stands", Audience.COUNTERPART, Retention.ACCOUNT)
DISTANCE = Tag("not to suggest again whom a member does not want to see", Audience.OWNER, Retention.ACCOUNT)
FAIRNESS = Tag("show everybody about equally often", Audience.SYSTEM, Retention.WEEKS)
ROUND = Tag("prove and reproduce how a round was made", Audience.STAFF, Retention.SAFETY)
ARRANGED = Tag("let a coordinator bring two together in a round, or keep them apart", Audience.STAFF, Retention.ACCOUNT)
PAIR = Tag("bring two people together and keep their history", Audience.COUNTERPART, Retention.ACCOUNT)
PRIVATE = Tag("learn whether meetings happen", Audience.OWNER, Retention.ACCOUNT)
CLOSURE = Tag("learn why a match ended, without blame", Audience.OWNER, Retention.ACCOUNT)

#: A no is silent, also in the data that its other side takes along (see ``accounts.export``).
UNSAID = {"unsaid": True}


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
    created_at: Mapped[datetime] = field(OFFER)


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


class Exposure(Base):
    """How often a member was shown to others in one week."""

    __tablename__ = "exposure"
    __table_args__ = (sa.UniqueConstraint("member_id", "week"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    week: Mapped[date] = field(FAIRNESS, index=True)
    shown: Mapped[int] = field(FAIRNESS, default=0)


class Sighting(Base):
    """A member was shown another in one week: so that a second look is not counted again."""

    __tablename__ = "sighting"
    __table_args__ = (sa.UniqueConstraint("member_id", "other_id", "week"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject(index=False)
    other_id: Mapped[int] = field(FAIRNESS, ForeignKey("member.id", ondelete="CASCADE"), index=True)
    week: Mapped[date] = field(FAIRNESS)


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
    settled_at: Mapped[datetime | None] = field(ROUND)  # every proposal answered or lapsed, the next wave begun
    seed: Mapped[int] = field(ROUND, default=0)
    digest: Mapped[str | None] = field(ROUND, String(64))
    settings: Mapped[dict[str, Any]] = field(ROUND, default=dict)
    figures: Mapped[dict[str, Any]] = field(ROUND, default=dict)  # counts, total and certified bound

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
