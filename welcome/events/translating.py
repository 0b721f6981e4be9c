"""Writing what an event says in other languages and in easy words."""

from datetime import datetime

from sqlalchemy.orm import Session

from welcome.directory.rules import plain
from welcome.events import service
from welcome.events.models import EventText
from welcome.texts.service import all_words, write


def write_text(
    session: Session, event_id: int, language: str, title: str, about: str, *, is_easy: bool, now: datetime
) -> None:
    """Write what an event says in a language or in easy words; calendars and search follow. Empty takes it away."""
    event = service.held_event(session, event_id)
    write(event, EventText, language, {"title": title, "about": about}, is_easy=is_easy, now=now)
    event.search_words, event.updated_at = plain(all_words(event)), now
