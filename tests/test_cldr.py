"""Days, lists and plurals as the readers of each language write them: read once by a person, kept by this test."""

from datetime import date
from gettext import c2py
from itertools import groupby

import pytest
from babel import Locale
from flask import Flask

from tests.test_strings import TRANSLATED, catalogue
from welcome.i18n import LOCALES, day_in_words, first_weekday, format_day, format_list, format_month, in_locale

#: The 28th of November, that Saturday, its month, three things, and the day on which weeks begin (0 is Monday).
WRITTEN = {
    "ar": ("28 نوفمبر", "السبت، 28 نوفمبر", "نوفمبر 2026", "A وB وC", 5),
    "de": ("28. November", "Samstag, 28. November", "November 2026", "A, B und C", 0),
    "en": ("28 November", "Saturday, 28 November", "November 2026", "A, B and C", 0),
    "es": ("28 de noviembre", "sábado, 28 de noviembre", "Noviembre de 2026", "A, B y C", 0),
    "fa": ("28 نوامبر", "شنبه 28 نوامبر", "نوامبر 2026", "A،\u200f B، و C", 5),
    "fr": ("28 novembre", "samedi 28 novembre", "Novembre 2026", "A, B et C", 0),
    "hi": ("28 नवंबर", "शनिवार, 28 नवंबर", "नवंबर 2026", "A, B, और C", 6),
    "nl": ("28 november", "zaterdag 28 november", "November 2026", "A, B en C", 0),
    "pl": ("28 listopada", "sobota, 28 listopada", "Listopad 2026", "A, B i C", 0),
    "pt": ("28 de novembro", "sábado, 28 de novembro", "Novembro de 2026", "A, B e C", 6),
    "tr": ("28 Kasım", "28 Kasım Cumartesi", "Kasım 2026", "A, B ve C", 0),
    "uk": ("28 листопада", "субота, 28 листопада", "Листопад 2026\u202fр.", "A, B і C", 0),
    "zh": ("11月28日", "11月28日星期六", "2026年11月", "A、B和C", 0),
}


def test_every_language_writes_days_and_lists_as_its_readers_do(app: Flask) -> None:
    day = date(2026, 11, 28)
    found = {}
    for code in LOCALES:
        with in_locale(code, "Europe/Amsterdam"):
            days = format_day(day, "MMMMd"), day_in_words(day), format_month(day)
            found[code] = (*days, format_list(["A", "B", "C"]), first_weekday())
    assert found == WRITTEN


def test_no_catalogue_has_two_forms_where_the_language_has_one() -> None:
    """Whatever CLDR says of nought: "no places" may go with the many."""
    for code in TRANSLATED:
        form, category = c2py(catalogue(code).plural_expr), Locale.parse(code).plural_form
        pairs = sorted({(category(number), form(number)) for number in range(1, 1000)})
        split = [key for key, group in groupby(pairs, key=lambda pair: pair[0]) if len(list(group)) > 1]
        assert split == [], code


@pytest.mark.parametrize("code", ["pl", "uk", "ar"])
def test_a_catalogue_with_english_plurals_would_be_noticed(code: str) -> None:
    category = Locale.parse(code).plural_form
    assert len({category(number) for number in range(2, 1000)}) > 1
