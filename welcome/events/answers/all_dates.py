"""One answer for a whole series: a place, or a turn, at each date to come; each can be given back alone."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import lock
from welcome.errors import NotFound
from welcome.events import joining
from welcome.events.answers.models import OUT, Attendance, AttendanceState
from welcome.events.answers.offers import args_of
from welcome.events.answers.standing import find_attendance
from welcome.events.letters import EVENT_JOINED
from welcome.events.models import EventStatus, Occurrence
from welcome.post.service import post


def join_series(
    session: Session, occurrence_id: int, member_id: int, *, now: datetime, **said: Any
) -> list[Attendance]:
    """Join every date from this one on; one letter tells of all of them.

    Dates are taken in their order, so that a first-timer is one at the first of them and a regular at the others.
    """
    dates = coming_dates(session, occurrence_id, now=now)
    known = {date.id: find_attendance(session, date.id, member_id) for date in dates}
    new = [date for date in dates if (one := known[date.id]) is None or one.state in OUT]
    answers = [joining.join(session, date.id, member_id, now=now, tells=False, **said) for date in dates]
    fresh = {date.id for date in new}
    going = [one for one in answers if one.state is AttendanceState.GOING and one.occurrence_id in fresh]
    if going:
        args = args_of(going[0]) | {"others": [one.occurrence_id for one in going[1:]]}
        key = f"series:{going[0].occurrence_id}:turn:{going[0].turn}:member:{member_id}"
        post(session, EVENT_JOINED, member_id, args, key=key, now=now)
    return answers


def leave_series(session: Session, occurrence_id: int, member_id: int, *, now: datetime) -> int:
    """Give the places at every date from this one on back; return how many dates these are."""
    dates = coming_dates(session, occurrence_id, now=now)
    for date in dates:
        joining.leave(session, date.id, member_id, now=now)
    return len(dates)


def coming_dates(session: Session, occurrence_id: int, *, now: datetime) -> list[Occurrence]:
    """Hold the dates of a series from this one on, in the order in which dates are always held; return them by time."""
    first = session.get(Occurrence, occurrence_id)
    if first is None:
        raise NotFound
    chosen = sa.select(Occurrence.id).where(
        Occurrence.event_id == first.event_id,
        Occurrence.starts_at >= first.starts_at,
        Occurrence.starts_at > now,
        Occurrence.status == EventStatus.PUBLISHED,
    )
    held = [lock(session, Occurrence, date_id) for date_id in sorted(session.scalars(chosen))]
    return sorted((date for date in held if date is not None and date.is_open), key=lambda date: date.starts_at)
