"""The tables' ground floor: one base class, one time type, one way to write.

SQLite loses updates silently when a transaction reads first and asks for the write lock later, so every transaction
that may write says so when it begins (``writing``). All others are opened read-only, on both databases: a page that is
only looked at cannot change anything.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from secrets import token_urlsafe
from sqlite3 import Connection as SQLiteConnection
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    MappedColumn,
    Session,
    mapped_column,
)

from welcome.turns import PATIENCE_SECONDS, begin_in_turn

Row = TypeVar("Row", bound="Base")


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An instant, stored in UTC and always handed out aware of it (SQLite would return it naive)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive datetime; turn every other into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: an instant needs one.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table, with names for every constraint so that migrations can speak of them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
        list[int]: sa.JSON(),
        Enum: sa.Enum(
            Enum, native_enum=False, length=32, values_callable=lambda kind: [member.value for member in kind]
        ),
    }


db = SQLAlchemy(metadata=Base.metadata)


class Audience(StrEnum):
    """Who may ever read a column."""

    PUBLIC = "everybody"
    MEMBERS = "signed-in members"
    COUNTERPART = "the other person of a request or match, and fellow guests"
    OWNER = "the member themselves"
    STAFF = "staff of the programme or organisation, within their task"
    SYSTEM = "nobody: only the software reads it"


class Retention(StrEnum):
    """How long a column is kept."""

    ACCOUNT = "until the account is erased"
    CONTENT = "until its owner or an organiser removes it"
    REFERENCE = "as long as the instance runs"
    WEEKS = "90 days after it was done"
    SAFETY = "two years, to keep members safe"


@dataclass(frozen=True, slots=True)
class Tag:
    """Why a column exists, who may read it and how long it is kept."""

    purpose: str
    audience: Audience
    retention: Retention


KEY = Tag("tell rows apart", Audience.SYSTEM, Retention.ACCOUNT)
SUBJECT = Tag("say whose row this is", Audience.SYSTEM, Retention.ACCOUNT)
QUEUE = Tag("do work once and on time", Audience.SYSTEM, Retention.WEEKS)


def field(tag: Tag, *args: Any, **options: Any) -> MappedColumn[Any]:
    """Declare a column together with its purpose, audience and retention."""
    return mapped_column(*args, info={"tag": tag, **options.pop("info", {})}, **options)


def key() -> MappedColumn[int]:
    """Declare the integer primary key."""
    return field(KEY, primary_key=True)


def subject(**options: Any) -> MappedColumn[int]:
    """Declare the column that says whose row this is: export lists the row, erasure deletes it."""
    return field(
        SUBJECT,
        sa.ForeignKey("member.id", ondelete="CASCADE"),
        info={"subject": True},
        **{"index": True, **options},
    )


def public_id() -> str:
    """Return a random name for use in addresses, which tells nothing and cannot be guessed."""
    return token_urlsafe(9)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, SQLiteConnection):
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000:.0f}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("writing", False)
    raw: Any = connection.connection.dbapi_connection
    if isinstance(raw, SQLiteConnection):
        raw.execute(f"PRAGMA query_only={'OFF' if is_writing else 'ON'}")
        if is_writing:
            begin_in_turn(raw)
        else:
            raw.execute("BEGIN")
    else:
        raw.read_only = not is_writing


def is_writing(session: Session) -> bool:
    """Return whether a write transaction is open."""
    return session.in_transaction() and bool(session.connection().get_execution_options().get("writing"))


def begin_writing() -> Session:
    """Begin the write transaction of this request or job and return its session.

    What was read before is forgotten: a stale snapshot must not decide a write. Raises RuntimeError inside another
    write transaction, which would be committed too early.
    """
    session = db.session()
    if is_writing(session):
        raise RuntimeError("A write transaction is already open: services take its session as an argument.")
    session.rollback()
    session.connection(execution_options={"writing": True})
    return session


@contextmanager
def writing() -> Iterator[Session]:
    """Run the block in one write transaction: commit at its end, roll back on any exception."""
    session = begin_writing()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def take_stock(session: Session) -> None:
    """Let SQLite estimate how many rows each index holds, or it takes a wrong one; PostgreSQL does so by itself.

    It looks at some hundred rows of each, and with such a limit keeps no samples of what stands in them.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA analysis_limit=400"))
        session.execute(sa.text("ANALYZE"))


def lock(session: Session, table: type[Row], row_id: int) -> Row | None:
    """Load a row afresh and hold it, not what is loaded along with it, until the transaction ends."""
    return session.get(table, row_id, with_for_update={"of": table}, populate_existing=True)


def insert_once(session: Session, table: type[Base], **values: object) -> bool:
    """Insert a row unless a unique key says it is there already; return whether it is new."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.flush()
    rows: Any = table.__table__
    statement = dialect.insert(rows).values(**values).on_conflict_do_nothing().returning(*rows.primary_key)
    return session.execute(statement).first() is not None


def insert_all_once(
    session: Session, table: type[Base], rows: Sequence[dict[str, object]], told: InstrumentedAttribute[int]
) -> list[int]:
    """Insert many rows, unless a unique key says they are there already; return ``told`` of the new ones, in order."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.flush()
    if not rows:
        return []
    statement = dialect.insert(table.__table__).on_conflict_do_nothing().returning(told)
    return sorted(session.execute(statement, list(rows)).scalars())
