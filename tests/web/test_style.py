"""The living style page: whole in the demo, absent elsewhere; and what it needs from CLDR."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from welcome.i18n import day_in_words, day_names, in_locale


def test_it_shows_every_stone_in_the_demo(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "ENVIRONMENT", "demo")
    answer = client.get("/style")
    assert answer.status_code == 200
    assert "style=" not in answer.text, "The content policy forbids inline styles."


def test_it_is_not_there_for_real_people(client: FlaskClient) -> None:
    assert client.get("/style").status_code == 404


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Saturday, 28 November"),
        ("nl", "zaterdag 28 november"),
        ("ar", "السبت، 28 نوفمبر"),
        ("tr", "28 Kasım Cumartesi"),
        ("uk", "субота, 28 листопада"),
        ("zh", "11月28日星期六"),
    ],
)
def test_a_day_is_written_without_its_year(app: Flask, locale: str, words: str) -> None:
    with in_locale(locale, "Europe/Amsterdam"):
        assert day_in_words(date(2026, 11, 28)) == words


def test_days_have_their_names_from_monday(app: Flask) -> None:
    with in_locale("nl", "Europe/Amsterdam"):
        assert day_names()[0] == "Maandag"
