"""No words on any page or in any letter but those that translators were offered: all are read in a disguise."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import pseudo
from tests.browser.city import City
from tests.browser.seed import inside
from tests.browser.test_pages import READERS, addresses
from tests.conftest import Visitor
from tests.letters.standins import WORDS, letter_of
from tests.sessions import come_in, key_of
from welcome.accounts.access import policy_of
from welcome.accounts.models import Member
from welcome.app import LETTERS
from welcome.database import Base, db

pytestmark = pytest.mark.browser

#: What stands in a letter for what it speaks of.
STAND_IN = re.compile(r"\[[\w ]+\]")


def written() -> list[str]:
    """Return all that people wrote."""
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    stored = [db.session.scalars(sa.select(column)) for column in columns if column.name in pseudo.WRITTEN]
    return [words for column in stored for words in column if isinstance(words, str)]


def visitor(app: Flask, reader: str) -> Visitor:
    """Return somebody's browser, which is set to the disguised language."""
    client = Visitor(app, app.response_class, use_cookies=True)
    member = db.session.scalar(sa.select(Member).where(Member.first_name == reader.title()))
    come_in(client, key_of(member.id) if member else None)
    with client.session_transaction() as session:
        session["locale"] = pseudo.CODE
    return client


def test_every_word_was_offered_to_translators(whole_city: tuple[City, dict[str, str]]) -> None:
    city, things = whole_city
    found = set()
    with pseudo.offered(), inside(city) as app:
        known = pseudo.known_phrases(written(), "Welcome")
        readers = {reader: visitor(app, reader) for readers in READERS.values() for reader in readers}
        visits = (
            (endpoint, reader, path)
            for endpoint, paths in addresses(app, things).items()
            for reader in READERS[policy_of(app, endpoint)]
            for path in paths
        )
        for endpoint, reader, path in visits:
            page = readers[reader].get(path)
            if page.status_code == 200:
                found |= {(endpoint, words) for words in pseudo.hard_coded(page.text, known)}
        assert found == set()
        assert pseudo.disguise("Home") in readers["carol"].get("/").text, "the disguise was not worn"


def test_every_letter_was_offered_to_translators(whole_city: tuple[City, dict[str, str]]) -> None:
    with pseudo.offered(), inside(whole_city[0]) as app:
        known = pseudo.known_phrases(
            [*(words for _, words in WORDS if isinstance(words, str)), "Bob", "Mia", "Answer Bob", "Answer"], "Welcome"
        )
        found = set()
        for letter in LETTERS:
            message = letter_of(app, letter.kind, pseudo.CODE)
            parts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
            for words in (message["Subject"], *parts):
                found |= {(letter.kind, words) for words in pseudo.hard_coded(STAND_IN.sub("", words), known)}
        assert found == set()


@pytest.mark.parametrize(
    "page", ["<p>Hello there</p>", '<p aria-label="Hello there">⟦Ĥ⟧</p>', "<p>⟦Ĥ⟧ there <bdi>Bob</bdi></p>"]
)
def test_planted_words_are_found(page: str) -> None:
    assert len(pseudo.hard_coded(page, pseudo.known_phrases(["Bob"], "Welcome"))) == 1
    assert pseudo.hard_coded("<p>⟦Ĥ <b>Soup</b> ⟧ <bdi>Carol</bdi> 3</p>", pseudo.known_phrases([], "Welcome")) == []
