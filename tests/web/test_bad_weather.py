"""The database is busy, or its disk is full: an honest page, nothing acknowledged is lost, and it goes on by itself."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from welcome.accounts.models import Member
from welcome.conversations.models import Message
from welcome.conversations.threads import open_thread
from welcome.database import db, writing

SignIn = Callable[[Member], FlaskClient]
BUSY = 1.5


@pytest.fixture
def path(carol: Member, bob: Member, today: datetime) -> str:
    """Give the address of a conversation between Carol and Bob."""
    with writing() as session:
        return f"/conversations/{open_thread(session, [carol.id, bob.id], now=today).public_id}"


def said() -> list[str]:
    """Return what was said, in order."""
    return list(db.session.scalars(sa.select(Message.body).order_by(Message.id)))


def hold(app: Flask, ready: threading.Event) -> None:
    """Hold the table of messages as somebody does who writes for a long time."""
    with app.app_context(), writing() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("LOCK TABLE message"))
        ready.set()
        time.sleep(BUSY)


def test_whoever_writes_waits_for_a_busy_database(app: Flask, sign_in: SignIn, carol: Member, path: str) -> None:
    client, ready = sign_in(carol), threading.Event()
    busy = threading.Thread(target=hold, args=(app, ready))
    busy.start()
    ready.wait()
    assert client.get("/guide").status_code == 200 and busy.is_alive()  # who only looks does not wait
    assert client.post(path, data={"body": "Hello"}).status_code == 303
    busy.join()
    assert said() == ["Hello"]


@contextmanager
def full_disk() -> Iterator[None]:
    """Let the file of an SQLite database grow no further."""

    def stop_growing(connection: Any) -> None:
        connection.connection.dbapi_connection.execute("PRAGMA max_page_count = 1")  # it keeps what it has

    event.listen(Engine, "begin", stop_growing)
    try:
        yield
    finally:
        event.remove(Engine, "begin", stop_growing)
        db.engine.dispose()


def test_a_full_disk_loses_nothing_that_was_acknowledged(sign_in: SignIn, carol: Member, path: str) -> None:
    if db.engine.dialect.name == "postgresql":
        return  # its server keeps that promise itself: tests/web/test_fault.py shows our page for any broken database
    client = sign_in(carol)
    kept: list[str] = []
    with full_disk():
        for number in range(60):
            words = f"{number} " + "x" * 3000
            answer = client.post(path, data={"body": words})
            if answer.status_code == 303:
                kept.append(words.strip())
        assert answer.status_code == 503
        assert "was not saved" in answer.text and "What was saved before is safe" in answer.text
        assert client.get("/guide").status_code == 200
    assert len(kept) < 60
    assert client.post(path, data={"body": "It goes on"}).status_code == 303
    assert said() == [*kept, "It goes on"]
    assert db.session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
