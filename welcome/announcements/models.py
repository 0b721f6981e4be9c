"""Who was told of which event, what organisers announce, and when the letters of the week and the journey are due."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.database import Audience, Base, Retention, Tag, field, key, public_id, subject
from welcome.events.models import Event

TOLD = Tag("tell each person of an event once, and not too often of events", Audience.OWNER, Retention.CONTENT)
WEEKLY = Tag("send the weekly letter at the member's own hour, and nothing twice", Audience.OWNER, Retention.ACCOUNT)
JOURNEY = Tag(
    "send each step of the journey once, at the right moment of the arrival", Audience.OWNER, Retention.ACCOUNT
)
STEPS = Tag("know which steps of the journey are sent, and when", Audience.STAFF, Retention.REFERENCE)
DESK = Tag("let organisers tell people of an event, and let a second person agree", Audience.STAFF, Retention.CONTENT)


class Invitation(Base):
    """One member was told of one event: once, also where the event is a series."""

    __tablename__ = "invitation"
    __table_args__ = (sa.UniqueConstraint("event_id", "member_id"), sa.Index("ix_invitation_lately", "told_at"))

    id: Mapped[int] = key()
    event_id: Mapped[int] = field(TOLD, ForeignKey("event.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    told_at: Mapped[datetime] = field(TOLD)


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


class JourneyStep(Base):
    """What coordinators changed of a step of the journey, or a step of their own. Without a row it is as built in."""

    __tablename__ = "journey_step"

    code: Mapped[str] = field(STEPS, String(20), primary_key=True)
    is_on: Mapped[bool] = field(STEPS)
    month: Mapped[int | None] = field(STEPS)  #: after the arrival; None: as built in
    name: Mapped[str] = field(STEPS, String(60), default="")  #: of a step of their own
    themes: Mapped[list[str]] = field(STEPS, default=list)
    changed_at: Mapped[datetime] = field(STEPS)


class JourneyText(Base):
    """What a step of the journey says in one language, where coordinators have written it anew."""

    __tablename__ = "journey_text"

    step: Mapped[str] = field(STEPS, String(20), primary_key=True)
    locale: Mapped[str] = field(STEPS, String(8), primary_key=True)
    subject: Mapped[str] = field(STEPS, String(60))
    body: Mapped[str] = field(STEPS, Text)  #: paragraphs, with an empty line between them
    changed_at: Mapped[datetime] = field(STEPS)


class Purpose(StrEnum):
    """What an announcement asks of people."""

    COME = "come"
    HELP = "help"


class AnnouncementState(StrEnum):
    """How far an announcement is."""

    DRAFT = "draft"
    WAITING = "waiting"  # for a moderator's yes
    DECLINED = "declined"
    SENT = "sent"


class Announcement(Base):
    """What an organiser tells an audience of an event: once for a whole series."""

    __tablename__ = "announcement"
    __table_args__ = (sa.UniqueConstraint("event_id", "purpose"),)

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(DESK, String(16), unique=True, default=public_id)
    event_id: Mapped[int] = field(DESK, ForeignKey("event.id", ondelete="CASCADE"))
    purpose: Mapped[Purpose] = field(DESK)
    words: Mapped[str] = field(DESK, Text)
    audience: Mapped[dict[str, Any]] = field(DESK)
    state: Mapped[AnnouncementState] = field(DESK, default=AnnouncementState.DRAFT)
    created_by: Mapped[int | None] = field(DESK, ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = field(DESK)
    asked_at: Mapped[datetime | None] = field(DESK)
    decided_by: Mapped[int | None] = field(DESK, ForeignKey("member.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = field(DESK)
    declined_because: Mapped[str] = field(DESK, String(300), default="")
    sent_at: Mapped[datetime | None] = field(DESK)
    reached: Mapped[int | None] = field(DESK)

    event: Mapped[Event] = relationship()
