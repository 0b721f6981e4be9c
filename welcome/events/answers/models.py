"""Who comes, who waits, and who does not want to see an event again.

An attendance is one member's answer to one date. The places that it holds are counted on the date (see ``seats``).
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.database import Audience, Base, Retention, Tag, field, key, subject
from welcome.events.models import Occurrence

COMING = Tag("know who comes and who waits", Audience.COUNTERPART, Retention.ACCOUNT)
TURN = Tag("keep the waiting list in order", Audience.OWNER, Retention.ACCOUNT)
UNWANTED = Tag("never show again what a member does not want to see", Audience.OWNER, Retention.ACCOUNT)


class AttendanceState(StrEnum):
    """What a member's answer came to."""

    ASKED = "asked"  # by a guest who has not confirmed yet; places may be held
    APPLIED = "applied"  # the organisers say yes or no; no place is held
    OFFERED = "offered"  # a place is held until ``hold_until``, for whoever confirms by then
    GOING = "going"
    WAITING = "waiting"
    DECLINED = "declined"  # by the organisers
    LEFT = "left"


#: Who holds a place for sure, who is on the way to one, and who is out.
COUNTED = (AttendanceState.GOING, AttendanceState.OFFERED)
OUT = (AttendanceState.LEFT, AttendanceState.DECLINED)


class Pool(StrEnum):
    """Out of which places a seat was taken, and into which it goes back."""

    NEWCOMER = "newcomer"
    LOCAL = "local"
    FIRST_TIMER = "first_timer"
    ALL = "all"


class Listed(StrEnum):
    """How fellow guests see somebody on the list, as they chose for this one answer."""

    FIRST_NAME = "first_name"
    NAME = "name"  # the one they write for it
    HIDDEN = "hidden"


class Greeting(StrEnum):
    """Nobody arrives alone: who would like to be met at the door, and who meets them."""

    WANTED = "wanted"
    OFFERED = "offered"


class Attendance(Base):
    """One member's answer to one date: they come, wait for a place, or have left."""

    __tablename__ = "attendance"
    __table_args__ = (
        sa.UniqueConstraint("occurrence_id", "member_id"),
        sa.Index("ix_attendance_queue", "occurrence_id", "state", "turn"),
        sa.CheckConstraint("party > 0", name="party"),
        sa.CheckConstraint("children >= 0 AND children <= party", name="children"),
    )

    id: Mapped[int] = key()
    occurrence_id: Mapped[int] = field(COMING, ForeignKey("occurrence.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    state: Mapped[AttendanceState] = field(COMING)
    side: Mapped[str | None] = field(COMING, String(16))  #: newcomer, local or both, as the member said
    pool: Mapped[Pool | None] = field(COMING)  #: None while waiting
    party: Mapped[int] = field(COMING, default=1)  #: how many in all
    children: Mapped[int] = field(COMING, default=0)  #: of these
    hold_until: Mapped[datetime | None] = field(COMING)
    brought_by_id: Mapped[int | None] = field(COMING, ForeignKey("member.id", ondelete="SET NULL"), index=True)
    waits_with_id: Mapped[int | None] = field(COMING, ForeignKey("member.id", ondelete="SET NULL"), index=True)
    listed: Mapped[Listed] = field(COMING, default=Listed.FIRST_NAME)
    listed_name: Mapped[str] = field(COMING, String(80), default="")
    greeting: Mapped[Greeting | None] = field(COMING)
    joined_at: Mapped[datetime] = field(TURN)
    changed_at: Mapped[datetime] = field(TURN)
    turn: Mapped[int] = field(TURN)

    occurrence: Mapped[Occurrence] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=member_id)
    brought_by: Mapped[Member | None] = relationship(foreign_keys=brought_by_id)

    @property
    def adults(self) -> int:
        """How many of the party are grown up."""
        return self.party - self.children

    @property
    def name(self) -> str:
        """What fellow guests call this person."""
        return self.listed_name or self.member.first_name


class EventDismissal(Base):
    """A member who said of an event: not for me."""

    __tablename__ = "event_dismissal"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    event_id: Mapped[int] = field(UNWANTED, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime] = field(UNWANTED)
