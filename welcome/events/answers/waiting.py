"""The waiting list: whose turn it is, and how a place that became free reaches the next in line.

Either the first party that fits gets it, or, where the organisers say so, nobody is let in past who waits longer for
the same places. It is theirs at once, or held for some hours until they confirm.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from welcome.accounts.models import Member
from welcome.database import lock
from welcome.events import rules, seats
from welcome.events.answers import pairs
from welcome.events.answers.models import Attendance, AttendanceState, Pool
from welcome.events.answers.offers import hold, tell
from welcome.events.letters import PLACE_OFFERED, WAITING_PLACE_FREED
from welcome.events.models import Event, EventStatus, Occurrence


def promote(session: Session, occurrence_id: int, *, now: datetime) -> None:
    """Give free places to those who wait, in order. The date's row is held by the caller."""
    occurrence = session.get_one(Occurrence, occurrence_id, populate_existing=True)
    if occurrence.status is not EventStatus.PUBLISHED or occurrence.starts_at <= now:
        return
    waited_for: set[Pool] = set()
    for answer in waiting(session, occurrence_id):
        if occurrence.seats_left == 0:
            return
        if enter(session, occurrence, answer, waited_for, now=now):
            _tell_in(session, occurrence, answer, now)
            session.refresh(occurrence)
        elif occurrence.event.is_strict_order:
            waited_for.update(_wanted(session, occurrence, answer))


def enter(
    session: Session, occurrence: Occurrence, answer: Attendance, waited_for: Collection[Pool], *, now: datetime
) -> bool:
    """Take places for an answer and for who waits with it, both or neither; return whether there were enough."""
    both = [answer, *pairs.along(session, answer)]
    pools = [tuple(one for one in pools_of(session, occurrence, who) if one not in waited_for) for who in both]
    taken = seats.take_all(session, occurrence.id, [(who.party, own) for who, own in zip(both, pools, strict=True)])
    if not taken:
        return False
    answer.pool, answer.waits_with_id, answer.changed_at = taken[0], None, now
    for other, pool in zip(both[1:], taken[1:], strict=True):
        other.pool = pool
        pairs.ask_along(session, occurrence, other, answer.member_id, now=now)
    return True


def _tell_in(session: Session, occurrence: Occurrence, answer: Attendance, now: datetime) -> None:
    if occurrence.event.hold_hours is None:
        answer.state = AttendanceState.GOING
        tell(session, WAITING_PLACE_FREED, answer, now=now)
    else:
        hold(session, answer, rules.hold_until(occurrence.event.hold_hours, occurrence.starts_at, now))
        tell(session, PLACE_OFFERED, answer, now=now)


def _wanted(session: Session, occurrence: Occurrence, answer: Attendance) -> set[Pool]:
    both = [answer, *pairs.along(session, answer)]
    return {pool for one in both for pool in pools_of(session, occurrence, one)}


def pools_of(session: Session, occurrence: Occurrence, answer: Attendance) -> tuple[Pool, ...]:
    """Return the places that somebody who waits may take."""
    is_new = is_new_to_series(session, occurrence, answer.member_id)
    return rules.pools_for(answer.side or "both", seats.left(occurrence), is_new=is_new)


def open_pools(session: Session, occurrence: Occurrence, answer: Attendance) -> tuple[Pool, ...]:
    """Return the places that somebody new may take: in strict order not those for which others wait."""
    wanted = rules.pools_for(
        answer.side, seats.left(occurrence), is_new=is_new_to_series(session, occurrence, answer.member_id)
    )
    waited_for = kept_for_waiting(session, occurrence)
    return tuple(pool for pool in wanted if pool not in waited_for)


def kept_for_waiting(session: Session, occurrence: Occurrence) -> set[Pool]:
    """Return the places that nobody new may take, because others wait for them: in strict order alone."""
    return taken_by_waiting(session, occurrence) if occurrence.event.is_strict_order else set()


def taken_by_waiting(session: Session, occurrence: Occurrence) -> set[Pool]:
    """Return the places for which somebody waits already; where a side is all alike, without asking who they are."""
    pair = _queue(occurrence.id).with_only_columns(Attendance.id).where(Attendance.waits_with_id.is_not(None))
    if occurrence.first_timer_left is not None or session.scalar(pair.limit(1)):
        return {pool for answer in waiting(session, occurrence.id) for pool in _wanted(session, occurrence, answer)}
    sides = session.scalars(_queue(occurrence.id).with_only_columns(Attendance.side).distinct())
    return {pool for side in sides for pool in rules.pools_for(side or "both", seats.left(occurrence))}


def is_new_to_series(session: Session, occurrence: Occurrence, member_id: int) -> bool:
    """Whether somebody has no place at an earlier date of the series; asked only where places are kept for these."""
    if occurrence.first_timer_left is None:
        return False
    series = aliased(Event)
    earlier = (
        sa.select(Attendance.id)
        .join(Attendance.occurrence)
        .join(series, series.id == Occurrence.event_id)
        .where(
            Attendance.member_id == member_id,
            Attendance.state == AttendanceState.GOING,
            Occurrence.starts_at < occurrence.starts_at,
            Occurrence.status == EventStatus.PUBLISHED,
            series.uid == occurrence.event.uid,
            series.organisation_id == occurrence.event.organisation_id,
        )
    )
    return session.scalar(earlier.limit(1)) is None


def open_places(session: Session, occurrence_id: int, *, now: datetime) -> None:
    """Open the places that a side has not used to everybody, first to those who wait."""
    occurrence = lock(session, Occurrence, occurrence_id)
    if occurrence is None or occurrence.opened_at or occurrence.newcomer_left is None:
        return
    occurrence.newcomer_left = occurrence.local_left = 0
    occurrence.opened_at = now
    session.flush()
    promote(session, occurrence_id, now=now)


def open_to_regulars(session: Session, occurrence_id: int, *, now: datetime) -> None:
    """Open the places that no first-timer has taken to everybody, first to those who wait."""
    occurrence = lock(session, Occurrence, occurrence_id)
    if occurrence is None or occurrence.regulars_at or occurrence.first_timer_left is None:
        return
    occurrence.first_timer_left, occurrence.regulars_at = 0, now
    session.flush()
    promote(session, occurrence_id, now=now)


def position(session: Session, answer: Attendance) -> int:
    """Return where a waiting member stands: 1 is next."""
    ahead = sa.select(sa.func.count()).where(
        Attendance.occurrence_id == answer.occurrence_id,
        Attendance.state == AttendanceState.WAITING,
        Attendance.turn < answer.turn,
    )
    return (session.scalar(ahead) or 0) + 1


def waiting(session: Session, occurrence_id: int) -> list[Attendance]:
    """Return the answers that wait, in order."""
    in_order = _queue(occurrence_id).order_by(Attendance.turn).execution_options(populate_existing=True)
    return list(session.scalars(in_order))


def _queue(occurrence_id: int) -> sa.Select[Attendance]:
    return (
        sa.select(Attendance)
        .join(Attendance.member)
        .where(
            Attendance.occurrence_id == occurrence_id,
            Attendance.state == AttendanceState.WAITING,
            sa.or_(Member.is_present, Member.guest_email.is_not(None)),
        )
    )
