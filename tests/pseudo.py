"""A language that nobody speaks: every text that was asked for in translation is accented, longer and in brackets.

What stands on a page outside the brackets was never offered to translators. It takes the place of Esperanto, which no
instance offers, so that CLDR's own words (days, months, languages, countries) are not English either.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.texts import texts_in_code
from welcome import i18n

CODE = "eo"
OPENS, CLOSES = "⟦", "⟧"
ACCENTS = str.maketrans("aceghijlnorstuwyzACEGHIJLNORSTUWYZ", "áçéĝĥíĵļñöŕšţúŵýžÁÇÉĜĤÍĴĻÑÖŔŠŢÚŴÝŽ")
#: What a translator leaves alone: placeholders, tags, entities.
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\}|<[^>]+>|&\w+;)")
VOWELS = re.compile(r"[aeiou]")


def disguise(text: str) -> str:
    """Write a text as nobody would: a third longer, as German is, with the same placeholders and tags."""
    parts = KEPT.split(text)
    words = [part if number % 2 else _stretch(part).translate(ACCENTS) for number, part in enumerate(parts)]
    return f"{OPENS}{''.join(words)}{CLOSES}"


def _stretch(words: str) -> str:
    """Double every vowel."""
    return VOWELS.sub(lambda found: found[0] * 2, words)


def write_catalogues(folder: Path) -> None:
    """Write the disguised catalogue, and lay the real ones beside it."""
    for code in i18n.LOCALES:
        if code not in {i18n.SOURCE, CODE}:
            (folder / code).symlink_to(i18n.TRANSLATIONS / code)
    catalogue = Catalog(locale=CODE)
    for text, context in texts_in_code():
        forms = text if isinstance(text, tuple) else (text,)
        catalogue.add(text, tuple(map(disguise, forms)) if len(forms) > 1 else disguise(forms[0]), context=context)
    (folder / CODE / "LC_MESSAGES").mkdir(parents=True)
    with (folder / CODE / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)


@contextmanager
def offered() -> Iterator[None]:
    """Let what is made inside the block offer the language, and nothing else."""
    kept = i18n.LOCALES, i18n.TRANSLATIONS
    with tempfile.TemporaryDirectory() as folder:
        write_catalogues(Path(folder))
        i18n.LOCALES, i18n.TRANSLATIONS = (*kept[0], CODE), Path(folder)  # type: ignore[assignment]
        i18n.offered_languages.cache_clear()
        try:
            yield
        finally:
            i18n.LOCALES, i18n.TRANSLATIONS = kept
            i18n.offered_languages.cache_clear()


#: Attributes that people read or hear.
READ = ("aria-label", "aria-description", "title", "alt", "placeholder", "data-confirm")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNREAD = {"script", "style", "bdi", "code", "time", "textarea"}
WORD = re.compile(r"[^\W\d_]{2,}")


class Reading(HTMLParser):
    """Reads a page and keeps the words that stand outside the brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.depth = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element; what is in another language or by a member is not ours."""
        said = dict(attrs)
        is_ours = (
            tag not in UNREAD
            and said.get("name") != "timezone"
            and said.get("dir") != "auto"
            and said.get("lang", CODE) == CODE
        )
        if is_ours and self.is_ours:
            self.found += [outside(said[name] or "") for name in READ if name in said]
            if tag == "input" and said.get("type") in {"submit", "button"}:
                self.found.append(outside(said.get("value") or ""))
        if tag not in VOID:
            self.open.append((tag, is_ours))

    def handle_endtag(self, tag: str) -> None:
        """Come out again."""
        while self.open and self.open.pop()[0] != tag:
            pass

    @property
    def is_ours(self) -> bool:
        """Whether what is read now should have been offered to translators."""
        return all(is_ours for _, is_ours in self.open)

    def handle_data(self, data: str) -> None:
        """Keep what is outside."""
        kept = []
        for sign in data:
            self.depth += (sign == OPENS) - (sign == CLOSES)
            kept.append(sign if self.depth == 0 and sign != CLOSES else " ")
        if self.is_ours:
            self.found.append("".join(kept))


def outside(text: str) -> str:
    """Return what of a text stands outside its brackets."""
    reading = Reading()
    reading.open, reading.found = [], []
    reading.handle_data(text)
    return reading.found[0] if reading.found else ""


#: Columns in which people write.
WRITTEN = {"name", "slug", "title", "address", "first_name", "place_note", "about", "alt", "hours"}
#: What nobody would translate: addresses, long numbers, the makers of calendars.
NAMES = r"\S+[@/.]\w\S*|[0-9a-f]{64}|Google|Outlook|WhatsApp|-a de"


def known_phrases(values: Iterable[str], instance_name: str) -> re.Pattern[str]:
    """Return a pattern of what is rightly on pages though nobody translates it: people's words, CLDR's, own names."""
    cldr = Locale.parse(CODE)
    months = [name for width in cldr.months["format"].values() for name in width.values()]
    days = [name for width in cldr.days["format"].values() for name in width.values()]
    own = [name for _, name in i18n.offered_languages()]
    places = cldr.territories.values()
    phrases = {*values, *months, *days, *own, *places, *cldr.languages.values(), instance_name, "kaj", "la"}
    ordered = sorted({phrase.strip() for phrase in phrases if WORD.search(phrase)}, key=len, reverse=True)
    return re.compile(rf"{NAMES}|(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)


def hard_coded(page: str, known: re.Pattern[str]) -> list[str]:
    """Return the texts of a page that were never offered to translators."""
    reading = Reading()
    reading.feed(page)
    texts = (" ".join(text.split()) for text in reading.found)
    return [text for text in texts if WORD.search(known.sub(" ", text))]
