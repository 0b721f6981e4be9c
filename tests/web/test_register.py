"""What is kept of people is said by the tables themselves."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from welcome.database import Audience, Base, Retention
from welcome.home.register import READERS, TIMES


def test_it_names_every_purpose_for_which_something_is_kept(client: FlaskClient) -> None:
    page = client.get("/privacy/register").text
    kept = {column.info["tag"].purpose for table in Base.metadata.sorted_tables for column in table.c
            if table.name == "member" or any(column.info.get("subject") for column in table.c)}  # fmt: skip
    assert [purpose for purpose in sorted(kept) if purpose.replace("'", "&#39;") not in page] == []


def test_it_has_words_for_every_reader_and_time() -> None:
    assert (set(READERS), set(TIMES)) == (set(Audience), set(Retention))


def test_the_privacy_page_names_who_is_responsible_where_the_operator_has_said_so(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Who is responsible" not in client.get("/privacy").text
    monkeypatch.setitem(app.config, "CONTROLLER", "Oosterdonk & Co, Town Hall")
    monkeypatch.setitem(app.config, "PRIVACY_CONTACT", "privacy@oosterdonk.nl")
    page = client.get("/privacy").text
    assert "Who is responsible" in page and "Oosterdonk &amp; Co, Town Hall" in page
    assert 'href="mailto:privacy@oosterdonk.nl"' in page
