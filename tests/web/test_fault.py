"""When the database is gone, people still get an honest page, in the language that their browser asks for."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError


@pytest.fixture
def gone(whole_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every look-up of the signed-in member fail, as it does when the database is down."""

    def fail(*_args: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the database is gone"))

    monkeypatch.setattr(whole_app.login_manager, "_user_callback", fail)  # type: ignore[attr-defined]
    monkeypatch.setattr(whole_app.login_manager, "_request_callback", fail)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("gone")
def test_it_says_so_without_the_database(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = "somebody"
    answer = client.get("/how-it-works", headers={"Accept-Language": "ar"})
    assert answer.status_code == 500
    assert 'dir="rtl"' in answer.text
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text
