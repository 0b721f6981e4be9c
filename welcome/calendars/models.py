"""Who follows our dates in a calendar of their own."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped

from welcome.database import Audience, Base, Retention, Tag, field, subject

LINK = Tag("let the member's own calendar follow their dates, and nobody else's", Audience.SYSTEM, Retention.ACCOUNT)


class CalendarFeed(Base):
    """The one private address under which a member's own calendar finds their dates. Only its hash is kept."""

    __tablename__ = "calendar_feed"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    token_hash: Mapped[str] = field(LINK, String(64), unique=True)
    created_at: Mapped[datetime] = field(Tag("show since when the address is used", Audience.OWNER, Retention.ACCOUNT))
