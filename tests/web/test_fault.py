"""When the database is gone, people still get an honest page, in the language that their browser asks for."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
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
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert 'dir="rtl"' in answer.text
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.usefixtures("gone")
def test_whom_to_call_is_said_without_the_database_and_the_session(client: FlaskClient) -> None:
    def fail(*_args: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the database is gone"))

    with client.session_transaction() as session:
        session["_user_id"] = "somebody"
    event.listen(Engine, "before_cursor_execute", fail)
    try:
        for path, number, direction in (
            ("/emergency", "0800 2000", "ltr"),
            ("/emergency/de?lang=ar", "116 016", "rtl"),
            ("/emergency/eu", "116 006", "ltr"),
        ):
            answer = client.get(path)
            assert answer.status_code == 200 and number in answer.text and f'dir="{direction}"' in answer.text
            assert "Set-Cookie" not in answer.headers
        assert client.get("/emergency/xx").location == "/emergency"
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
