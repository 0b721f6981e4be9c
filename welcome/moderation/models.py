"""Reports, with what was reported frozen in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped

from welcome.database import Audience, Base, Retention, Tag, field, key, public_id

REPORT = Tag("keep members safe: hear what happened and decide with reasons", Audience.STAFF, Retention.SAFETY)
ANSWER = Tag("tell whoever reported what came of it", Audience.OWNER, Retention.SAFETY)


class About(StrEnum):
    """What a report is about."""

    MEMBER = "member"
    MESSAGE = "message"
    EVENT = "event"


class Category(StrEnum):
    """How soon a moderator must have looked."""

    DANGER = "danger"
    THREAT = "threat"
    OTHER = "other"


class Decision(StrEnum):
    """What a moderator decided."""

    NOTHING = "nothing"
    WARNING = "warning"
    SUSPENSION = "suspension"


class Report(Base):
    """Somebody said that something is wrong."""

    __tablename__ = "report"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(REPORT, String(16), unique=True, default=public_id)
    reporter_id: Mapped[int | None] = field(ANSWER, ForeignKey("member.id", ondelete="SET NULL"), index=True)
    accused_id: Mapped[int | None] = field(REPORT, ForeignKey("member.id", ondelete="SET NULL"), index=True)
    about: Mapped[About] = field(REPORT)
    category: Mapped[Category] = field(REPORT)
    words: Mapped[str] = field(REPORT, Text)
    evidence: Mapped[dict[str, Any]] = field(REPORT)
    created_at: Mapped[datetime] = field(ANSWER)
    due_at: Mapped[datetime] = field(REPORT, index=True)
    decided_at: Mapped[datetime | None] = field(ANSWER)
    decided_by_id: Mapped[int | None] = field(REPORT, ForeignKey("member.id", ondelete="SET NULL"))
    decision: Mapped[Decision | None] = field(ANSWER)
    reason: Mapped[str | None] = field(ANSWER, Text)
