"""The values of a row, as they stand in a backup: the same for both databases."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: its name in the file, its type in the database, and the way there and back."""

    name: str
    type: sa.types.TypeEngine[Any]
    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


def _instant(value: datetime) -> str:
    """Write an instant in UTC; SQLite keeps it in UTC without saying so."""
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


KINDS = {
    kind.name: kind
    for kind in (
        Kind("boolean", sa.Boolean(), bool),
        Kind("integer", sa.Integer()),
        Kind("number", sa.Double(), float),
        Kind("text", sa.Text()),
        Kind("json", sa.JSON(none_as_null=True)),
        Kind("day", sa.Date(), date.isoformat, date.fromisoformat),
        Kind("bytes", sa.LargeBinary(), lambda value: b64encode(value).decode(), b64decode),
        Kind("instant", sa.DateTime(timezone=True), _instant, datetime.fromisoformat),
    )
}


def kind_of(column_type: sa.types.TypeEngine[Any]) -> Kind:
    """Return which kind of value a column holds; raise TypeError for one that backups do not know yet."""
    for known, name in (
        (sa.Boolean, "boolean"),
        (sa.Integer, "integer"),
        (sa.Numeric | sa.Float, "number"),
        (sa.JSON, "json"),
        (sa.DateTime, "instant"),
        (sa.Date, "day"),
        (sa.LargeBinary, "bytes"),
        (sa.String, "text"),
    ):
        if isinstance(column_type, known):
            return KINDS[name]
    raise TypeError(f"Backups do not know columns of the type {column_type!r} yet: welcome/backup/values.py.")


def to_file(kind: Kind, value: Any) -> Any:
    """Return a value of the database as the file holds it."""
    return None if value is None else kind.write(value)


def to_database(kind: Kind, value: Any) -> Any:
    """Return a value of the file as the database takes it."""
    return None if value is None else kind.read(value)
