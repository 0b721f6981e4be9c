"""The door list, what was ticked on it, the two questions afterwards, and the counts that stay.

A tick is never changed: the newest of a guest is what holds, so phones without a network can send theirs later. What
somebody felt is kept until it is counted, and the counts name nobody.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from welcome.database import Audience, Base, Retention, Tag, field, key, subject

DOOR = Tag(
    "let whoever stands at the door see who comes, for as long as the event lasts", Audience.STAFF, Retention.WEEKS
)
CAME = Tag("know who came, to thank them and to count", Audience.STAFF, Retention.ACCOUNT)
FELT = Tag("count whether people felt welcome; deleted once it is counted", Audience.SYSTEM, Retention.WEEKS)
AGAIN = Tag("bring people together who would both like to meet again", Audience.SYSTEM, Retention.ACCOUNT)
COUNTS = Tag("show organisers whether their events bring people together", Audience.STAFF, Retention.CONTENT)


class Felt(StrEnum):
    """Whether somebody felt welcome."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class DoorLink(Base):
    """A secret address that opens the door list of one date. Only its hash is kept; a new one ends the old."""

    __tablename__ = "door_link"

    occurrence_id: Mapped[int] = field(DOOR, ForeignKey("occurrence.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = field(DOOR, String(64), unique=True)
    made_by_id: Mapped[int | None] = field(DOOR, ForeignKey("member.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = field(DOOR)
    expires_at: Mapped[datetime] = field(DOOR)


class Tick(Base):
    """One tap at the door: so many of a guest's party are there, or so many people who had not answered came in."""

    __tablename__ = "tick"
    __table_args__ = (sa.UniqueConstraint("occurrence_id", "name"),)

    id: Mapped[int] = key()
    occurrence_id: Mapped[int] = field(CAME, ForeignKey("occurrence.id", ondelete="CASCADE"))
    name: Mapped[str] = field(CAME, String(40))  #: made by the phone, so that a tick that is sent twice counts once
    member_id: Mapped[int | None] = subject(nullable=True)  #: None: somebody who had not answered
    side: Mapped[str | None] = field(CAME, String(16))
    people: Mapped[int] = field(CAME)  #: of a guest: how many are there; else how many more came in
    at: Mapped[datetime] = field(CAME)


class Thanks(Base):
    """What one guest said the day after."""

    __tablename__ = "thanks"
    __table_args__ = (sa.UniqueConstraint("occurrence_id", "member_id"),)

    id: Mapped[int] = key()
    occurrence_id: Mapped[int] = field(FELT, ForeignKey("occurrence.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    felt: Mapped[Felt | None] = field(FELT)
    answered_at: Mapped[datetime] = field(FELT)


class Wish(Base):
    """One guest would like to see another again. Nobody is told; the matcher hears of it where both do."""

    __tablename__ = "wish_to_meet"
    __table_args__ = (sa.UniqueConstraint("member_id", "other_id"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject(index=False)
    other_id: Mapped[int] = field(AGAIN, ForeignKey("member.id", ondelete="CASCADE"), index=True)
    occurrence_id: Mapped[int | None] = field(AGAIN, ForeignKey("occurrence.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = field(AGAIN)


class Tally(Base):
    """The counts of one date, made once when nobody can answer any more."""

    __tablename__ = "tally"

    occurrence_id: Mapped[int] = field(COUNTS, ForeignKey("occurrence.id", ondelete="CASCADE"), primary_key=True)
    people: Mapped[int] = field(COUNTS)  #: everybody who came
    guests: Mapped[int] = field(COUNTS)  #: of these, those who had answered themselves
    first_timers: Mapped[int] = field(COUNTS)
    newcomers: Mapped[int] = field(COUNTS)
    locals: Mapped[int] = field(COUNTS)
    answers: Mapped[int] = field(COUNTS)
    felt_welcome: Mapped[int] = field(COUNTS)
    met_somebody: Mapped[int] = field(COUNTS)
    counted_at: Mapped[datetime] = field(COUNTS)
