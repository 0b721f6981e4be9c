"""Bring my match: somebody with whom one writes is asked along, and a place is held for them for a day.

Whom a member may bring follows from their conversations: these open when both have said yes, and end with a block.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids
from welcome.conversations.models import Participant, Thread
from welcome.errors import NotFound, Refusal
from welcome.events import joining, rules, seats
from welcome.events.answers.waiting import hold, open_pools, tell
from welcome.events.letters import INVITED_ALONG
from welcome.events.models import OUT, Attendance, AttendanceState
from welcome.i18n import lazy_gettext as _l

HELD_FOR = timedelta(hours=24)
MOST_CHOICES = 20


class NoRoomForTwo(Refusal):
    """Both come, or nobody was asked."""

    message = _l("There is no free place for both of you. You can still wait for a place each by yourself.")


class AnsweredAlready(Refusal):
    """Whom one would like to bring has an answer of their own."""

    message = _l("%(name)s has an answer to this date already.")


class EachByThemselves(Refusal):
    """Where the organisers are asked first, nobody can hold a place for somebody else."""

    message = _l("The organisers would like to be asked by each person. Please tell each other about this event.")


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who may be brought, and what their answer came to (None: not asked yet)."""

    public_id: str
    first_name: str
    state: AttendanceState | None


def choices(session: Session, occurrence_id: int, member_id: int) -> list[Companion]:
    """Return whom a member may bring, by name; somebody's own answer stays their own business."""
    mine, theirs = aliased(Participant), aliased(Participant)
    open_threads = (
        sa.select(theirs.member_id)
        .join(mine, mine.thread_id == theirs.thread_id)
        .join(Thread, Thread.id == theirs.thread_id)
        .where(mine.member_id == member_id, theirs.member_id != member_id, Thread.closed_at.is_(None))
        .where(mine.left_at.is_(None), theirs.left_at.is_(None))
    )
    asked = sa.and_(
        Attendance.member_id == Member.id,
        Attendance.occurrence_id == occurrence_id,
        Attendance.brought_by_id == member_id,
    )
    chosen = (
        sa.select(Member, Attendance.state)
        .outerjoin(Attendance, asked)
        .where(Member.id.in_(open_threads), Member.is_present)
        .order_by(Member.first_name, Member.id)
        .limit(MOST_CHOICES)
    )
    apart = blocked_ids(session, member_id)
    rows = [(other, state) for other, state in session.execute(chosen) if other.id not in apart]
    return [Companion(other.public_id, other.first_name, state) for other, state in rows]


def bring(session: Session, occurrence_id: int, member_id: int, public_id: str, *, now: datetime) -> Attendance:
    """Hold a place for a companion, beside one's own; both or neither. The companion says yes or no within a day."""
    occurrence = joining.open_occurrence(session, occurrence_id, now)
    if occurrence.event.needs_approval:
        raise EachByThemselves
    if public_id not in {one.public_id for one in choices(session, occurrence_id, member_id)}:
        raise NotFound
    other = session.scalars(sa.select(Member).where(Member.public_id == public_id)).one()
    if joining.join(session, occurrence_id, member_id, now=now, keeps_party=True).state is not AttendanceState.GOING:
        raise NoRoomForTwo
    answer = joining.find_attendance(session, occurrence_id, other.id)
    if answer is not None and (answer.state not in OUT or answer.brought_by_id == member_id):
        raise AnsweredAlready(name=other.first_name)
    answer = answer or Attendance(occurrence_id=occurrence_id, member_id=other.id)
    answer.side, answer.party, answer.children = joining.side_of(session, other.id) or "both", 1, 0
    answer.pool = seats.take(session, occurrence_id, 1, open_pools(session, occurrence, answer))
    if answer.pool is None:
        raise NoRoomForTwo
    answer.turn, answer.brought_by_id = seats.draw_turn(session, occurrence_id), member_id
    answer.joined_at = answer.changed_at = now
    session.add(answer)
    hours = HELD_FOR // timedelta(hours=1)
    hold(session, answer, rules.hold_until(hours, occurrence.starts_at, now))
    tell(session, INVITED_ALONG, answer, now=now)
    return answer
