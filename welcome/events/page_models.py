"""What belongs to the page of an event beside its facts: a picture, and who does not want to see it again."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from welcome.database import Audience, Base, Retention, Tag, field, subject
from welcome.events.models import TELL

UNWANTED = Tag("never show again what a member does not want to see", Audience.OWNER, Retention.ACCOUNT)


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


class EventDismissal(Base):
    """A member who said of an event: not for me."""

    __tablename__ = "event_dismissal"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    event_id: Mapped[int] = field(UNWANTED, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime] = field(UNWANTED)
