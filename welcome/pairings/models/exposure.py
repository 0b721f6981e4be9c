"""Who was shown to whom, so that everybody is shown about equally often."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped

from welcome.database import Base, field, key, subject
from welcome.pairings.models.tags import FAIRNESS


class Exposure(Base):
    """How often a member was shown to others in one week."""

    __tablename__ = "exposure"
    __table_args__ = (sa.UniqueConstraint("member_id", "week"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    week: Mapped[date] = field(FAIRNESS, index=True)
    shown: Mapped[int] = field(FAIRNESS, default=0)


class Sighting(Base):
    """A member was shown another in one week: so that a second look is not counted again."""

    __tablename__ = "sighting"
    __table_args__ = (sa.UniqueConstraint("member_id", "other_id", "week"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject(index=False)
    other_id: Mapped[int] = field(FAIRNESS, ForeignKey("member.id", ondelete="CASCADE"), index=True)
    week: Mapped[date] = field(FAIRNESS)
