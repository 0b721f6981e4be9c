"""Only one scheduler ticks at a time: an economy, since what is done twice by accident does no harm either."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

ADVISORY_LOCK = 0x57454C43  # "WELC"
PATIENCE_SECONDS = 1.0


@contextmanager
def leader(engine: Engine) -> Iterator[None]:
    """Wait until no other scheduler leads, then lead until the block ends or this process dies.

    PostgreSQL keeps the lock on a connection of its own; beside an SQLite file lies a locked file.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            take = sa.select(sa.func.pg_try_advisory_lock(ADVISORY_LOCK))
            while not connection.scalar(take):
                time.sleep(PATIENCE_SECONDS)
            yield
    else:
        with Path(f"{engine.url.database}.leader").open("w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
