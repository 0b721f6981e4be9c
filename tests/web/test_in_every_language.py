"""Every page opens in every language: no translation breaks a template."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, get_domain

from tests.authz import Reader, build, doors, path_of
from tests.conftest import is_on_postgresql
from tests.sessions import come_in, key_of
from welcome import i18n
from welcome.accounts.models import Member
from welcome.database import writing

#: Between them these may open nearly every page.
READERS = (Reader.VISITOR, Reader.PARTICIPANT, Reader.ADMIN)
TRANSLATED = sorted(set(i18n.LOCALES) - {i18n.SOURCE})
Pages = dict[int | None, list[str]]


@pytest.fixture
def pages(app: Flask, client: FlaskClient) -> Pages:
    """Return the pages, each for the first reader who may open it."""
    if is_on_postgresql():
        pytest.skip("concerns SQLite alone")  # words are the same on both
    with writing() as session:
        world = build(session)
    paths = [path_of(rule, world)[0] for rule, method in doors(app) if method == "GET"]
    found: Pages = {}
    for member_id in map(world.readers.get, READERS):
        open_ = [path for path in paths if not _is_shut(client, member_id, path)]
        paths = [path for path in paths if path not in open_]
        found[member_id] = open_
    return found


def _is_shut(client: FlaskClient, member_id: int | None, path: str) -> bool:
    come_in(client, None if member_id is None else key_of(member_id))
    return client.get(path).status_code != 200


def broken(client: FlaskClient, pages: Pages, locale: str) -> Iterator[str]:
    """Name the pages that do not open in a language."""
    with writing() as session:
        session.execute(sa.update(Member).values(locale=locale))
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = locale
    for member_id, paths in pages.items():
        yield from (path for path in paths if _is_shut(client, member_id, path))


def test_every_page_opens_in_every_language(
    app: Flask, client: FlaskClient, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sum(map(len, pages.values())) > 100
    assert {locale: found for locale in TRANSLATED if (found := list(broken(client, pages, locale)))} == {}
    with app.test_request_context(), force_locale("fr"):
        catalogue = get_domain().get_translations()._catalog  # type: ignore[attr-defined]
    monkeypatch.setitem(catalogue, "Accessibility", "Pour 100 % des gens")
    assert "/accessibility" in list(broken(client, pages, "fr"))
