"""Choose what a reader sees of what is told in several languages, and write it in another one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l
from welcome.texts.models import TextIn

#: What can be said in each language. Not all that is told says all of it.
PARTS = ("title", "about", "hours")
Words = tuple[str, str, str]


class OriginalUnknown(Refusal):
    """A translation needs to know what it is a translation of."""

    message = _l("Please say first in which language the original is.")


class SameLanguage(Refusal):
    """The original is changed where it was written."""

    message = _l("The original is in this language already.")


@dataclass(frozen=True, slots=True)
class Telling:
    """One way of telling something."""

    language: str | None  #: None: nobody said
    title: str
    about: str
    hours: str = ""
    is_easy: bool = False
    is_original: bool = True
    is_outdated: bool = False  #: the original was changed after this was written


def words_of(told: Any) -> Words:
    """Return what the original says."""
    return told.title, getattr(told, "about", ""), getattr(told, "hours", "")


def all_words(told: Any) -> str:
    """Return all that is said, in every language that it is told in."""
    said = (getattr(text, part, "") for text in (told, *told.texts) for part in PARTS)
    return " ".join(filter(None, said))


def note_change(told: Any, before: Words, *, now: datetime) -> None:
    """Let translations be out of date if the original says something else than before."""
    if words_of(told) != before:
        told.text_changed_at = now


def tellings(told: Any) -> list[Telling]:
    """Return every way in which something is told, the original first."""
    return [Telling(told.text_language, *words_of(told)), *(_translated(told, text) for text in told.texts)]


def _translated(told: Any, text: TextIn) -> Telling:
    is_outdated = told.text_changed_at is not None and text.written_at < told.text_changed_at
    title, hours = text.title or title_in(told, text.language), getattr(text, "hours", "") or words_of(told)[2]
    return Telling(text.language, title, text.about, hours, text.is_easy, False, is_outdated)


def title_in(told: Any, locale: str) -> str:
    """Return the title in a language, or the original where there is none."""
    found = [one.title for one in told.texts if one.language == locale and not one.is_easy and one.title]
    return str(found[0] if found else told.title)


def choose(
    there: Sequence[Telling], locale: str, *, also: Iterable[str] = (), asked: str | None = None, is_easy: bool = False
) -> Telling:
    """Return what a reader should see.

    1. What they asked for, where there is such a text; easy words where they want them.
    2. Their own language, then those that they speak, then the original.
    """
    wanted = [asked] if asked else []
    for language in (*wanted, locale, *also):
        spoken = [one for one in there if one.language == language]
        if spoken:
            return min(spoken, key=lambda one: (one.is_easy != is_easy, not one.is_original))
    return there[0]


def find_text(told: Any, language: str, is_easy: bool) -> TextIn | None:
    """Return what something says in a language, or in easy words, if it does."""
    return next((one for one in told.texts if (one.language, one.is_easy) == (language, is_easy)), None)


def write(
    told: Any, kind: type[TextIn], language: str, said: Mapping[str, str], *, is_easy: bool, now: datetime
) -> None:
    """Write what something says in a language or in easy words. Empty takes it away."""
    if not is_easy and told.text_language is None:
        raise OriginalUnknown
    if not is_easy and language == told.text_language:
        raise SameLanguage
    text = find_text(told, language, is_easy)
    if not any(said.values()):
        if text is not None:
            told.texts.remove(text)
        return
    if text is None:
        text = kind()
        text.language, text.is_easy = language, is_easy
        told.texts.append(text)
    text.written_at = now
    for part, words in said.items():
        setattr(text, part, words)
