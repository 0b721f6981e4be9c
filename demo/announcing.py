"""What organisers tell people: helping hands were asked for, and a word to everybody waits for a moderator."""

from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo.courses import HOUR
from demo.inhabitants import City
from welcome.announcements.announcing import service
from welcome.announcements.announcing.audience import Audience
from welcome.announcements.models import Purpose
from welcome.errors import Refusal
from welcome.events.models import Event, EventStatus, Occurrence

WISHES = (
    (
        "Neighbours' lunch",
        Purpose.HELP,
        Audience(interests=("food.local",)),
        "Who peels?\nLunch for all who help.",
    ),
    ("Saint Nicholas for beginners", Purpose.COME, Audience(), "Come and see what all the fuss is about."),
    ("Choir without borders", Purpose.COME, Audience(interests=("making.choir",)), "New voices are welcome this week."),
)


def tell_people(session: Session, city: City) -> None:
    """Let organisers write; what is for everybody waits."""
    for title, purpose, audience, words in WISHES:
        coming = Event.occurrences.any(Occurrence.starts_at > city.now)
        known = (Event.title == title, Event.status == EventStatus.PUBLISHED, Event.created_by.is_not(None), coming)
        event = session.scalars(sa.select(Event).where(*known).order_by(Event.id)).first()
        if event is None or event.created_by is None:
            continue
        at = city.now - 20 * HOUR
        public_id = service.write(session, event, purpose, words, audience, by=event.created_by, now=at)
        # In a small city nobody may be left who has not heard of it: then it stays a draft.
        with suppress(Refusal):
            service.send(session, service.find_announcement(session, public_id).id, now=at + timedelta(minutes=3))
