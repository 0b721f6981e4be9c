"""Events and their dates.

An event is the text and the facts; an occurrence is one date of it. Places are counted on the occurrence, in columns
that are only changed by conditional updates (see ``seats``); who holds them is an attendance (see ``answers.models``).
Nothing is loaded along by itself: a row that is locked must not lock its neighbours.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.database import Audience, Base, Retention, Tag, field, key, public_id
from welcome.directory.models import Organisation, Venue
from welcome.texts.models import TextIn, Translatable

TELL = Tag("tell people what happens, where and for whom", Audience.PUBLIC, Retention.CONTENT)
WHEN = Tag("be there at the right time, also when clocks change", Audience.PUBLIC, Retention.CONTENT)
SEATS = Tag("never promise more places than there are", Audience.PUBLIC, Retention.CONTENT)
TERMS = Tag("say how people get a place", Audience.PUBLIC, Retention.CONTENT)
DESK = Tag("let organisers prepare and follow their events", Audience.STAFF, Retention.CONTENT)
SEARCH = Tag("find an event by a word", Audience.SYSTEM, Retention.CONTENT)
SOURCE = Tag("follow the calendar that an event was taken from", Audience.PUBLIC, Retention.CONTENT)


class EventKind(StrEnum):
    """Whom an event is for."""

    OPEN = "open"
    WELCOME = "welcome"  # announced to recent arrivals
    BRIDGING = "bridging"  # with places held for newcomers and for locals


class EventStatus(StrEnum):
    """Where an event or one of its dates stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Setting(StrEnum):
    """Under a roof or not."""

    INDOORS = "indoors"
    OUTDOORS = "outdoors"
    BOTH = "both"


