"""What the agenda does for events: remind guests, open unused places; and a sweep for members who are gone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda.jobs import Handler
from welcome.agenda.service import TOO_LATE
from welcome.database import lock, writing
from welcome.directory.service import organisers_of
from welcome.events import guests, joining, publishing
from welcome.events.answers import waiting
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.crew import hosts, shifts
from welcome.events.desk.letters import SERIES_ENDS
from welcome.events.letters import EVENT_REMINDER
from welcome.events.models import Event, Occurrence
from welcome.events.renewing import series_end, tell_at
from welcome.post.service import post


def remind_guests(session: Session, occurrence_id: int, now: datetime) -> str | None:
    """Remind everyone who comes, once for each time that the date has had."""
    occurrence = lock(session, Occurrence, occurrence_id)
    if occurrence is None or not occurrence.is_open:
        return None
    if occurrence.starts_at <= now:
        return TOO_LATE
    going = sa.select(Attendance.member_id).where(
        Attendance.occurrence_id == occurrence_id, Attendance.state == AttendanceState.GOING
    )
    for member_id in session.scalars(going.order_by(Attendance.turn)).all():
        key = f"{occurrence_id}:sequence:{occurrence.sequence}:member:{member_id}"
        post(session, EVENT_REMINDER, member_id, {"occurrence_id": occurrence_id}, key=key, now=now)
    return None


def open_places(session: Session, occurrence_id: int, now: datetime) -> None:
    """Open the places that a side has not used."""
    waiting.open_places(session, occurrence_id, now=now)


def open_to_regulars(session: Session, occurrence_id: int, now: datetime) -> None:
    """Open the places that no first-timer has taken."""
    waiting.open_to_regulars(session, occurrence_id, now=now)


def tell_series_ends(session: Session, event_id: int, now: datetime) -> None:
    """Tell the organisers once that the last date of a series is near; not when it goes on by then."""
    event = session.get(Event, event_id)
    due_at, last = (tell_at(event, now), series_end(event)) if event else (None, None)
    if event is None or last is None or due_at is None or due_at > now:
        return
    for organiser in organisers_of(session, event.organisation_id):
        args = {"event_id": event.id, "occurrence_id": last.id}
        post(session, SERIES_ENDS, organiser.id, args, key=f"{event.id}:{last.id}:member:{organiser.id}", now=now)


def release_places(now: datetime) -> None:
    """Give back the places of members who have left or were suspended; see to guests without an account."""
    with writing() as session:
        joining.release_places_of_absent(session, now=now)
    with writing() as session:
        guests.move_to_accounts(session, now=now)
        guests.forget(session, now=now)
    with writing() as session:
        shifts.release_helpers_who_left(session, now=now)
        hosts.forget_unanswered(session, now=now)


HANDLERS: dict[str, Handler] = {
    "remind_guests": remind_guests,
    "open_places": open_places,
    "open_to_regulars": open_to_regulars,
    "lapse_offer": joining.lapse_offer,
    "series_ends": tell_series_ends,
    "release_held": guests.release_held,
    "remind_helpers": shifts.remind_helpers,
    "publish_event": publishing.publish_when_due,
}
