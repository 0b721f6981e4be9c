"""Areas and how close they are, organisations and what they offer, and places where people can meet."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Float, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship, synonym

from welcome.accounts.models import Member
from welcome.database import Audience, Base, Retention, Tag, field, key, public_id, subject
from welcome.texts.models import TextIn, Translatable

PLACE = Tag("say where in the city something is", Audience.PUBLIC, Retention.REFERENCE)
NEARNESS = Tag("suggest people and places that are easy to reach", Audience.SYSTEM, Retention.REFERENCE)
LISTING = Tag("show newcomers and locals what the city has", Audience.PUBLIC, Retention.CONTENT)
SEARCH = Tag("find a listing by a word", Audience.SYSTEM, Retention.CONTENT)
FRESH = Tag("say how old a listing is, and ask its keepers to look again", Audience.PUBLIC, Retention.CONTENT)
MEND = Tag("put right what a reader has found wrong", Audience.STAFF, Retention.WEEKS)


class Kind(StrEnum):
    """What stands in the guide."""

    ORGANISATION = "organisation"
    SERVICE = "service"
    CLUB = "club"
    PLACE = "place"
    VOLUNTEERING = "volunteering"
    OFFER = "offer"  # a thank-you of a shop or club to members; nothing is paid here


class CorrectionState(StrEnum):
    """What became of a reader's hint."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Area(Base):
    """A named district: the only place that a member is ever in."""

    __tablename__ = "area"

    id: Mapped[int] = key()
    slug: Mapped[str] = field(PLACE, String(60), unique=True)
    name: Mapped[str] = field(PLACE, String(60))
    position: Mapped[int] = field(PLACE, default=0)
    x: Mapped[float | None] = field(NEARNESS, Float)
    y: Mapped[float | None] = field(NEARNESS, Float)

    def __repr__(self) -> str:
        return f"<Area {self.slug}>"


