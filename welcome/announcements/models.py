"""Who was told of which event, and which kinds of letters a member wants."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from welcome.database import Audience, Base, Retention, Tag, field, key, subject

TOLD = Tag("tell each person of an event once, and not too often of events", Audience.OWNER, Retention.CONTENT)
CHOICE = Tag("send only the kinds of letters that the member wants", Audience.OWNER, Retention.ACCOUNT)


class Invitation(Base):
    """One member was told of one event: once, also where the event is a series."""

    __tablename__ = "invitation"
    __table_args__ = (sa.UniqueConstraint("event_id", "member_id"), sa.Index("ix_invitation_lately", "told_at"))

    id: Mapped[int] = key()
    event_id: Mapped[int] = field(TOLD, ForeignKey("event.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    told_at: Mapped[datetime] = field(TOLD)


class LetterChoice(Base):
    """Whether a member wants a kind of letter by mail. Without a row they do."""

    __tablename__ = "letter_choice"

    member_id: Mapped[int] = subject(primary_key=True, index=False)
    kind: Mapped[str] = field(CHOICE, String(40), primary_key=True)
    is_wanted: Mapped[bool] = field(CHOICE)
    changed_at: Mapped[datetime] = field(CHOICE)
