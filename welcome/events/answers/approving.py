"""Where the organisers want to be asked first: their yes gives a place or a turn, their no is said kindly."""

from datetime import datetime

from sqlalchemy.orm import Session

from welcome.errors import NotFound
from welcome.events import joining
from welcome.events.answers.models import COUNTED, Attendance, AttendanceState
from welcome.events.answers.offers import tell
from welcome.events.letters import APPLICATION_DECLINED, EVENT_WAITING


def approve(session: Session, occurrence_id: int, attendance_id: int, *, now: datetime) -> Attendance:
    """Say yes: there is a place, or the next turn on the waiting list."""
    occurrence = joining.open_occurrence(session, occurrence_id, now)
    answer = _application(session, occurrence_id, attendance_id)
    if answer.state is not AttendanceState.APPLIED:
        return answer
    settled = joining.settle(session, occurrence, answer, answer.party, answer.side, now)
    if settled.pool is None:
        tell(session, EVENT_WAITING, settled, now=now)
    return settled


def decline(session: Session, occurrence_id: int, attendance_id: int, *, now: datetime) -> Attendance:
    """Say no, also to somebody who was told yes before."""
    joining.open_occurrence(session, occurrence_id, now)
    answer = _application(session, occurrence_id, attendance_id)
    if answer.state in {AttendanceState.APPLIED, AttendanceState.WAITING, *COUNTED}:
        joining.let_go(session, answer, AttendanceState.DECLINED, now=now)
        tell(session, APPLICATION_DECLINED, answer, now=now)
    return answer


def _application(session: Session, occurrence_id: int, attendance_id: int) -> Attendance:
    answer = session.get(Attendance, attendance_id, populate_existing=True)
    if answer is None or answer.occurrence_id != occurrence_id:
        raise NotFound
    return answer
