"""What one date of an event says in each language: what the event says, or what it says of its own."""

from dataclasses import replace

from welcome.events.models import Occurrence
from welcome.texts import service
from welcome.texts.service import Telling


def tellings_of(date: Occurrence) -> list[Telling]:
    """Return every way in which a date is told, the original first. Nobody has translated what it says of its own."""
    there = service.tellings(date.event)
    if date.own_about:
        return [replace(there[0], title=date.title, about=date.about)]
    return [replace(one, title=date.own_title or one.title) for one in there]


def title_in(date: Occurrence, locale: str) -> str:
    """Return the title of a date in a language, or the original where there is none."""
    return date.own_title or service.title_in(date.event, locale)
