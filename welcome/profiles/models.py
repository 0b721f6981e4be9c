"""A member's profile: few fixed fields, languages and interests in rows, every optional field by consent."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.database import Audience, Base, Retention, Tag, field, subject
from welcome.directory.models import Area

CARD = Tag("introduce the member to others", Audience.MEMBERS, Retention.ACCOUNT)
SHARED = Tag("show others what they have in common", Audience.MEMBERS, Retention.ACCOUNT)
TOLD = Tag("introduce the member to others", Audience.COUNTERPART, Retention.ACCOUNT)
FITTING = Tag("find people and events that fit", Audience.OWNER, Retention.ACCOUNT)
OPTIONAL = Tag("find people in a like situation, by consent alone", Audience.OWNER, Retention.ACCOUNT)
LIMIT = Tag("show the member only to those they want to be shown to", Audience.OWNER, Retention.ACCOUNT)
PROGRESS = Tag("go on where the member stopped", Audience.OWNER, Retention.ACCOUNT)


class Side(StrEnum):
    """Which end of the bridge a member stands on, in their own words."""

    NEWCOMER = "newcomer"
    LOCAL = "local"
    BOTH = "both"

    @property
    def is_newcomer(self) -> bool:
        """Whether places for newcomers are for this side."""
        return self is not Side.LOCAL

    @property
    def is_local(self) -> bool:
        """Whether places for locals are for this side."""
        return self is not Side.NEWCOMER


class ShownTo(StrEnum):
    """Who may see a member, and whom they see: it always works both ways."""

    EVERYONE = "everyone"
    OWN_GENDER = "own-gender"
    WOMEN = "women"


class Profile(Base):
    """What one member says about themselves. A member may have none yet."""

    __tablename__ = "profile"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    side: Mapped[Side | None] = field(CARD)
    area_id: Mapped[int | None] = field(CARD, ForeignKey("area.id", ondelete="SET NULL"), index=True)
    slots: Mapped[int] = field(FITTING, Integer, default=0, server_default="0")
    meets_online: Mapped[bool] = field(FITTING, default=False)
    offers: Mapped[list[str]] = field(FITTING, default=list)
    wishes: Mapped[list[str]] = field(FITTING, default=list)
    about: Mapped[str | None] = field(TOLD, Text)
    arrived_on: Mapped[date | None] = field(OPTIONAL, Date, index=True)
    situations: Mapped[list[str]] = field(OPTIONAL, default=list)
    children: Mapped[list[str]] = field(OPTIONAL, default=list)
    planned_stay: Mapped[str | None] = field(OPTIONAL, String(20))
    gender: Mapped[str | None] = field(OPTIONAL, String(20))
    shown_to: Mapped[ShownTo] = field(LIMIT, default=ShownTo.EVERYONE)
    steps_done: Mapped[list[str]] = field(PROGRESS, default=list)
    updated_at: Mapped[datetime] = field(PROGRESS)

    area: Mapped[Area | None] = relationship()

    def __repr__(self) -> str:
        return f"<Profile of {self.member_id}>"


class Spoken(Base):
    """A language of a member: how well (1 = A1 ... 6 = C2, 7 = mother tongue), who gives or wants practice."""

    __tablename__ = "spoken"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    language: Mapped[str] = field(CARD, String(8), primary_key=True)
    level: Mapped[int] = field(CARD, Integer)
    teaches: Mapped[bool] = field(CARD, default=False)
    learns: Mapped[bool] = field(CARD, default=False)


class Interest(Base):
    """Something a member likes to do: 1 a little, 2 yes, 3 love it."""

    __tablename__ = "interest"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    code: Mapped[str] = field(SHARED, String(40), primary_key=True, index=True)
    strength: Mapped[int] = field(SHARED, Integer, default=2)
