"""Every text in every offered language: none missing, none fuzzy, none with broken placeholders."""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext

from config import Settings
from tests.texts import texts_in_code
from welcome import i18n
from welcome.app import create_app

PLANTED = ("As large as 400 percent", "Hello %(name)s", "Fuzzy", "Missing", "One day")
TRANSLATED = sorted(set(i18n.LOCALES) - {i18n.SOURCE})
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
#: Templates fill in every text, also one without placeholders, and stumble over this sign.
PERCENT = re.compile(r"%(?!\(\w+\)[sd])")
TAG = re.compile(r"</?[a-z]+[^>]*>")


def catalogue(code: str) -> Catalog:
    """Read the catalogue of a language."""
    file = i18n.TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"
    return read_po(BytesIO(file.read_bytes()), locale=code)


def texts(message: Message) -> list[str]:
    """Return the translations of a message, one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def placeholders_differ(source: str, translation: str) -> bool:
    """Return whether a translation lost a placeholder or a tag, or brought its own."""
    return any(Counter(find.findall(source)) != Counter(find.findall(translation)) for find in (PLACEHOLDER, TAG))


def broken(message: Message) -> bool:
    """Return whether a reader would miss something; a form such as "one place" may do without its number."""
    if any(PERCENT.search(text) for text in texts(message)):
        return True
    if isinstance(message.id, str):
        return placeholders_differ(message.id, str(message.string))
    source, forms = message.id[-1], texts(message)
    brought = {name for form in forms for name in PLACEHOLDER.findall(form)} - set(PLACEHOLDER.findall(source))
    return bool(brought) or placeholders_differ(source, forms[-1])


def faults(known: Catalog, wanted: set[tuple[str, str | None]]) -> Iterator[str]:
    """Name everything that readers of a language would get wrong or in English."""
    for text, context in sorted(wanted, key=str):
        message = known.get(text, context)
        if message is None or not all(texts(message)):
            yield f"untranslated: {text!r}"
        elif message.fuzzy:
            yield f"fuzzy: {text!r}"
        elif broken(message):
            yield f"broken placeholders: {text!r}"


@pytest.mark.parametrize("code", TRANSLATED)
def test_everything_is_translated(code: str) -> None:
    wanted = {(text if isinstance(text, str) else text[0], context) for text, context in texts_in_code()}
    assert list(faults(catalogue(code), wanted)) == []


def test_a_missing_a_fuzzy_and_a_broken_translation_are_caught() -> None:
    planted = Catalog(locale="nl")
    planted.add("Hello %(name)s", "Hallo %(naam)s")
    planted.add("Fuzzy", "Wazig", flags=["fuzzy"])
    planted.add(("One day", "%(num)s days"), ("Een dag", "dagen"))
    planted.add("As large as 400 percent", "Tot 400 % vergroot")
    wanted: set[tuple[str, str | None]] = {(text, None) for text in PLANTED}
    assert [fault.split(":")[0] for fault in faults(planted, wanted)] == [
        "broken placeholders",
        "fuzzy",
        "broken placeholders",
        "untranslated",
        "broken placeholders",
    ]


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_language_has_all_its_plurals(code: str) -> None:
    known = catalogue(code)
    counts = {len(texts(message)) for message in known if message.id and not isinstance(message.id, str)}
    assert counts <= {known.num_plurals}


def test_arabic_has_arabic_punctuation() -> None:
    latin = re.compile(r"[,;?](?=\s|$)")
    every = [text for message in catalogue("ar") if message.id for text in texts(message)]
    assert [text for text in every if latin.search(text)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_compiled_catalogue_is_used(app: Flask, code: str) -> None:
    with app.test_request_context(), force_locale(code):
        assert gettext("We could not understand this request.") != "We could not understand this request."


def test_it_does_not_start_without_a_compiled_catalogue(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "LOCALES", (*i18n.LOCALES, "tlh"))
    with pytest.raises(i18n.MissingCatalogue, match="tlh"):
        create_app(settings)
