"""Coming to an event, waiting for a place, leaving again: one transaction each, in which the waiting list moves up."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.database import lock
from welcome.errors import NotFound
from welcome.events import rules, seats
from welcome.events.letters import EVENT_JOINED, WAITING_PLACE_FREED
from welcome.events.models import Attendance, AttendanceState, EventStatus, Occurrence, Pool
from welcome.post.letters import Letter
from welcome.post.service import post, withdraw
from welcome.profiles.models import Profile


def join(
    session: Session, occurrence_id: int, member_id: int, *, party: int = 1, side: str | None = None, now: datetime
) -> Attendance:
    """Give a member (and who comes along) places, or the next turn on the waiting list.

    1. Hold the date's row: answers are taken one after the other, so the list is in order.
    2. A second tap changes nothing; another size of the party is a change of the answer given before.
    3. Take places by one conditional update, else wait.
    """
    rules.check_party(party)
    occurrence = open_occurrence(session, occurrence_id, now)
    answer = find_attendance(session, occurrence_id, member_id)
    if answer is not None and answer.state is not AttendanceState.LEFT:
        return change_party(session, occurrence, answer, party, now)
    side = side_of(session, member_id) or side
    answer = answer or Attendance(occurrence_id=occurrence_id, member_id=member_id)
    return settle(session, occurrence, answer, party, side, now)


def settle(
    session: Session, occurrence: Occurrence, answer: Attendance, party: int, side: str | None, now: datetime
) -> Attendance:
    """Give a new answer places or its turn. The date's row is held by the caller."""
    pools = rules.pools_for(side, occurrence.newcomer_left, occurrence.local_left)
    turn, pool = seats.draw_turn(session, occurrence.id), seats.take(session, occurrence.id, party, pools)
    answer.party, answer.side, answer.joined_at, answer.changed_at = party, side, now, now
    answer.turn, answer.pool = turn, pool
    answer.state = AttendanceState.GOING if pool else AttendanceState.WAITING
    session.add(answer)
    session.flush()
    if answer.pool:
        tell(session, EVENT_JOINED, answer, now=now)
    return answer


def tell(session: Session, letter: Letter, answer: Attendance, *, now: datetime) -> None:
    """Write to who gave an answer, once for each turn that they had."""
    post(session, letter, answer.member_id, _args(answer), key=_key(answer), now=now)


def leave(session: Session, occurrence_id: int, member_id: int, *, now: datetime) -> None:
    """Give a member's places back and let the waiting list move up."""
    lock(session, Occurrence, occurrence_id)
    answer = find_attendance(session, occurrence_id, member_id)
    if answer is None or answer.state is AttendanceState.LEFT:
        return
    if answer.pool is not None:
        seats.give_back(session, occurrence_id, answer.party, answer.pool)
    answer.state, answer.pool, answer.changed_at = AttendanceState.LEFT, None, now
    for letter in (EVENT_JOINED, WAITING_PLACE_FREED):
        withdraw(session, letter, _key(answer), now=now, reason="the member left")
    session.flush()
    promote(session, occurrence_id, now=now)


def promote(session: Session, occurrence_id: int, *, now: datetime) -> None:
    """Give free places to those who wait, in order: the first party that fits. The date's row is held by the caller."""
    occurrence = session.get_one(Occurrence, occurrence_id, populate_existing=True)
    if occurrence.status is not EventStatus.PUBLISHED or occurrence.starts_at <= now:
        return
    for answer in _waiting(session, occurrence_id):
        if occurrence.seats_left == 0:
            return
        pools = rules.pools_for(answer.side or "both", occurrence.newcomer_left, occurrence.local_left)
        pool = seats.take(session, occurrence_id, answer.party, pools)
        if pool is not None:
            answer.state, answer.pool, answer.changed_at = AttendanceState.GOING, pool, now
            tell(session, WAITING_PLACE_FREED, answer, now=now)
            session.refresh(occurrence)


