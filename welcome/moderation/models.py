"""Reports with what was reported frozen in them, the measures that follow, and one appeal against each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.database import Audience, Base, Retention, Tag, field, key, public_id, subject

REPORT = Tag("keep members safe: hear what happened and decide with reasons", Audience.STAFF, Retention.SAFETY)
ANSWER = Tag("tell whoever reported what came of it", Audience.OWNER, Retention.SAFETY)
MEASURE = Tag("tell a member what was decided about them, why, and until when", Audience.OWNER, Retention.SAFETY)
APPEAL = Tag("look a second time at a decision", Audience.OWNER, Retention.SAFETY)


class About(StrEnum):
    """What a report is about."""

    MEMBER = "member"
    MESSAGE = "message"
    EVENT = "event"


class Category(StrEnum):
    """What is wrong, and so how soon a moderator must have looked."""

    DANGER = "danger"
    THREAT = "threat"
    FLIRTING = "flirting"
    OTHER = "other"


class Decision(StrEnum):
    """What a moderator decided: nothing, or a measure, the mildest first."""

    NOTHING = "nothing"
    WARNING = "warning"
    LIMIT = "limit"
    PAUSE = "pause"
    SUSPENSION = "suspension"


class HouseRule(StrEnum):
    """On which rule of the house a measure stands."""

    KIND = "kind"
    NO = "no"
    COME = "come"
    DATING = "dating"
    SELLING = "selling"
    HATE = "hate"
    TELLING = "telling"
    OTHER = "other"


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
    escalations: Mapped[int] = field(REPORT, default=0)  #: how often everybody was told that it is late
    decided_at: Mapped[datetime | None] = field(ANSWER)
    decided_by_id: Mapped[int | None] = field(REPORT, ForeignKey("member.id", ondelete="SET NULL"))
    decision: Mapped[Decision | None] = field(ANSWER)
    reason: Mapped[str | None] = field(ANSWER, Text)


class Measure(Base):
    """What a decision takes from a member: nothing but a word, first contacts, being seen, or the account."""

    __tablename__ = "measure"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(MEASURE, String(16), unique=True, default=public_id)
    member_id: Mapped[int] = subject()
    report_id: Mapped[int] = field(REPORT, ForeignKey("report.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Decision] = field(MEASURE)
    house_rule: Mapped[HouseRule] = field(MEASURE, default=HouseRule.OTHER, server_default=HouseRule.OTHER.value)
    reason: Mapped[str] = field(MEASURE, Text)
    taken_at: Mapped[datetime] = field(MEASURE)
    taken_by_id: Mapped[int | None] = field(REPORT, ForeignKey("member.id", ondelete="SET NULL"))
    ends_at: Mapped[datetime | None] = field(MEASURE)  #: none: until it is lifted
    ended_at: Mapped[datetime | None] = field(MEASURE)
    report: Mapped[Report] = relationship()
    appeal: Mapped["Appeal | None"] = relationship(back_populates="measure", uselist=False)


class Appeal(Base):
    """A member asks, once, that another moderator looks again."""

    __tablename__ = "appeal"
    __table_args__ = (sa.UniqueConstraint("measure_id"),)

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(APPEAL, String(16), unique=True, default=public_id)
    member_id: Mapped[int] = subject()
    measure_id: Mapped[int] = field(APPEAL, ForeignKey("measure.id", ondelete="CASCADE"))
    words: Mapped[str] = field(APPEAL, Text)
    made_at: Mapped[datetime] = field(APPEAL)
    due_at: Mapped[datetime] = field(REPORT)
    decided_at: Mapped[datetime | None] = field(APPEAL)
    decided_by_id: Mapped[int | None] = field(REPORT, ForeignKey("member.id", ondelete="SET NULL"))
    is_upheld: Mapped[bool | None] = field(APPEAL)  #: the member was right: the measure is lifted
    answer: Mapped[str | None] = field(APPEAL, Text)
    measure: Mapped[Measure] = relationship(back_populates="appeal")
