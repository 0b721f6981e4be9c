"""What was done before a mentor was shown to anybody: the fact, the day and by whom, never a paper."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.database import Base, field, key, subject
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.tags import VETTING
from welcome.pairings.states import VettingStep


class Vetted(Base):
    """One step of the way to mentor in a programme, and until when it holds."""

    __tablename__ = "vetted"
    __table_args__ = (sa.UniqueConstraint("programme_id", "member_id", "step"),)

    id: Mapped[int] = key()
    programme_id: Mapped[int] = field(VETTING, ForeignKey("programme.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    step: Mapped[VettingStep] = field(VETTING)
    done_on: Mapped[date] = field(VETTING, Date)
    done_by_id: Mapped[int | None] = field(VETTING, ForeignKey("member.id", ondelete="SET NULL"))
    valid_until: Mapped[date | None] = field(VETTING, Date)  #: none: for good
    lapsed_at: Mapped[datetime | None] = field(VETTING)  #: since then it counts for nothing

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id], lazy="joined", innerjoin=True)
    done_by: Mapped[Member | None] = relationship(foreign_keys=[done_by_id])
