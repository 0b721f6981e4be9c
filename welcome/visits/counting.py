"""The counts of a date, made once when nobody can answer any more; what was felt is deleted then.

Made once, they stay the same when somebody's account is erased later: from two looks at a page nobody can be told.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from welcome.database import insert_once
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.models import Event, Occurrence
from welcome.visits.door import who_is_here
from welcome.visits.models import Felt, Tally, Thanks, Wish
from welcome.visits.rules import at_least


@dataclass(frozen=True, slots=True)
class Told:
    """What organisers are told of one date: everybody who came, and of the rest "at least so many" or nothing."""

    occurrence: Occurrence
    people: int
    guests: int
    first_timers: int | None
    newcomers: int | None
    locals: int | None
    answers: int | None
    felt_welcome: int | None
    met_somebody: int | None


def came(session: Session, occurrence_id: int) -> list[Attendance]:
    """Return the answers of those who came: who was ticked at the door, or all where nobody ticked."""
    here, _walk_ins = who_is_here(session, occurrence_id)
    going = (Attendance.occurrence_id == occurrence_id, Attendance.state == AttendanceState.GOING)
    answers = session.scalars(sa.select(Attendance).where(*going).order_by(Attendance.turn))
    return [one for one in answers if not here or here.get(one.member_id, 0) > 0]


def count_visits(session: Session, occurrence_id: int, *, now: datetime) -> None:
    """Count one date, once."""
    occurrence = session.get(Occurrence, occurrence_id)
    if occurrence is None or not occurrence.is_open:
        return
    guests = came(session, occurrence_id)
    here, walk_ins = who_is_here(session, occurrence_id)
    felt = list(session.scalars(sa.select(Thanks.felt).where(Thanks.occurrence_id == occurrence_id)))
    wished = sa.select(sa.func.count(Wish.member_id.distinct())).where(Wish.occurrence_id == occurrence_id)
    insert_once(
        session,
        Tally,
        occurrence_id=occurrence_id,
        people=sum(here.get(one.member_id, one.party) for one in guests) + sum(walk_ins.values()),
        guests=len(guests),
        first_timers=len(guests) - _regulars(session, occurrence, {one.member_id for one in guests}),
        newcomers=sum(one.side in {"newcomer", "both"} for one in guests),
        locals=sum(one.side in {"local", "both"} for one in guests),
        answers=len(felt),
        felt_welcome=felt.count(Felt.YES),
        met_somebody=session.scalar(wished) or 0,
        counted_at=now,
    )
    session.execute(sa.delete(Thanks).where(Thanks.occurrence_id == occurrence_id))


def _regulars(session: Session, occurrence: Occurrence, guests: set[int]) -> int:
    series = aliased(Event)
    before = (
        sa.select(sa.func.count(Attendance.member_id.distinct()))
        .join(Attendance.occurrence)
        .join(series, series.id == Occurrence.event_id)
        .where(Attendance.state == AttendanceState.GOING, Attendance.member_id.in_(guests))
        .where(Occurrence.starts_at < occurrence.starts_at)
        .where(series.uid == occurrence.event.uid, series.organisation_id == occurrence.event.organisation_id)
    )
    return session.scalar(before) or 0


def told_of_event(session: Session, event_id: int) -> list[Told]:
    """Return what may be told of each counted date of an event, the newest first."""
    chosen = (
        sa.select(Tally, Occurrence)
        .join(Occurrence, Occurrence.id == Tally.occurrence_id)
        .where(Occurrence.event_id == event_id)
        .order_by(Occurrence.starts_at.desc())
    )
    return [_told(tally, occurrence) for tally, occurrence in session.execute(chosen)]


def _told(tally: Tally, occurrence: Occurrence) -> Told:
    return Told(
        occurrence=occurrence,
        people=tally.people,
        guests=tally.guests,
        first_timers=at_least(tally.first_timers, tally.guests),
        newcomers=at_least(tally.newcomers, tally.guests),
        locals=at_least(tally.locals, tally.guests),
        answers=at_least(tally.answers, tally.guests),
        felt_welcome=at_least(tally.felt_welcome, tally.answers),
        met_somebody=at_least(tally.met_somebody, tally.answers),
    )
