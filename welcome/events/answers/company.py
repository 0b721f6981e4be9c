"""Who sees whom at an event: fellow guests, and those who meet somebody at the door. Blocks and limits hold here."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager

from welcome.accounts.models import Member
from welcome.accounts.service import kept_apart
from welcome.conversations.models import Participant, Thread
from welcome.events.models import Attendance, AttendanceState, Greeting, Listed
from welcome.profiles.service import who_may_meet


def fellow_guests(session: Session, occurrence_id: int, reader_id: int) -> list[Attendance]:
    """Return who comes, as far as they are listed and may be shown to the reader; the reader among them."""
    return _seen(session, _going(session, occurrence_id, Attendance.listed != Listed.HIDDEN), reader_id)


def greeters(session: Session, occurrence_id: int, reader_id: int) -> list[Attendance]:
    """Return who meets the reader at the door."""
    offered = _going(session, occurrence_id, Attendance.greeting == Greeting.OFFERED)
    return [one for one in _seen(session, offered, reader_id) if one.member_id != reader_id]


def to_be_met(session: Session, occurrence_id: int, reader_id: int) -> list[Attendance]:
    """Return who would like to be met, for somebody who has offered it."""
    return _seen(session, _going(session, occurrence_id, Attendance.greeting == Greeting.WANTED), reader_id)


def correspondents(member_id: int) -> sa.Select[int]:
    """Select the members with whom a member writes; none of those from whom they are kept apart."""
    mine, theirs = aliased(Participant), aliased(Participant)
    return (
        sa.select(theirs.member_id)
        .join(mine, mine.thread_id == theirs.thread_id)
        .join(Thread, Thread.id == theirs.thread_id)
        .where(mine.member_id == member_id, theirs.member_id != member_id, Thread.closed_at.is_(None))
        .where(mine.left_at.is_(None), theirs.left_at.is_(None), theirs.member_id.not_in(kept_apart(member_id)))
    )


def may_come_with(session: Session, member_id: int, other: Member) -> bool:
    """Whether somebody can still be asked along by a member."""
    writes = sa.select(sa.literal(other.id).in_(correspondents(member_id)))
    return other.is_present and bool(session.scalar(writes)) and bool(who_may_meet(session, member_id, [other.id]))


def bringer(session: Session, answer: Attendance) -> Member | None:
    """Return who asked somebody along, as long as the two may see each other."""
    other = answer.brought_by
    if other is None or not other.is_present or not who_may_meet(session, answer.member_id, [other.id]):
        return None
    return other


def _going(session: Session, occurrence_id: int, condition: sa.ColumnElement[bool]) -> list[Attendance]:
    chosen = (
        sa.select(Attendance)
        .join(Attendance.member)
        .where(Attendance.occurrence_id == occurrence_id, Attendance.state == AttendanceState.GOING)
        .where(Member.is_present, condition)
        .order_by(Attendance.turn)
        .options(contains_eager(Attendance.member))
    )
    return list(session.scalars(chosen))


def _seen(session: Session, answers: Iterable[Attendance], reader_id: int) -> list[Attendance]:
    answers = list(answers)
    seen = who_may_meet(session, reader_id, [answer.member_id for answer in answers])
    return [answer for answer in answers if answer.member_id == reader_id or answer.member_id in seen]
