"""What stands beside an event: the reader's own answer to one date, who else comes, and what can be done now."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from welcome.events.answers import companions, company, waiting
from welcome.events.answers.models import Attendance, AttendanceState, Greeting
from welcome.events.answers.standing import side_of
from welcome.events.forms.answers import JoinForm
from welcome.events.models import EventStatus, Occurrence

BRINGING = (None, AttendanceState.GOING, AttendanceState.WAITING)  #: with these answers one may bring somebody


def panel(
    session: Session, occurrence: Occurrence, answer: Attendance | None, member_id: int | None, now: datetime
) -> dict[str, Any]:
    """Return what the page shows of one date to one reader."""
    event, state = occurrence.event, answer.state if answer else None
    is_going = state is AttendanceState.GOING
    may_bring = member_id and state in BRINGING and not event.needs_approval and occurrence.starts_at > now
    asks_side = member_id and answer is None and event.is_bridging and occurrence.opened_at is None
    greeting = answer.greeting if answer and is_going else None
    date_id, reader_id = occurrence.id, member_id or 0
    there = company.company_of(session, date_id, reader_id) if is_going else None
    known = companions.choices(session, date_id, reader_id) if may_bring else []
    return {
        "place_in_line": waiting.position(session, answer) if answer and state is AttendanceState.WAITING else None,
        "brought_by": company.bringer(session, answer) if answer else None,
        "guests": there.listed if there else [],
        "greeters": there.greeters if there and greeting is Greeting.WANTED else [],
        "to_be_met": there.to_be_met if there and greeting is Greeting.OFFERED else [],
        "companions": known,
        "awaited": next((one for one in known if answer and one.id == answer.waits_with_id), None),
        "asks_side": asks_side and side_of(session, member_id) is None,
        "later_dates": count_later(occurrence, now),
    }


def count_later(occurrence: Occurrence, now: datetime) -> int:
    """Count the dates of the series after this one that take answers."""
    after = max(occurrence.starts_at, now)
    dates = occurrence.event.occurrences
    return sum(1 for date in dates if date.starts_at > after and date.status is EventStatus.PUBLISHED)


def show_answer(form: JoinForm, answer: Attendance | None) -> None:
    """Start the form from the answer that was given before, unless somebody has just typed another."""
    if answer is None or form.adults.raw_data is not None:
        return
    form.show(answer.party, answer.children)
    form.listed.data, form.listed_name.data = answer.listed.value, answer.listed_name
    form.greeting.data = answer.greeting.value if answer.greeting else ""
