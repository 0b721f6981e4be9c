"""Who sees whom at an event: fellow guests, and those who meet somebody at the door. Blocks and limits hold here."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from welcome.accounts.models import Member
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
