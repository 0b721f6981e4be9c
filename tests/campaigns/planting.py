"""Fill a row of any table with values that are found again wherever they turn up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import Base

NUMBERS = count(7_310_001)
MOMENT = datetime(2026, 11, 3, 4, 5, 6, 7, tzinfo=UTC)


class Planter:
    """Plants rows about one member; what they point at is planted too, as nobody's."""

    def __init__(self, session: Session, member_id: int, other_id: int, canary: str) -> None:
        self.session, self.member_id, self.other_id, self.canary = session, member_id, other_id, canary
        self.there: dict[str, dict[str, Any]] = {}
        self.values: dict[tuple[str, str], Any] = {}

    def plant(self, table: sa.Table, **fixed: Any) -> dict[str, Any]:
        """Plant a row in which the first column that names its subject names the member."""
        subjects = [column.name for column in table.c if column.info.get("subject")]
        row = dict(zip(subjects, (self.member_id, self.other_id), strict=False)) | fixed
        for column in table.c:
            if column.name not in row and not (column.primary_key and column.autoincrement is True):
                row[column.name] = self._value(table, column, bool(subjects))
        row = {name: value for name, value in row.items() if value is not _LEAVE}
        known = self.session.execute(sa.insert(table).values(row).returning(*table.c)).mappings().one()
        self.there.setdefault(table.name, dict(known))
        if subjects:
            self.values |= {(table.name, name): value for name, value in known.items()}
        return dict(known)

    def _value(self, table: sa.Table, column: sa.Column[Any], is_about_somebody: bool) -> Any:
        for key in column.foreign_keys:
            return self._pointed_at(table, key.column.table, column)
        kind, number = column.type, next(NUMBERS)
        if column.primary_key and isinstance(kind, sa.Integer):
            return _LEAVE
        if isinstance(kind, sa.Enum):
            return list(kind.enum_class or kind.enums)[0]
        word = self.canary if is_about_somebody else "thing"
        if isinstance(kind, sa.String):
            said = f"{word}-{number}-{column.name}"
            return said[-(kind.length or 200) :] if kind.length and kind.length < 24 else said[: kind.length or 200]
        return self._plain(kind, number, word)

    def _plain(self, kind: sa.types.TypeEngine[Any], number: int, word: str) -> Any:
        if isinstance(kind, sa.JSON):
            return [f"{word}-{number}"]
        if isinstance(kind, sa.LargeBinary):
            return f"{word}-{number}".encode()
        if isinstance(kind, sa.Boolean):
            return True
        if isinstance(kind, sa.Date):
            return date(2026, 11, 1) + timedelta(days=number % 28)
        if isinstance(kind, (sa.Integer, sa.Float, sa.Numeric)):
            return number % 1000
        return MOMENT + timedelta(seconds=number % 100_000)

    def _pointed_at(self, table: sa.Table, target: sa.Table, column: sa.Column[Any]) -> Any:
        if target.name == "member":
            return None if column.nullable else self.other_id
        if target is table:
            return None
        if column.nullable and target.name not in self.there:
            return None
        return (self.there.get(target.name) or self.plant(target))[next(iter(column.foreign_keys)).column.name]


_LEAVE = object()


def tables_about_people() -> Iterator[sa.Table]:
    """Yield the tables whose rows are somebody's, what they point at first."""
    for table in Base.metadata.sorted_tables:
        if any(column.info.get("subject") for column in table.c):
            yield table
