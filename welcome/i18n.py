"""Which language a person reads, and the proof at start-up that it is really there.

The order of preference: what the person chose on this device, what is saved in their account, what their browser asks
for, the instance's default.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton, get_day_names, get_month_names
from babel.lists import format_list as cldr_list
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, force_locale, format_time, get_locale, get_timezone, get_translations, to_user_timezone
from flask_babel import gettext as gettext  # the doors that other rooms take
from flask_babel import lazy_gettext as lazy_gettext
from flask_babel import lazy_pgettext as lazy_pgettext
from flask_babel import ngettext as ngettext
from flask_login import current_user

LOCALES = ("ar", "de", "en", "es", "fa", "fr", "hi", "nl", "pl", "pt", "tr", "uk", "zh")
SOURCE = "en"
TRANSLATIONS = Path(__file__).parent.parent / "translations"

#: The languages that people in our cities speak most; the names come from CLDR.
LANGUAGES = (
    *("af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa"),
    *("fi", "fil", "fr", "ga", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id", "ig", "is", "it", "ja", "ka"),
    *("kk", "km", "kn", "ko", "ku", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "my", "ne"),
    *("nl", "no", "pa", "pap", "pl", "ps", "pt", "ro", "ru", "rw", "si", "sk", "sl", "so", "sq", "sr", "srn"),
    *("sv", "sw", "ta", "te", "th", "ti", "tk", "tr", "uk", "ur", "uz", "vi", "yo", "yue", "zgh", "zh", "zu"),
)

#: English as it is written in Europe: the day before the month, and clocks that go to 24.
WRITTEN_AS = {"en": "en_150"}

#: What browsers call a language that we offer under another name.
ALIASES = {"zh-cn": "zh", "zh-hans": "zh", "pt-br": "pt", "prs": "fa"}


class MissingCatalogue(click.ClickException):  # so that a command says it in plain words
    """An offered language has no compiled catalogue: its readers would silently get English."""


def init_app(app: Flask, default_locale: str, default_timezone: str) -> None:
    """Set up Flask-Babel and make sure that every offered language is compiled."""
    for code in LOCALES:
        if code != SOURCE and not catalogue(code).is_file():
            raise MissingCatalogue(f"{catalogue(code)} is missing: run `make translations` first.")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(
        app,
        default_locale=default_locale,
        default_timezone=default_timezone,
        locale_selector=lambda: _written(choose_locale()),
        timezone_selector=_zone_of_reader,
    )
    names = {"gettext": "ugettext", "ngettext": "ungettext", "pgettext": "upgettext", "npgettext": "unpgettext"}
    doors = {name: _from_catalogue(method) for name, method in names.items()}
    app.jinja_env.install_gettext_callables(**doors, newstyle=True)  # type: ignore[attr-defined]


def _from_catalogue(method: str) -> Callable[..., str]:
    """Look texts of templates up in the letter's catalogue while one is written, else in the visitor's."""
    return lambda *words: str(getattr(_of_letter.get() or get_translations(), method)(*words))


def _zone_of_reader() -> str | None:
    if not has_request_context() or g.get("asks_no_database"):
        return None
    return getattr(current_user, "timezone", None)


def catalogue(code: str) -> Path:
    """Return where the compiled catalogue of a language lies."""
    return TRANSLATIONS / code / "LC_MESSAGES" / "messages.mo"


def choose_locale() -> str:
    """Return the language for this request."""
    if not has_request_context():
        return str(current_app.config["DEFAULT_LOCALE"])
    saved = None if g.get("asks_no_database") else getattr(current_user, "locale", None)
    for code in (session.get("locale"), saved):
        if code in LOCALES:
            return str(code)
    return _from_browser() or str(current_app.config["DEFAULT_LOCALE"])


def _written(code: str) -> str:
    return WRITTEN_AS.get(code, code)


def _from_browser() -> str | None:
    for wish in request.accept_languages.values():
        code = ALIASES.get(wish.lower(), wish.lower().split("-")[0])
        if code in LOCALES:
            return code
    return None


def reader_locale() -> Locale:
    """Return the locale that texts are being written in."""
    return get_locale() or Locale.parse(SOURCE)


def text_direction(code: str) -> str:
    """Return ``rtl`` or ``ltr``."""
    return str(Locale.parse(code).text_direction)


@cache
def offered_languages() -> tuple[tuple[str, str], ...]:
    """Return (code, own name) of the offered languages, in alphabetical order of the names."""
    names = ((code, _capital(Locale.parse(code).get_display_name(code) or code)) for code in LOCALES)
    return tuple(sorted(names, key=lambda pair: pair[1].casefold()))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def language_name(code: str) -> str:
    """Return a language's name in the reader's language, from CLDR."""
    return str(reader_locale().languages.get(code, code))


def territory_name(code: str) -> str:
    """Return a country's name in the reader's language, from CLDR."""
    return str(reader_locale().territories.get(code, code))


#: The year at the end, in the middle or at the beginning of a CLDR pattern, with what belongs to it.
YEAR = re.compile(r"[,،]?\s*('de'\s*)?y+(年|\s*'р'\.)?\s*")


def day_in_words(day: date) -> str:
    """Return "Saturday, 28 November" as the reader would write it; CLDR has no such form without the year."""
    locale = reader_locale()
    pattern = YEAR.sub(" ", locale.date_formats["full"].pattern).strip()
    return format_date(day, pattern, locale=locale)


def format_day(day: date, skeleton: str, *, rebase: bool = False) -> str:
    """Write the parts of a day that a skeleton names ("MMMMd": day and month) in the order of the reader's language."""
    if isinstance(day, datetime):
        day = (to_user_timezone(day) if rebase else day).date()
    return str(format_skeleton(skeleton, datetime.combine(day, time()), tzinfo=UTC, locale=reader_locale()))


