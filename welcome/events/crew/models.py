"""Co-organisers, shifts and stands.

A shift is so many minutes after the start of its date, so that it moves along by the clock on the wall. Its free
places are a counter that only conditional updates change, as with the places of a date.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.database import Audience, Base, Retention, Tag, field, key, public_id, subject
from welcome.directory.models import Organisation
from welcome.events.models import DESK, SEATS, TELL, WHEN, Event, Occurrence
from welcome.events.times import computed_instant

HELP = Tag("know who helps when", Audience.STAFF, Retention.ACCOUNT)
INVITE = Tag("let others organise an event too", Audience.STAFF, Retention.CONTENT)


class InvitationState(StrEnum):
    """What became of an invitation to organise together."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class StandState(StrEnum):
    """What became of an organisation's wish to have a stand."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class CoHost(Base):
    """A member or another organisation that is asked to organise an event too."""

    __tablename__ = "co_host"
    __table_args__ = (sa.UniqueConstraint("event_id", "organisation_id"), sa.UniqueConstraint("event_id", "address"))

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(INVITE, String(16), unique=True, default=public_id)
    event_id: Mapped[int] = field(INVITE, ForeignKey("event.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = field(INVITE, ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = subject()
    #: As it was typed: whether it has an account here is not told to who typed it.
    address: Mapped[str | None] = field(INVITE, String(254), index=True)
    state: Mapped[InvitationState] = field(INVITE, default=InvitationState.INVITED)
    invited_by: Mapped[int | None] = field(INVITE, ForeignKey("member.id", ondelete="SET NULL"))
    invited_at: Mapped[datetime] = field(INVITE)
    answered_at: Mapped[datetime | None] = field(INVITE)

    event: Mapped[Event] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])


class Shift(Base):
    """Something that volunteers do at one date, with its time and places."""

    __tablename__ = "shift"
    __table_args__ = (
        sa.CheckConstraint("places > 0", name="places"),
        sa.CheckConstraint("places_left >= 0", name="places_left"),
    )

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(TELL, String(16), unique=True, default=public_id)
    occurrence_id: Mapped[int] = field(TELL, ForeignKey("occurrence.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = field(TELL, String(100))
    note: Mapped[str] = field(TELL, String(300), default="")
    starts_after: Mapped[int] = field(WHEN)  #: minutes after the date's start, by the clock on the wall; may be below 0
    lasts: Mapped[int] = field(WHEN)  #: minutes
    places: Mapped[int] = field(SEATS)
    places_left: Mapped[int] = field(SEATS)
    sequence: Mapped[int] = field(WHEN, default=0)

    occurrence: Mapped[Occurrence] = relationship()

    @property
    def wall_start(self) -> datetime:
        """When it starts by the clock on the wall there."""
        return datetime.fromisoformat(self.occurrence.wall_start) + timedelta(minutes=self.starts_after)

    @property
    def wall_end(self) -> datetime:
        """When it ends by the clock on the wall there."""
        return self.wall_start + timedelta(minutes=self.lasts)

    @property
    def starts_at(self) -> datetime:
        """The instant at which it starts."""
        return computed_instant(self.wall_start, self.occurrence.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends."""
        return computed_instant(self.wall_end, self.occurrence.zone)


class Helper(Base):
    """A member who has taken a shift."""

    __tablename__ = "helper"
    __table_args__ = (sa.UniqueConstraint("shift_id", "member_id"),)

    id: Mapped[int] = key()
    shift_id: Mapped[int] = field(HELP, ForeignKey("shift.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    taken_at: Mapped[datetime] = field(HELP)

    shift: Mapped[Shift] = relationship()
    member: Mapped[Member] = relationship()


class Stand(Base):
    """An organisation's stand at a fair."""

    __tablename__ = "stand"
    __table_args__ = (sa.UniqueConstraint("event_id", "organisation_id"),)

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(TELL, String(16), unique=True, default=public_id)
    event_id: Mapped[int] = field(TELL, ForeignKey("event.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = field(TELL, ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    state: Mapped[StandState] = field(TELL, default=StandState.ASKED)
    wish: Mapped[str] = field(DESK, String(300), default="")
    label: Mapped[str] = field(TELL, String(40), default="")  #: where at the fair: "A3", "by the door"
    asked_by: Mapped[int | None] = field(DESK, ForeignKey("member.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = field(DESK)
    answered_at: Mapped[datetime | None] = field(DESK)

    event: Mapped[Event] = relationship()
    organisation: Mapped[Organisation] = relationship()
