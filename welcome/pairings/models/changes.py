"""What changed of late in the records that matching reads."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped

from welcome.database import Audience, Base, Retention, Tag, field, key

FRESHNESS = Tag("read again whose record changed, in every process", Audience.SYSTEM, Retention.WEEKS)


class CrowdState(Base):
    """One row: how many changes there were, and whom the last few concerned (see ``pairings.changes``)."""

    __tablename__ = "crowd_state"

    id: Mapped[int] = key()
    epoch: Mapped[str] = field(FRESHNESS, String(16))
    version: Mapped[int] = field(FRESHNESS, default=0)
    recent: Mapped[dict[str, Any]] = field(FRESHNESS, default=dict)