def format_month(day: date) -> str:
    """Return "November 2026" as the reader would write it by itself."""
    return _capital(format_day(day, "yMMMM"))


def moment_in_words(at: datetime, *, rebase: bool = True) -> str:
    """Return "Saturday, 28 November at 18:30", by the reader's clock unless told to keep the moment's own."""
    here = to_user_timezone(at) if rebase else at
    return str(gettext("%(day)s at %(time)s", day=day_in_words(here), time=format_time(here, "short", rebase=False)))


def first_weekday() -> int:
    """Return the day (0 is Monday) on which weeks begin where most people read this language."""
    locale = reader_locale()
    if locale.territory is None:
        locale = Locale.parse(get_global("likely_subtags").get(str(locale), str(locale)))
    return locale.first_week_day


def day_names() -> list[str]:
    """Return the names of the days in the reader's language, Monday first."""
    names = get_day_names("wide", "stand-alone", reader_locale())
    return [_capital(names[number]) for number in range(7)]


def month_names() -> list[tuple[int, str]]:
    """Return the months with their names, as they stand inside a sentence: "augustus" in Dutch."""
    return sorted(get_month_names("wide", "format", reader_locale()).items())


def day_name(number: int) -> str:
    """Return the name of a day (0 is Monday) as it stands inside a sentence: "maandag" in Dutch."""
    return str(get_day_names("wide", "format", reader_locale())[number])


def format_list(items: Sequence[str]) -> str:
    """Return "a, b and c" as the reader's language writes it."""
    return str(cldr_list(items, locale=reader_locale())) if items else ""


def known_languages() -> list[tuple[str, str]]:
    """Return (code, name) of the languages that people can say they speak, by name in the reader's language."""
    named = [(code, language_name(code)) for code in LANGUAGES]
    return sorted(named, key=lambda pair: pair[1].casefold())


#: Found once for a letter: looking for it at every text takes longer than the text.
_of_letter: ContextVar[Any] = ContextVar("catalogue of the letter that is being written", default=None)


@contextmanager
def in_locale(locale: str, timezone: str) -> Iterator[None]:
    """Write texts and times for another reader, as in a letter."""
    context: Any = request if has_request_context() else g  # where Flask-Babel keeps the zone
    with force_locale(_written(locale)):
        previous = get_timezone()
        context.babel_tzinfo = ZoneInfo(timezone)
        found = _of_letter.set(get_translations())
        try:
            yield
        finally:
            _of_letter.reset(found)
            context.babel_tzinfo = previous
