"""What the agenda does for announcements, and the sweep that greets those who came later."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from welcome.announcements import service
from welcome.database import db, writing


def announce_occurrence(session: Session, occurrence_id: int, now: datetime) -> None:
    """Tell of a date that was published."""
    service.announce(session, occurrence_id, now=now)


def greet_arrivals(*, now: datetime) -> int:
    """Tell those who arrived or joined since a welcome event was announced; return how many were told."""
    dates = service.coming_welcome_dates(db.session(), now=now)
    told = 0
    for occurrence_id in dates:
        with writing() as session:
            told += service.announce(session, occurrence_id, now=now)
    return told


HANDLERS: dict[str, Callable[[Session, int, datetime], None]] = {"announce_occurrence": announce_occurrence}
