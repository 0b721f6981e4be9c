"""Coming to an event, and leaving again: one transaction each, in which the waiting list moves up (see ``waiting``)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.database import lock
from welcome.directory.service import organisers_of
from welcome.errors import NotFound
from welcome.events import rules, seats
from welcome.events.answers.models import OUT, Attendance, AttendanceState, Pool
from welcome.events.answers.offers import args_of, key_of, tell
from welcome.events.answers.standing import find_attendance, side_of
from welcome.events.answers.waiting import enter, kept_for_waiting, promote
from welcome.events.desk.letters import APPLICATION_RECEIVED
from welcome.events.letters import EVENT_JOINED, PLACE_OFFERED, WAITING_PLACE_FREED
from welcome.events.models import EventStatus, Occurrence
from welcome.events.plans import AS_USUAL, Manner
from welcome.post.service import post, withdraw


def join(
    session: Session,
    occurrence_id: int,
    member_id: int,
    *,
    party: int = 1,
    children: int = 0,
    side: str | None = None,
    manner: Manner | None = None,
    now: datetime,
    tells: bool = True,
    keeps_party: bool = False,
    along: int | None = None,
) -> Attendance:
    """Give a member (and who comes along) places, or the next turn on the waiting list.

    1. Hold the date's row: answers are taken one after the other, so the list is in order.
    2. A second tap changes nothing; another size of the party is a change of the answer given before.
    3. Where the organisers want to be asked first, ask them.
    4. Take places by one conditional update, else wait; with whoever is asked along (``along``) both or neither.
    """
    rules.check_party(party, children)
    occurrence = open_occurrence(session, occurrence_id, now)
    answer = find_attendance(session, occurrence_id, member_id)
    if answer is not None and answer.state not in OUT:
        set_manner(answer, manner)
        if keeps_party:
            return answer
        return change_party(session, occurrence, answer, party, children, now)
    if answer is not None and answer.state is AttendanceState.DECLINED:
        raise rules.NotInvited
    side = side_of(session, member_id) or side
    answer = answer or Attendance(occurrence_id=occurrence_id, member_id=member_id)
    answer.brought_by_id, answer.waits_with_id, answer.children = None, along, children
    set_manner(answer, manner or AS_USUAL)
    enter = apply if occurrence.event.needs_approval else settle
    return enter(session, occurrence, answer, party, side, now, tells=tells)


def settle(
    session: Session,
    occurrence: Occurrence,
    answer: Attendance,
    party: int,
    side: str | None,
    now: datetime,
    *,
    tells: bool = True,
) -> Attendance:
    """Give a new answer places or its turn. The date's row is held by the caller."""
    answer.party, answer.side, answer.joined_at, answer.changed_at = party, side, now, now
    rules.pools_for(side, seats.left(occurrence))
    answer.turn, answer.pool, answer.hold_until = seats.draw_turn(session, occurrence.id), None, None
    is_in = enter(session, occurrence, answer, kept_for_waiting(session, occurrence), now=now)
    answer.state = AttendanceState.GOING if is_in else AttendanceState.WAITING
    session.add(answer)
    session.flush()
    if is_in and tells:
        tell(session, EVENT_JOINED, answer, now=now)
    return answer


def apply(
    session: Session,
    occurrence: Occurrence,
    answer: Attendance,
    party: int,
    side: str | None,
    now: datetime,
    *,
    tells: bool = True,
) -> Attendance:
    """Ask the organisers for a place, and let them know once a day that somebody has asked."""
    rules.pools_for(side, seats.left(occurrence))
    answer.party, answer.side, answer.joined_at, answer.changed_at = party, side, now, now
    answer.turn, answer.pool, answer.hold_until = seats.draw_turn(session, occurrence.id), None, None
    answer.state = AttendanceState.APPLIED
    session.add(answer)
    session.flush()
    for organiser in organisers_of(session, occurrence.event.organisation_id):
        key = f"{occurrence.id}:day:{now.date()}:member:{organiser.id}"
        post(session, APPLICATION_RECEIVED, organiser.id, args_of(answer), key=key, now=now)
    return answer


