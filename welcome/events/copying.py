"""What goes along when an event is made from another one: its translations and its picture."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.directory.rules import plain
from welcome.events.models import Event, EventPicture, EventText
from welcome.events.pictures import keep_picture
from welcome.texts.service import all_words

SAME = ("language", "is_easy", "title", "about", "written_at")


def copy_page(session: Session, source_id: int, target: Event, *, now: datetime) -> None:
    """Give an event the same page as its source has."""
    for text in session.scalars(sa.select(EventText).where(EventText.event_id == source_id)).all():
        target.texts.append(EventText(**{name: getattr(text, name) for name in SAME}))
    target.search_words = plain(all_words(target))
    picture = session.get(EventPicture, source_id)
    if picture is not None:
        keep_picture(session, target.id, (picture.body, picture.width, picture.height), picture.alt, now=now)
