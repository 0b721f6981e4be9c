"""What follows an event: thank who came, count when nobody can answer any more, forget what nobody counted."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda.jobs import Handler
from welcome.agenda.service import TOO_LATE
from welcome.database import writing
from welcome.events.models import Occurrence
from welcome.post.service import post
from welcome.terms import is_over
from welcome.visits import counting
from welcome.visits.letters import EVENT_THANKS
from welcome.visits.models import DoorLink, Thanks
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


def forget_old(*, now: datetime) -> None:
    """Forget door links that ended long ago, and answers to dates that were called off before they were counted."""
    with writing() as session:
        session.execute(sa.delete(DoorLink).where(is_over(DoorLink.expires_at, now)))
        session.execute(sa.delete(Thanks).where(is_over(Thanks.answered_at, now)))


HANDLERS: dict[str, Handler] = {
    "thank_guests": thank_guests,
    "count_visits": count_visits,
}