def set_manner(answer: Attendance, manner: Manner | None) -> None:
    """Write down how somebody wants to come: how they are listed, and whether they are met at the door."""
    if manner is not None:
        answer.listed, answer.listed_name = manner.listed, manner.name
        answer.greeting = manner.greeting


def confirm(session: Session, occurrence_id: int, member_id: int, *, now: datetime) -> Attendance:
    """Take the place that is held for somebody."""
    open_occurrence(session, occurrence_id, now)
    answer = find_attendance(session, occurrence_id, member_id)
    if answer is not None and answer.state is AttendanceState.GOING:
        return answer
    if answer is None or answer.state is not AttendanceState.OFFERED or (answer.hold_until or now) <= now:
        raise rules.HoldIsOver
    answer.state, answer.hold_until, answer.changed_at = AttendanceState.GOING, None, now
    session.flush()
    tell(session, EVENT_JOINED, answer, now=now)
    return answer


def leave(session: Session, occurrence_id: int, member_id: int, *, now: datetime) -> None:
    """Give a member's places back and let the waiting list move up."""
    lock(session, Occurrence, occurrence_id)
    answer = find_attendance(session, occurrence_id, member_id)
    if answer is not None and answer.state not in OUT:
        let_go(session, answer, AttendanceState.LEFT, now=now)


def let_go(session: Session, answer: Attendance, state: AttendanceState, *, now: datetime) -> None:
    """Take an answer off the list. The date's row is held by the caller."""
    if answer.pool is not None:
        seats.give_back(session, answer.occurrence_id, answer.party, answer.pool)
    answer.state, answer.pool, answer.hold_until, answer.changed_at = state, None, None, now
    answer.waits_with_id = None
    for letter in (EVENT_JOINED, WAITING_PLACE_FREED, PLACE_OFFERED):
        withdraw(session, letter, key_of(answer), now=now, reason="the member left")
    session.flush()
    promote(session, answer.occurrence_id, now=now)


def lapse_offer(session: Session, attendance_id: int, now: datetime) -> None:
    """Give places that were held and not confirmed in time to the next in line."""
    answer = session.get(Attendance, attendance_id)
    if answer is None:
        return
    lock(session, Occurrence, answer.occurrence_id)
    session.refresh(answer)
    if answer.state is AttendanceState.OFFERED and answer.hold_until is not None and answer.hold_until <= now:
        let_go(session, answer, AttendanceState.LEFT, now=now)


def release_places_of_absent(session: Session, *, now: datetime) -> int:
    """Give back the places of members who closed their account or were suspended; return how many answers that were."""
    held = (
        sa.select(Attendance.occurrence_id, Attendance.member_id)
        .join(Attendance.member)
        .join(Attendance.occurrence)
        .where(
            Attendance.state.not_in(OUT),
            sa.or_(Member.closed_at.is_not(None), Member.suspended_at.is_not(None)),
            Occurrence.starts_at > now,
        )
        .order_by(Attendance.occurrence_id, Attendance.turn)
    )
    answers = session.execute(held).all()
    for occurrence_id, member_id in answers:
        leave(session, occurrence_id, member_id, now=now)
    return len(answers)


def change_party(
    session: Session, occurrence: Occurrence, answer: Attendance, party: int, children: int, now: datetime
) -> Attendance:
    """Bring more people or fewer. The date's row is held by the caller."""
    more = party - answer.party
    if not more and children == answer.children:
        return answer
    if answer.pool is not None and more > 0:
        pool = answer.pool if seats.is_kept(occurrence, answer.pool) else Pool.ALL
        is_waited_for = pool in kept_for_waiting(session, occurrence)
        if is_waited_for or seats.take(session, occurrence.id, more, (pool,)) is None:
            raise rules.NoRoomForMore
    if answer.pool is not None and more < 0:
        seats.give_back(session, occurrence.id, -more, answer.pool)
    answer.party, answer.children, answer.changed_at = party, children, now
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
