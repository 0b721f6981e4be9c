"""Bring my match: somebody with whom one writes is asked along, and a place is held for them for a day.

Whom a member may bring follows from their conversations: these open when both have said yes, and end with a block.
Where there are not two free places, the two wait as one party.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts import service as accounts
from welcome.accounts.models import Member
from welcome.errors import NotFound, Refusal
from welcome.events import joining, seats
from welcome.events.answers.company import correspondents
from welcome.events.answers.models import OUT, Attendance, AttendanceState
from welcome.events.answers.pairs import ask_along, may_be_asked
from welcome.events.answers.standing import find_attendance, side_of
from welcome.events.answers.waiting import open_pools, promote
from welcome.i18n import lazy_gettext as _l

MOST_CHOICES = 20


class NoRoomForTwo(Refusal):
    """Who has a place keeps it; there is none for the other."""

    message = _l("There is no free place for %(name)s. They can wait for one on this page.")


class AnsweredAlready(Refusal):
    """Whom one would like to bring has an answer of their own."""

    message = _l("%(name)s has an answer to this date already.")


class EachByThemselves(Refusal):
    """Where the organisers are asked first, nobody can hold a place for somebody else."""

    message = _l("The organisers would like to be asked by each person. Please tell each other about this event.")


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who may be brought, and what their answer came to (None: not asked yet)."""

    id: int
    public_id: str
    first_name: str
    state: AttendanceState | None


def choices(session: Session, occurrence_id: int, member_id: int) -> list[Companion]:
    """Return whom a member may bring, by name; somebody's own answer stays their own business."""
    asked = sa.and_(
        Attendance.member_id == Member.id,
        Attendance.occurrence_id == occurrence_id,
        Attendance.brought_by_id == member_id,
    )
    chosen = (
        sa.select(Member.id, Member.public_id, Member.first_name, Attendance.state)
        .outerjoin(Attendance, asked)
        .where(Member.id.in_(correspondents(member_id)), Member.is_present)
        .order_by(Member.first_name, Member.id)
        .limit(MOST_CHOICES)
    )
    return [Companion(*row) for row in session.execute(chosen)]


def bring(session: Session, occurrence_id: int, member_id: int, public_id: str, *, now: datetime) -> Attendance:
    """Ask a companion along, and return the member's own answer: they come both, or wait as one party.

    The companion says yes or no within a day, once there is a place for both.
    """
    accounts.hold(session, [member_id, accounts.id_of(session, public_id)])
    occurrence = joining.open_occurrence(session, occurrence_id, now)
    if occurrence.event.needs_approval:
        raise EachByThemselves
    other = next((one for one in choices(session, occurrence_id, member_id) if one.public_id == public_id), None)
    if other is None:
        raise NotFound
    answer = find_attendance(session, occurrence_id, other.id)
    if not may_be_asked(answer, member_id):
        raise AnsweredAlready(name=other.first_name)
    mine = find_attendance(session, occurrence_id, member_id)
    if mine is None or mine.state in OUT:
        return joining.join(session, occurrence_id, member_id, along=other.id, now=now)
    if mine.state is AttendanceState.WAITING:
        mine.waits_with_id, mine.changed_at = other.id, now
        session.flush()
        promote(session, occurrence_id, now=now)
        return mine
    answer = answer or Attendance(occurrence_id=occurrence_id, member_id=other.id)
    answer.side, answer.party, answer.children = side_of(session, other.id) or "both", 1, 0
    answer.pool = seats.take(session, occurrence_id, 1, open_pools(session, occurrence, answer))
    if answer.pool is None or mine.state is not AttendanceState.GOING:
        raise NoRoomForTwo(name=other.first_name)
    ask_along(session, occurrence, answer, member_id, now=now)
    return mine


def wait_alone(session: Session, occurrence_id: int, member_id: int, *, now: datetime) -> None:
    """Wait on in the same turn, without the other."""
    joining.open_occurrence(session, occurrence_id, now)
    mine = find_attendance(session, occurrence_id, member_id)
    if mine is not None and mine.waits_with_id is not None:
        mine.waits_with_id, mine.changed_at = None, now
        session.flush()
        promote(session, occurrence_id, now=now)
