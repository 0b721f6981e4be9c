"""Whose record changed: so that every process may keep what it read, and is right at the next request all the same.

Every statement that writes to a table from which matching reads is looked at as it goes to the database, wherever it
comes from. Before its transaction commits, the version of the crowd is raised in the same transaction, together with
the numbers of the members concerned. The row of the version is the last that such a transaction locks, and only for
the commit: nobody waits in a circle. Nobody can forget to raise it, unless they write in plain SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import BindParameter, BooleanClauseList
from sqlalchemy.sql.operators import and_, eq

from welcome.accounts.models import Consent, Member
from welcome.directory.models import Area, AreaCloseness
from welcome.pairings.models.changes import CrowdState
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.models.vetting import Vetted
from welcome.profiles.models import Interest, Profile, Spoken

#: How many transactions are remembered by name, and of how many members each: beyond that all is read anew.
REMEMBERED, MOST_NAMED = 256, 64
ROW = 1
NOTED = "crowd_changes"

Told = Mapping[str, Any]


def _table(model: type[Any]) -> sa.Table:
    table: sa.Table = model.__table__
    return table


#: The tables that matching reads, and the column that says whose row it is; an area is everybody's.
WATCHED: dict[sa.Table, str | None] = {
    _table(Profile): "member_id",
    _table(Spoken): "member_id",
    _table(Interest): "member_id",
    _table(Consent): "member_id",
    _table(Enrolment): "member_id",
    _table(Vetted): "member_id",
    _table(Member): "id",
    _table(Area): None,
    _table(AreaCloseness): None,
}
#: Of a member only this matters; most of what is written there is about signing in.
OF_MEMBERS = {column.name for column in _table(Member).c if column.name.endswith("_at")} - {"created_at"}


@dataclass
class Noted:
    """What a transaction changed: members, rows whose members are asked for at its end, or anything."""

    members: set[int]
    rows: dict[sa.Table, set[int]]
    anything: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """How far the crowd has come; ``changed`` says whom the changes after each version concerned."""

    epoch: str
    number: int
    recent: tuple[tuple[int, frozenset[int] | None], ...]

    def since(self, older: "Version") -> frozenset[int] | None:
        """Return who changed since an older version, or None when all must be read anew."""
        news = [who for number, who in self.recent if number > older.number]
        if older.epoch != self.epoch or len(news) != self.number - older.number or None in news:
            return None
        return frozenset().union(*(who for who in news if who is not None))


def read_version(session: Session) -> Version:
    """Read how far the crowd has come. Read it before the records: those may be newer then, never older."""
    row = session.execute(
        sa.select(CrowdState.epoch, CrowdState.version, CrowdState.recent).where(CrowdState.id == ROW)
    ).first()
    if row is None:
        return Version("", 0, ())
    recent = [(number, None if who is None else frozenset(who)) for number, who in row.recent["changes"]]
    return Version(row.epoch, row.version, tuple(recent))


@event.listens_for(Engine, "before_execute")
def _note(connection: Connection, statement: Any, many: Sequence[Told], one: Told, _options: Told) -> None:
    if isinstance(statement, UpdateBase) and statement.table in WATCHED:
        told = list(many) or [one or statement.compile(dialect=connection.dialect).params]
        if not _matters(statement, set(told[0])):
            return
        noted = connection.info.setdefault(NOTED, Noted(set(), {}))
        _add(noted, statement, told)


def _matters(statement: UpdateBase, names: set[str]) -> bool:
    """Leave out members who are new, and take part in nothing yet, and those who only sign in."""
    if statement.table != _table(Member) or isinstance(statement, sa.Delete):
        return True
    return isinstance(statement, sa.Update) and bool(OF_MEMBERS & names)


def _add(noted: Noted, statement: Any, told: list[Told]) -> None:
    """Find out whose rows a statement writes: by the member it names, or by the row's own number."""
    whose = WATCHED[statement.table]
    members = None if whose is None else _values(statement, whose, told)
    rows = None if whose is None or isinstance(statement, sa.Delete) else _values(statement, "id", told)
    if members is not None:
        noted.members |= members
    elif rows is not None:
        noted.rows.setdefault(statement.table, set()).update(rows)
    else:
        noted.anything = True


def _values(statement: Any, name: str, told: list[Told]) -> set[int] | None:
    """Return the numbers that a statement inserts into a column, or asks it to be equal to; None if it does neither."""
    if isinstance(statement, sa.Insert):
        values = {params.get(name) for params in told}
    else:
        parts = getattr(statement, "_where_criteria", ())
        binds = [_bind(each, statement.table, name) for part in parts for each in _each(part)]
        bind = next((one for one in binds if one is not None), None)
        values = set() if bind is None else {params.get(bind.key, bind.effective_value) for params in told}
    numbers = {value for value in values if isinstance(value, int)}
    return numbers if numbers and len(numbers) == len(values) else None


def _each(condition: Any) -> Sequence[Any]:
    """Take a condition apart where all its parts must hold."""
    is_all = isinstance(condition, BooleanClauseList) and condition.operator is and_
    return [part for each in condition.clauses for part in _each(each)] if is_all else [condition]


def _bind(condition: Any, table: Any, name: str) -> BindParameter[Any] | None:
    """Return the value that a condition asks a column to be equal to."""
    if not isinstance(condition, sa.BinaryExpression) or condition.operator is not eq:
        return None
    is_column = getattr(condition.left, "name", None) == name and getattr(condition.left, "table", None) == table
    return condition.right if is_column and isinstance(condition.right, BindParameter) else None


@event.listens_for(Engine, "rollback")
def _forget(connection: Connection) -> None:
    if not connection.invalidated:  # what was noted on a connection that broke went with it
        connection.info.pop(NOTED, None)


@event.listens_for(Engine, "commit")
def _raise(connection: Connection) -> None:
    noted = connection.info.pop(NOTED, None)
    if noted is not None:
        raise_version(connection, None if noted.anything else _members(connection, noted))


def _members(connection: Connection, noted: Noted) -> set[int] | None:
    members = set(noted.members)
    for table, rows in noted.rows.items():
        members.update(connection.scalars(sa.select(table.c.member_id).where(table.c.id.in_(rows))))
    return members if len(members) <= MOST_NAMED else None


def raise_version(connection: Connection, members: set[int] | None) -> None:
    """Note one more change, of these members or of anything. Nothing may be locked after this."""
    state = _table(CrowdState)
    held = sa.select(state.c.version, state.c.recent).where(state.c.id == ROW).with_for_update()
    row = connection.execute(held).first()
    if row is None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        first = {"id": ROW, "epoch": token_urlsafe(8), "version": 0, "recent": {"changes": []}}
        connection.execute(dialect.insert(state).values(first).on_conflict_do_nothing())
        row = connection.execute(held).one()
    version = row.version + 1
    changes = [*row.recent["changes"], [version, None if members is None else sorted(members)]][-REMEMBERED:]
    values = {"version": version, "recent": {"changes": changes}}
    connection.execute(sa.update(state).where(state.c.id == ROW).values(values))
