"""Letters to organisers: somebody asks for a place, a series comes to its end."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.renewing import next_dates, series_end
from welcome.post.letters import Context, Letter, Recipient, Unwanted


def _application(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    occurrence = session.get(Occurrence, args["occurrence_id"])
    asking = (Attendance.occurrence_id == args["occurrence_id"], Attendance.state == AttendanceState.APPLIED)
    number = session.query(Attendance).filter(*asking).count()
    if occurrence is None or not occurrence.is_open or not number:
        return Unwanted("nobody asks for a place any more")
    return {
        "event": occurrence.event,
        "occurrence": occurrence,
        "starts_at": occurrence.local_start,
        "number": number,
        "link": f"/desk/dates/{occurrence.public_id}/guests",
    }


def _series_ends(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    event = session.get(Event, args["event_id"])
    last = series_end(event) if event else None
    if event is None or last is None or event.status is not EventStatus.PUBLISHED:
        return Unwanted("the series is off")
    if last.id != args["occurrence_id"]:
        return Unwanted("the series goes on")
    return {
        "event": event,
        "starts_at": last.local_start,
        "number": len(next_dates(event)),
        "link": f"/desk/events/{event.public_id}",
    }


APPLICATION_RECEIVED = Letter("application_received", _application)
SERIES_ENDS = Letter("series_ends", _series_ends)

LETTERS = (APPLICATION_RECEIVED, SERIES_ENDS)
