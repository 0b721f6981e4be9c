"""Who waits longest to write to an SQLite file writes next."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from welcome import turns

OFTEN = 80

Begin = Callable[[sqlite3.Connection], object]


def connect(file: Path) -> sqlite3.Connection:
    """Open a file as the application does."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=turns.PATIENCE_SECONDS)
    connection.execute("PRAGMA journal_mode=WAL")
    return connection


def passed_by_who_keeps_coming(file: Path, begin: Begin) -> int:
    """Wait while another thread writes without a pause; return how often it wrote before it was our turn."""
    written, is_writing = [0], Event()

    def keep_writing() -> None:
        with closing(connect(file)) as connection:
            for _ in range(OFTEN):
                begin(connection)
                is_writing.set()
                sleep(0.01)  # longer than it takes to come back, shorter than the last waits of SQLite
                written[0] += 1
                connection.execute("COMMIT")

    busy = Thread(target=keep_writing)
    busy.start()
    is_writing.wait()
    with closing(connect(file)) as connection:
        before = written[0]
        begin(connection)
        passed = written[0] - before
        connection.execute("COMMIT")
    busy.join()
    return passed


def test_who_waits_is_not_passed_by_who_keeps_coming(tmp_path: Path) -> None:
    assert passed_by_who_keeps_coming(tmp_path / "fair.db", turns.begin_in_turn) <= 5


def test_the_same_notices_that_sqlite_alone_lets_others_pass(tmp_path: Path) -> None:
    assert passed_by_who_keeps_coming(tmp_path / "unfair.db", lambda raw: raw.execute("BEGIN IMMEDIATE")) > 5


def test_a_writer_who_never_ends_is_not_waited_for_by_each_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(turns, "LEAST_SECONDS", 0.1)
    with closing(connect(tmp_path / "held.db")) as holder, closing(connect(tmp_path / "held.db")) as other:
        turns.begin_in_turn(holder)
        for _ in range(2):  # whoever gave up has left the line
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                turns.begin_in_turn(other)
        holder.execute("COMMIT")
        turns.begin_in_turn(other)
