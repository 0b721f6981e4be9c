"""What an event says, to each reader in a language that they can read, and honestly where that was not possible."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from welcome.directory.rules import plain
from welcome.errors import Refusal
from welcome.events import service
from welcome.events.models import Event, EventText
from welcome.i18n import lazy_gettext as _l


class OriginalUnknown(Refusal):
    """A translation needs to know what it is a translation of."""

    message = _l("Please say first in which language the event's own text is.")


class SameLanguage(Refusal):
    """The original is changed where it was written."""

    message = _l("The event's own text is in this language already.")


@dataclass(frozen=True, slots=True)
class Telling:
    """One way of telling what an event is about."""

    language: str | None  #: None: nobody said
    title: str
    about: str
    is_easy: bool = False
    is_original: bool = True
    is_outdated: bool = False  #: the original was changed after this was written


def tellings(event: Event) -> list[Telling]:
    """Return every way in which an event tells what it is about, the original first."""
    original = Telling(event.text_language, event.title, event.about)
    return [original, *(_translated(event, text) for text in event.texts)]


def _translated(event: Event, text: EventText) -> Telling:
    is_outdated = event.text_changed_at is not None and text.written_at < event.text_changed_at
    title = text.title or title_in(event, text.language)
    return Telling(text.language, title, text.about, text.is_easy, False, is_outdated)


def title_in(event: Event, locale: str) -> str:
    """Return the title in a language, or the original where there is none."""
    found = [one.title for one in event.texts if one.language == locale and not one.is_easy and one.title]
    return found[0] if found else event.title


def choose(
    event: Event, locale: str, *, also: Iterable[str] = (), asked: str | None = None, is_easy: bool = False
) -> Telling:
    """Return what a reader should see.

    1. What they asked for, where there is such a text; easy words where they want them.
    2. Their own language, then those that they speak, then the original.
    """
    there = tellings(event)
    wanted = [asked] if asked else []
    for language in (*wanted, locale, *also):
        spoken = [one for one in there if one.language == language]
        if spoken:
            return min(spoken, key=lambda one: (one.is_easy != is_easy, not one.is_original))
    return there[0]


def write_text(
    session: Session, event_id: int, language: str, *, is_easy: bool, title: str, about: str, now: datetime
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
