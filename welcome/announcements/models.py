"""Who was told of which event, which kinds of letters a member wants, and when their next ones are due."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped

from welcome.database import Audience, Base, Retention, Tag, field, key, subject

TOLD = Tag("tell each person of an event once, and not too often of events", Audience.OWNER, Retention.CONTENT)
WEEKLY = Tag("send the weekly letter at the member's own hour, and nothing twice", Audience.OWNER, Retention.ACCOUNT)
JOURNEY = Tag(
    "send each step of the journey once, at the right moment of the arrival", Audience.OWNER, Retention.ACCOUNT
)
STEPS = Tag("know which steps of the journey are sent", Audience.STAFF, Retention.REFERENCE)
CHOICE = Tag("send only the kinds of letters that the member wants", Audience.OWNER, Retention.ACCOUNT)


class Invitation(Base):
    """One member was told of one event: once, also where the event is a series."""

    __tablename__ = "invitation"
    __table_args__ = (sa.UniqueConstraint("event_id", "member_id"), sa.Index("ix_invitation_lately", "told_at"))

    id: Mapped[int] = key()
    event_id: Mapped[int] = field(TOLD, ForeignKey("event.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    told_at: Mapped[datetime] = field(TOLD)


class LetterChoice(Base):
    """Whether a member wants a kind of letter by mail. Without a row they do."""

    __tablename__ = "letter_choice"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    kind: Mapped[str] = field(CHOICE, String(40), primary_key=True)
    is_wanted: Mapped[bool] = field(CHOICE)
    changed_at: Mapped[datetime] = field(CHOICE)


class WeeklyPlan(Base):
    """When a member's weekly letter is next, by their own clock, and what the last one told."""

    __tablename__ = "weekly_plan"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    weekday: Mapped[int] = field(WEEKLY)  #: 0 is Monday
    hour: Mapped[int] = field(WEEKLY)
    zone: Mapped[str] = field(WEEKLY, String(40))
    next_at: Mapped[datetime] = field(WEEKLY, index=True)
    last_on: Mapped[date | None] = field(WEEKLY, Date)  #: by the member's calendar
    told: Mapped[list[int]] = field(WEEKLY, default=list)  #: events
    told_at: Mapped[datetime | None] = field(WEEKLY)


class JourneyPlan(Base):
    """Which steps of the journey a newcomer was told, and when the next is due. The arrival stays in the profile."""

    __tablename__ = "journey_plan"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    told: Mapped[list[str]] = field(JOURNEY, default=list)
    last_on: Mapped[date | None] = field(JOURNEY, Date)
    next_at: Mapped[datetime | None] = field(JOURNEY, index=True)
    zone: Mapped[str] = field(JOURNEY, String(40))
    planned_at: Mapped[datetime] = field(JOURNEY)


class JourneySwitch(Base):
    """Whether a step of the journey is sent. Without a row it is."""

    __tablename__ = "journey_switch"

    step: Mapped[str] = field(STEPS, String(20), primary_key=True)
    is_on: Mapped[bool] = field(STEPS)
    changed_at: Mapped[datetime] = field(STEPS)