class Event(Translatable, Base):
    """A thing that happens, once or again and again."""

    __tablename__ = "event"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "import_key"),
        sa.CheckConstraint("capacity > 0", name="capacity"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(TELL, String(16), unique=True, default=public_id)
    organisation_id: Mapped[int] = field(TELL, ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EventKind] = field(TELL, default=EventKind.OPEN)
    title: Mapped[str] = field(TELL, String(200))
    about: Mapped[str] = field(TELL, Text, default="")
    search_words: Mapped[str] = field(SEARCH, Text, default="")
    status: Mapped[EventStatus] = field(TELL, default=EventStatus.DRAFT)
    cost_cents: Mapped[int | None] = field(TELL)  #: 0 is free, None is not known
    currency: Mapped[str] = field(TELL, String(3), default="EUR")
    cost_note: Mapped[str] = field(TELL, String(200), default="")
    children_welcome: Mapped[bool | None] = field(TELL)
    is_step_free: Mapped[bool | None] = field(TELL)
    access: Mapped[dict[str, Any]] = field(TELL, default=dict)  #: answers to accessibility's other questions
    setting: Mapped[Setting | None] = field(TELL)
    interests: Mapped[list[str]] = field(TELL, default=list)
    capacity: Mapped[int | None] = field(SEATS)
    newcomer_places: Mapped[int | None] = field(SEATS)
    local_places: Mapped[int | None] = field(SEATS)
    opens_to_all_hours: Mapped[int] = field(SEATS, default=48)
    first_timer_places: Mapped[int | None] = field(SEATS)  #: on each date of a series
    is_strict_order: Mapped[bool] = field(TERMS, default=False)  #: nobody is let in past who waits longer
    hold_hours: Mapped[int | None] = field(TERMS)  #: for confirming a place that became free; None: it is theirs
    needs_approval: Mapped[bool] = field(TERMS, default=False)
    hides_address: Mapped[bool] = field(TERMS, default=False)  #: from all but those who have a place
    arrived_within_weeks: Mapped[int | None] = field(
        Tag("tell people at the right moment of their own arrival", Audience.PUBLIC, Retention.CONTENT)
    )
    rrule: Mapped[str | None] = field(WHEN, String(300))
    created_by: Mapped[int | None] = field(DESK, ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = field(DESK)
    updated_at: Mapped[datetime] = field(DESK)
    published_at: Mapped[datetime | None] = field(DESK)
    publish_at: Mapped[datetime | None] = field(DESK)  #: when a draft publishes itself; the agenda knows by which clock
    stand_places: Mapped[int | None] = field(TELL)  #: how many organisations can have a stand; None: it is no fair
    uid: Mapped[str] = field(WHEN, String(255))  #: the name in calendars, which never changes
    import_key: Mapped[str | None] = field(SOURCE, String(255))
    source_url: Mapped[str | None] = field(SOURCE, String(500))

    organisation: Mapped[Organisation] = relationship()
    languages: Mapped[list["EventLanguage"]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="(EventLanguage.is_main.desc(), EventLanguage.code)",
    )
    texts: Mapped[list["EventText"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="(EventText.language, EventText.is_easy)"
    )
    picture: Mapped["EventPicture | None"] = relationship(viewonly=True)
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", passive_deletes=True, order_by="Occurrence.starts_at"
    )

    @property
    def is_bridging(self) -> bool:
        """Whether places are held for each side."""
        return self.kind is EventKind.BRIDGING


class EventLanguage(Base):
    """A language spoken at an event, and how much of it one needs (0: none, 1 to 6: A1 to C2)."""

    __tablename__ = "event_language"

    event_id: Mapped[int] = field(TELL, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = field(TELL, String(8), primary_key=True)
    level: Mapped[int] = field(TELL, default=0)
    is_main: Mapped[bool] = field(TELL, default=False)


class EventText(TextIn, Base):
    """What an event says in another language, or in easy words."""

    __tablename__ = "event_text"

    event_id: Mapped[int] = field(TELL, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)


class EventPicture(Base):
    """One picture, drawn anew by us: what the camera wrote into the file is gone. Kept as bytes, so that it is saved,
    restored and erased with everything else."""

    __tablename__ = "event_picture"

    event_id: Mapped[int] = field(TELL, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    alt: Mapped[str] = field(TELL, String(300))
    body: Mapped[bytes] = field(TELL, sa.LargeBinary, deferred=True)
    width: Mapped[int] = field(TELL)
    height: Mapped[int] = field(TELL)
    digest: Mapped[str] = field(TELL, String(16))  #: stands in its address, so that browsers may keep it for ever
    added_at: Mapped[datetime] = field(TELL)


class Occurrence(Base):
    """One date of an event, with its places.

    ``wall_start`` and ``zone`` are what the organiser said; the instants follow from them.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "recurrence_id"),
        sa.Index("ix_occurrence_coming", "status", "starts_at"),
        sa.Index("ix_occurrence_of_event", "event_id", "starts_at"),
        sa.CheckConstraint("seats_left >= 0", name="seats_left"),
        sa.CheckConstraint("newcomer_left >= 0", name="newcomer_left"),
        sa.CheckConstraint("local_left >= 0", name="local_left"),
        sa.CheckConstraint("first_timer_left >= 0", name="first_timer_left"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(WHEN, String(16), unique=True, default=public_id)
    event_id: Mapped[int] = field(TELL, ForeignKey("event.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = field(WHEN)
    ends_at: Mapped[datetime] = field(WHEN)
    wall_start: Mapped[str] = field(WHEN, String(19))
    zone: Mapped[str] = field(WHEN, String(40))
    is_all_day: Mapped[bool] = field(WHEN, default=False)
    venue_id: Mapped[int | None] = field(TELL, ForeignKey("venue.id", ondelete="SET NULL"), index=True)
    place_note: Mapped[str] = field(TELL, String(300), default="")
    place_words: Mapped[str] = field(SEARCH, Text, default="")
    own_title: Mapped[str] = field(TELL, String(200), default="", server_default="")  #: empty: the event's
    own_about: Mapped[str] = field(TELL, Text, default="", server_default="")
    own_words: Mapped[str] = field(SEARCH, Text, default="", server_default="")
    status: Mapped[EventStatus] = field(TELL, default=EventStatus.DRAFT)
    cancel_reason: Mapped[str] = field(TELL, String(300), default="")
    sequence: Mapped[int] = field(WHEN, default=0)
    changed_at: Mapped[datetime] = field(WHEN)
    seats_left: Mapped[int | None] = field(SEATS)  #: of all places; None: as many as come
    newcomer_left: Mapped[int | None] = field(SEATS)  #: of these, still held for newcomers
    local_left: Mapped[int | None] = field(SEATS)  #: of these, still held for locals
    opened_at: Mapped[datetime | None] = field(SEATS)  #: since when unused places are open to all
    first_timer_left: Mapped[int | None] = field(SEATS)  #: of these, still held for people new to the series
    regulars_at: Mapped[datetime | None] = field(SEATS)  #: since when regulars may have these too
    next_turn: Mapped[int] = field(SEATS, default=1)
    recurrence_id: Mapped[str | None] = field(WHEN, String(19))

    event: Mapped[Event] = relationship(back_populates="occurrences")
    venue: Mapped[Venue | None] = relationship()

    @property
    def title(self) -> str:
        """What happens on this date: a date of a series may have a title of its own."""
        return self.own_title or self.event.title

    @property
    def about(self) -> str:
        """What it says about this date."""
        return self.own_about or self.event.about

    @property
    def local_start(self) -> datetime:
        """When it starts by the clock on the wall there."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> datetime:
        """When it ends by the clock on the wall there."""
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def is_open(self) -> bool:
        """Whether it is announced and not called off."""
        return self.status is EventStatus.PUBLISHED
