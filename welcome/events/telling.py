"""What everyone who wants to come hears of a change, and which letters it makes untrue."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.events.answers.models import OUT, Attendance
from welcome.events.models import Occurrence
from welcome.post.letters import Letter
from welcome.post.service import post, withdraw


def tell_guests(session: Session, letter: Letter, occurrence: Occurrence, now: datetime) -> None:
    """Write to everyone who comes or waits, once for each change of the date."""
    answered = sa.select(Attendance.member_id).where(
        Attendance.occurrence_id == occurrence.id, Attendance.state.not_in(OUT)
    )
    for member_id in session.scalars(answered.order_by(Attendance.turn)).all():
        key = f"{occurrence.id}:sequence:{occurrence.sequence}:member:{member_id}"
        post(session, letter, member_id, {"occurrence_id": occurrence.id}, key=key, now=now)


def still_told(occurrence: Occurrence) -> Callable[[Session], bool]:
    """Give a way to see later whether a date is still as it is told now: each change gives it another number."""
    same = sa.select(Occurrence.id).where(Occurrence.id == occurrence.id, Occurrence.sequence == occurrence.sequence)
    return lambda session: session.scalar(same) is not None


def withdraw_all(session: Session, occurrence_id: int, now: datetime, *letters: Letter) -> None:
    """Take back the letters about a date that have not gone out yet."""
    for letter in letters:
        withdraw(session, letter, f"{occurrence_id}:", now=now, reason="the event changed")
