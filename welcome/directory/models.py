"""Areas and how close they are, organisations, and places where people can meet."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.database import Audience, Base, Retention, Tag, field, key, public_id

PLACE = Tag("say where in the city something is", Audience.PUBLIC, Retention.REFERENCE)
NEARNESS = Tag("suggest people and places that are easy to reach", Audience.SYSTEM, Retention.REFERENCE)
LISTING = Tag("show newcomers and locals what the city has", Audience.PUBLIC, Retention.CONTENT)
SEARCH = Tag("find a listing by a word", Audience.SYSTEM, Retention.CONTENT)


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


class Organisation(Base):
    """A service, club or desk that is there for newcomers and locals."""

    __tablename__ = "organisation"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(LISTING, String(16), unique=True, default=public_id)
    slug: Mapped[str] = field(LISTING, String(80), unique=True)
    name: Mapped[str] = field(LISTING, String(100))
    about: Mapped[str] = field(LISTING, Text, default="")
    website: Mapped[str | None] = field(LISTING, String(300))
    area_id: Mapped[int | None] = field(LISTING, ForeignKey("area.id", ondelete="SET NULL"))
    languages: Mapped[list[str]] = field(LISTING, default=list)
    themes: Mapped[list[str]] = field(LISTING, default=list)
    search_words: Mapped[str] = field(SEARCH, Text, default="")
    verified_at: Mapped[datetime | None] = field(LISTING)
    created_at: Mapped[datetime] = field(LISTING)

    area: Mapped[Area | None] = relationship()

    @property
    def is_verified(self) -> bool:
        """Whether an admin has made sure that this is who it says it is."""
        return self.verified_at is not None

    def __repr__(self) -> str:
        return f"<Organisation {self.slug}>"


class Venue(Base):
    """A place where people meet: a library, a café, a community house."""

    __tablename__ = "venue"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(LISTING, String(16), unique=True, default=public_id)
    name: Mapped[str] = field(LISTING, String(100))
    address: Mapped[str] = field(LISTING, String(200), default="")
    search_words: Mapped[str] = field(SEARCH, Text, default="")
    area_id: Mapped[int | None] = field(LISTING, ForeignKey("area.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = field(LISTING, ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    is_step_free: Mapped[bool | None] = field(LISTING)
    is_public: Mapped[bool] = field(
        Tag("offer only public places for a first meeting", Audience.PUBLIC, Retention.CONTENT), default=True
    )

    area: Mapped[Area | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    def __repr__(self) -> str:
        return f"<Venue {self.id} {self.name}>"