def release_places_of_absent(session: Session, *, now: datetime) -> int:
    """Give back the places of members who closed their account or were suspended; return how many answers that were."""
    held = (
        sa.select(Attendance.occurrence_id, Attendance.member_id)
        .join(Attendance.member)
        .join(Attendance.occurrence)
        .where(
            Attendance.state != AttendanceState.LEFT,
            sa.or_(Member.closed_at.is_not(None), Member.suspended_at.is_not(None)),
            Occurrence.starts_at > now,
        )
        .order_by(Attendance.occurrence_id, Attendance.turn)
    )
    answers = session.execute(held).all()
    for occurrence_id, member_id in answers:
        leave(session, occurrence_id, member_id, now=now)
    return len(answers)


def open_places(session: Session, occurrence_id: int, *, now: datetime) -> None:
    """Open the places that a side has not used to everybody, first to those who wait."""
    occurrence = lock(session, Occurrence, occurrence_id)
    if occurrence is None or occurrence.opened_at or occurrence.newcomer_left is None:
        return
    occurrence.newcomer_left = occurrence.local_left = 0
    occurrence.opened_at = now
    session.flush()
    promote(session, occurrence_id, now=now)


def find_attendance(session: Session, occurrence_id: int, member_id: int) -> Attendance | None:
    """Return a member's answer to a date."""
    mine = (Attendance.occurrence_id == occurrence_id, Attendance.member_id == member_id)
    return session.scalar(sa.select(Attendance).where(*mine).execution_options(populate_existing=True))


def position(session: Session, answer: Attendance) -> int:
    """Return where a waiting member stands: 1 is next."""
    ahead = sa.select(sa.func.count()).where(
        Attendance.occurrence_id == answer.occurrence_id,
        Attendance.state == AttendanceState.WAITING,
        Attendance.turn < answer.turn,
    )
    return (session.scalar(ahead) or 0) + 1


def side_of(session: Session, member_id: int | None) -> str | None:
    """Return the side on which a member says they are."""
    side = session.scalar(sa.select(Profile.side).where(Profile.member_id == member_id))
    return side.value if side else None


def change_party(session: Session, occurrence: Occurrence, answer: Attendance, party: int, now: datetime) -> Attendance:
    """Bring more people or fewer. The date's row is held by the caller."""
    more = party - answer.party
    if not more:
        return answer
    if answer.state is AttendanceState.GOING:
        pool = Pool.ALL if occurrence.opened_at or answer.pool is None else answer.pool
        if more > 0 and seats.take(session, occurrence.id, more, (pool,)) is None:
            raise rules.NoRoomForMore
        if more < 0:
            seats.give_back(session, occurrence.id, -more, answer.pool)
    answer.party, answer.changed_at = party, now
    session.flush()
    promote(session, occurrence.id, now=now)
    return answer


def open_occurrence(session: Session, occurrence_id: int, now: datetime) -> Occurrence:
    """Hold a date that takes answers."""
    occurrence = lock(session, Occurrence, occurrence_id)
    if occurrence is None or occurrence.status is EventStatus.DRAFT:
        raise NotFound
    if occurrence.status is not EventStatus.PUBLISHED or occurrence.starts_at <= now:
        raise rules.NotOpen
    return occurrence


def _waiting(session: Session, occurrence_id: int) -> list[Attendance]:
    queue = (
        sa.select(Attendance)
        .join(Attendance.member)
        .where(
            Attendance.occurrence_id == occurrence_id,
            Attendance.state == AttendanceState.WAITING,
            sa.or_(Member.is_present, Member.guest_email.is_not(None)),
        )
        .order_by(Attendance.turn)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(queue))


def _args(answer: Attendance) -> dict[str, int]:
    return {"occurrence_id": answer.occurrence_id}


def _key(answer: Attendance) -> str:
    return f"{answer.occurrence_id}:turn:{answer.turn}:member:{answer.member_id}"
