"""What an event says, to each reader in a language that they can read, and honestly where that was not possible."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from welcome.events.models import Event, EventText, Occurrence


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


def tellings_of(date: Occurrence) -> list[Telling]:
    """Return the same for one date. Nobody has translated what it says of its own."""
    there = tellings(date.event)
    if date.own_about:
        return [replace(there[0], title=date.title, about=date.about)]
    return [replace(one, title=date.own_title or one.title) for one in there]


def _translated(event: Event, text: EventText) -> Telling:
    is_outdated = event.text_changed_at is not None and text.written_at < event.text_changed_at
    title = text.title or _title_in(event, text.language)
    return Telling(text.language, title, text.about, text.is_easy, False, is_outdated)


def title_in(date: Occurrence, locale: str) -> str:
    """Return the title of a date in a language, or the original where there is none."""
    return date.own_title or _title_in(date.event, locale)


def _title_in(event: Event, locale: str) -> str:
    found = [one.title for one in event.texts if one.language == locale and not one.is_easy and one.title]
    return found[0] if found else event.title


def choose(
    date: Occurrence, locale: str, *, also: Iterable[str] = (), asked: str | None = None, is_easy: bool = False
) -> Telling:
    """Return what a reader should see.

    1. What they asked for, where there is such a text; easy words where they want them.
    2. Their own language, then those that they speak, then the original.
    """
    there = tellings_of(date)
    wanted = [asked] if asked else []
    for language in (*wanted, locale, *also):
        spoken = [one for one in there if one.language == language]
        if spoken:
            return min(spoken, key=lambda one: (one.is_easy != is_easy, not one.is_original))
    return there[0]
