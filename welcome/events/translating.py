"""Writing what an event says in other languages and in easy words."""

from datetime import datetime

from sqlalchemy.orm import Session

from welcome.directory.rules import plain
from welcome.errors import Refusal
from welcome.events import service
from welcome.events.models import EventText
from welcome.i18n import lazy_gettext as _l


class OriginalUnknown(Refusal):
    """A translation needs to know what it is a translation of."""

    message = _l("Please say first in which language the event's own text is.")


class SameLanguage(Refusal):
    """The original is changed where it was written."""

    message = _l("The event's own text is in this language already.")


def write_text(
    session: Session, event_id: int, language: str, title: str, about: str, *, is_easy: bool, now: datetime
) -> None:
    """Write what an event says in a language or in easy words; calendars and search follow. Empty takes it away."""
    event = service.held_event(session, event_id)
    if not is_easy and event.text_language is None:
        raise OriginalUnknown
    if not is_easy and language == event.text_language:
        raise SameLanguage
    text = session.get(EventText, (event_id, language, is_easy))
    if not (title or about):
        if text is not None:
            event.texts.remove(text)
    else:
        if text is None:
            text = EventText(language=language, is_easy=is_easy)
            event.texts.append(text)
        text.title, text.about, text.written_at = title, about, now
    event.search_words, event.updated_at = plain(event.all_words), now
