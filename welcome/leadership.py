"""Only one scheduler ticks at a time: an economy, since what is done twice by accident does no harm either."""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import sqlalchemy as sa
from sqlalchemy import Engine

ADVISORY_LOCK = 0x57454C43  # "WELC"
PATIENCE_SECONDS = 1.0

log = logging.getLogger(__name__)


@contextmanager
def leader(engine: Engine, is_stopping: Event) -> Iterator[bool]:
    """Wait until no other scheduler leads, then lead until the block ends or this process dies.

    Gives False when this process was told to stop while it waited. PostgreSQL keeps the lock on a connection of its
    own; beside an SQLite file lies a locked file.
    """
    take_turn = _advisory_lock if engine.dialect.name == "postgresql" else _file_lock
    with take_turn(engine) as try_lock:
        is_mine = try_lock()
        if not is_mine:
            log.info("Another scheduler leads; this one waits.")
        while not is_mine and not is_stopping.wait(PATIENCE_SECONDS):
            is_mine = try_lock()
        yield is_mine


def is_led(engine: Engine) -> bool:
    """Return whether a scheduler leads now."""
    if engine.dialect.name == "postgresql":
        held = sa.text(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND granted AND objid::bigint = :lock"
        )
        with engine.connect() as connection:
            return bool(connection.scalar(held, {"lock": ADVISORY_LOCK}))
    file = Path(f"{engine.url.database}.leader")
    if not file.is_file():
        return False
    with file.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _advisory_lock(engine: Engine) -> Iterator[Callable[[], bool]]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        take = sa.select(sa.func.pg_try_advisory_lock(ADVISORY_LOCK))
        yield lambda: bool(connection.scalar(take))
        connection.invalidate()  # the pool must not keep the lock


@contextmanager
def _file_lock(engine: Engine) -> Iterator[Callable[[], bool]]:
    with Path(f"{engine.url.database}.leader").open("w", encoding="ascii") as file:

        def try_lock() -> bool:
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            return False

        yield try_lock
