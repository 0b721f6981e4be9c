"""What the agenda does for announcements, and the sweep for those who came later."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from welcome.announcements import service
from welcome.database import db, writing


def announce_occurrence(session: Session, occurrence_id: int, now: datetime) -> None:
    """Tell of a date that was published."""
    service.announce(session, occurrence_id, now=now)


def announce_again(*, now: datetime) -> int:
    """Tell those who have arrived since, and some more people of meetups with free places; return how many."""
    dates = service.dates_to_announce_again(db.session(), now=now)
    told = 0
    for occurrence_id in dates:
        with writing() as session:
            told += service.announce(session, occurrence_id, now=now)
    return told


HANDLERS: dict[str, Callable[[Session, int, datetime], None]] = {"announce_occurrence": announce_occurrence}
