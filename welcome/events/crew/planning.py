"""What is due for shifts: their helpers are reminded a day ahead, and that moves when the date or the shift moves."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda import service as agenda
from welcome.events.crew.models import Shift
from welcome.events.models import Occurrence

REMIND_BEFORE = timedelta(hours=24)


def replan_shifts(session: Session, occurrence: Occurrence, *, now: datetime) -> None:
    """Let the reminders of a date's shifts follow it."""
    for shift in session.scalars(sa.select(Shift).where(Shift.occurrence_id == occurrence.id).order_by(Shift.id)):
        replan_shift(session, shift, now=now)


def replan_shift(session: Session, shift: Shift, *, now: datetime) -> None:
    """Let the reminder of one shift follow it; who takes it within a day has just read when it is."""
    key, remind_at = _key(shift.id), shift.starts_at - REMIND_BEFORE
    if shift.occurrence.is_open and remind_at > now:
        zone = shift.occurrence.zone
        agenda.follow(session, key, "remind_helpers", shift.id, remind_at, wall_time=shift.wall_start, zone=zone)
    else:
        agenda.cancel(session, key)


def unplan_shifts(session: Session, occurrence_id: int) -> None:
    """Call the reminders of a date's shifts off."""
    for shift_id in session.scalars(sa.select(Shift.id).where(Shift.occurrence_id == occurrence_id)):
        agenda.cancel(session, _key(shift_id))


def _key(shift_id: int) -> str:
    return f"shift:{shift_id}"
