"""What the agenda does after an event: thank who came, and count when nobody can answer any more."""

from datetime import datetime

from sqlalchemy.orm import Session

from welcome.agenda.jobs import Handler
from welcome.agenda.service import TOO_LATE
from welcome.events.models import Occurrence
from welcome.post.service import post
from welcome.visits import counting
from welcome.visits.letters import EVENT_THANKS
from welcome.visits.rules import may_answer


def thank_guests(session: Session, occurrence_id: int, now: datetime) -> str | None:
    """Write to everyone who came, once."""
    occurrence = session.get(Occurrence, occurrence_id)
    if occurrence is None or not occurrence.is_open:
        return None
    if not may_answer(occurrence.ends_at, now):
        return TOO_LATE
    for answer in counting.came(session, occurrence_id):
        key = f"{occurrence_id}:member:{answer.member_id}"
        post(session, EVENT_THANKS, answer.member_id, {"occurrence_id": occurrence_id}, key=key, now=now)
    return None


def count_visits(session: Session, occurrence_id: int, now: datetime) -> None:
    """Count one date."""
    counting.count_visits(session, occurrence_id, now=now)


HANDLERS: dict[str, Handler] = {
    "thank_guests": thank_guests,
    "count_visits": count_visits,
}