class AreaCloseness(Base):
    """How easy it is to get from one area to another: 1 is next door, 0 is out of reach. Kept in both directions."""

    __tablename__ = "area_closeness"

    area_id: Mapped[int] = field(NEARNESS, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = field(NEARNESS, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    closeness: Mapped[float] = field(NEARNESS, Float)


class Organisation(Translatable, Base):
    """A service, club or desk that is there for newcomers and locals."""

    __tablename__ = "organisation"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(LISTING, String(16), unique=True, default=public_id)
    slug: Mapped[str] = field(LISTING, String(80), unique=True)
    kind: Mapped[Kind] = field(LISTING, default=Kind.ORGANISATION, server_default=Kind.ORGANISATION.value)
    name: Mapped[str] = field(LISTING, String(100))
    about: Mapped[str] = field(LISTING, Text, default="")
    website: Mapped[str | None] = field(LISTING, String(300))
    area_id: Mapped[int | None] = field(LISTING, ForeignKey("area.id", ondelete="SET NULL"))
    languages: Mapped[list[str]] = field(LISTING, default=list)
    themes: Mapped[list[str]] = field(LISTING, default=list)
    steps: Mapped[list[str]] = field(LISTING, default=list, server_default="[]")
    opening: Mapped[str] = field(LISTING, String(300), default="", server_default="")
    phone: Mapped[str] = field(LISTING, String(40), default="", server_default="")
    links: Mapped[list[str]] = field(LISTING, default=list, server_default="[]")
    search_words: Mapped[str] = field(SEARCH, Text, default="")
    verified_at: Mapped[datetime | None] = field(LISTING)
    created_at: Mapped[datetime] = field(LISTING)
    checked_on: Mapped[date | None] = field(FRESH)
    reminded_on: Mapped[date | None] = field(FRESH)
    #: Since when there is no limit on how many people are told of its events, though it has held few.
    trusted_at: Mapped[datetime | None] = field(
        Tag("let new organisers begin with small audiences", Audience.STAFF, Retention.CONTENT)
    )

    title: Mapped[str] = synonym("name")
    hours: Mapped[str] = synonym("opening")
    texts: Mapped[list["OrganisationText"]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="(OrganisationText.language, OrganisationText.is_easy)",
    )
    area: Mapped[Area | None] = relationship()

    @property
    def is_verified(self) -> bool:
        """Whether an admin has made sure that this is who it says it is."""
        return self.verified_at is not None

    def __repr__(self) -> str:
        return f"<Organisation {self.slug}>"


class Venue(Translatable, Base):
    """A place where people meet: a library, a café, a community house."""

    __tablename__ = "venue"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(LISTING, String(16), unique=True, default=public_id)
    slug: Mapped[str | None] = field(LISTING, String(80), unique=True)
    name: Mapped[str] = field(LISTING, String(100))
    address: Mapped[str] = field(LISTING, String(200), default="")
    search_words: Mapped[str] = field(SEARCH, Text, default="")
    area_id: Mapped[int | None] = field(LISTING, ForeignKey("area.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = field(LISTING, ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    is_step_free: Mapped[bool | None] = field(LISTING)
    is_public: Mapped[bool] = field(
        Tag("offer only public places for a first meeting", Audience.PUBLIC, Retention.CONTENT), default=True
    )
    opening: Mapped[str] = field(LISTING, String(300), default="", server_default="")
    checked_on: Mapped[date | None] = field(FRESH)

    title: Mapped[str] = synonym("name")
    hours: Mapped[str] = synonym("opening")
    texts: Mapped[list["VenueText"]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="(VenueText.language, VenueText.is_easy)",
    )
    area: Mapped[Area | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    def __repr__(self) -> str:
        return f"<Venue {self.id} {self.name}>"


class Opportunity(Translatable, Base):
    """Something that an organisation has for people: work for volunteers, or an offer to members."""

    __tablename__ = "opportunity"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(LISTING, String(16), unique=True, default=public_id)
    slug: Mapped[str] = field(LISTING, String(80), unique=True)
    organisation_id: Mapped[int] = field(LISTING, ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Kind] = field(LISTING)
    name: Mapped[str] = field(LISTING, String(100))
    about: Mapped[str] = field(LISTING, Text, default="")
    website: Mapped[str | None] = field(LISTING, String(300))
    area_id: Mapped[int | None] = field(LISTING, ForeignKey("area.id", ondelete="SET NULL"))
    themes: Mapped[list[str]] = field(LISTING, default=list)
    steps: Mapped[list[str]] = field(LISTING, default=list)
    languages: Mapped[list[str]] = field(LISTING, default=list)
    level: Mapped[int] = field(LISTING, default=0)  #: of one of these languages; 0: a few words are enough
    hours: Mapped[str] = field(LISTING, String(100), default="")
    ends_on: Mapped[date | None] = field(LISTING)
    search_words: Mapped[str] = field(SEARCH, Text, default="")
    created_at: Mapped[datetime] = field(LISTING)
    checked_on: Mapped[date | None] = field(FRESH)

    title: Mapped[str] = synonym("name")
    texts: Mapped[list["OpportunityText"]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="(OpportunityText.language, OpportunityText.is_easy)",
    )
    area: Mapped[Area | None] = relationship()
    organisation: Mapped[Organisation] = relationship()

    def __repr__(self) -> str:
        return f"<Opportunity {self.slug}>"


class GuideText(TextIn):
    """What something in the guide says in another language; its hours are when it is open, or how long it takes."""

    hours: Mapped[str] = field(LISTING, String(300), default="")


class OrganisationText(GuideText, Base):
    """What an organisation says."""

    __tablename__ = "organisation_text"

    organisation_id: Mapped[int] = field(LISTING, ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)


class VenueText(GuideText, Base):
    """What is said of a place."""

    __tablename__ = "venue_text"

    venue_id: Mapped[int] = field(LISTING, ForeignKey("venue.id", ondelete="CASCADE"), primary_key=True)


class OpportunityText(GuideText, Base):
    """What is said of something that an organisation has for people."""

    __tablename__ = "opportunity_text"

    opportunity_id: Mapped[int] = field(LISTING, ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True)


class Correction(Base):
    """What a reader, with or without an account, has found wrong in the guide."""

    __tablename__ = "correction"
    __table_args__ = (sa.Index("ix_correction_open", "state", "organisation_id"),)

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(MEND, String(16), unique=True, default=public_id)
    kind: Mapped[Kind] = field(MEND)
    slug: Mapped[str] = field(MEND, String(80))
    organisation_id: Mapped[int | None] = field(MEND, ForeignKey("organisation.id", ondelete="CASCADE"))
    part: Mapped[str] = field(MEND, String(20))
    words: Mapped[str] = field(MEND, String(500))
    member_id: Mapped[int | None] = subject()
    state: Mapped[CorrectionState] = field(MEND, default=CorrectionState.OPEN)
    created_at: Mapped[datetime] = field(MEND)
    answered_at: Mapped[datetime | None] = field(MEND)

    organisation: Mapped[Organisation | None] = relationship()
    member: Mapped[Member | None] = relationship()
