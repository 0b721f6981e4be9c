"""Save every row from one moment, while writers are at work; fill an empty database with them again.

Both look at the tables that are really there and not at the models, so that a backup can be made before an update and
restored at the revision that it was made at.
"""

from collections.abc import Collection, Iterator, Set
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine

from welcome.backup import archive
from welcome.backup.archive import BadBackup, Header
from welcome.backup.values import KINDS, kind_of, to_database, to_file

AT_ONCE = 500
REVISIONS = "alembic_version"


def save(engine: Engine, file: Path, *, public_url: str, now: datetime) -> tuple[Header, str]:
    """Write a backup of one moment; return its header and the digest of its rows."""
    with snapshot(engine) as connection:
        tables = _tables(connection)
        header = Header(_revision(connection), now.isoformat(), public_url, [_outline(connection, t) for t in tables])
        with archive.create(file, header) as writer:
            for table in tables:
                _copy(connection, table, writer)
            writer.seal()
    return archive.check(file)  # what cannot be read back is no backup


def _copy(connection: Connection, table: sa.Table, writer: archive.Writer) -> None:
    """Write the rows of one table, in an order that both databases agree on."""
    columns = _columns(table)
    kinds = [kind_of(column.type) for column in columns]
    bytewise = "C" if connection.dialect.name == "postgresql" else "BINARY"
    order = [c.collate(bytewise) if isinstance(c.type, sa.String) else c for c in table.primary_key]
    rows = connection.execute(sa.select(*columns).order_by(*order), execution_options={"yield_per": AT_ONCE})
    for row in rows:
        writer.row(table.name, [to_file(*pair) for pair in zip(kinds, row, strict=True)])


def snapshot(engine: Engine) -> Connection:
    """Open a read-only transaction that sees one moment, whatever others write meanwhile.

    An SQLite reader sees the moment of its first look anyway; PostgreSQL must be asked to.
    """
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def load(connection: Connection, file: Path, *, revisions: Collection[str], gone: Set[str] = frozenset()) -> int:
    """Insert every row of a backup, leaving out the members who are gone; return how many were left out.

    In the caller's transaction: a fault leaves the database as empty as it was. ``revisions`` are those that this
    Welcome knows.
    """
    header, _ = archive.check(file)
    tables = {table.name: table for table in _tables(connection)}
    _refuse_unfit(connection, header, tables, revisions)
    try:
        for name, rows in groupby(archive.read_rows(file), key=lambda line: line[0].name):
            _insert(connection, tables[name], rows)
    except sa.exc.DBAPIError as problem:
        raise BadBackup(f"The database does not take these rows: {problem.orig}. Nothing was changed.") from problem
    _go_on_counting(connection, list(tables.values()))
    return _forget(connection, tables["member"], gone)


def _insert(connection: Connection, table: sa.Table, rows: Iterator[archive.Line]) -> None:
    while batch := list(islice(rows, AT_ONCE)):
        kinds = {column: KINDS[kind] for column, kind in batch[0][0].columns.items()}
        target = sa.table(table.name, *(sa.column(column, kind.type) for column, kind in kinds.items()))
        records = [
            {column: to_database(kind, value) for (column, kind), value in zip(kinds.items(), values, strict=True)}
            for _, values in batch
        ]
        connection.execute(sa.insert(target), [_with_json_null(table, record) for record in records])


def _with_json_null(table: sa.Table, record: dict[str, Any]) -> dict[str, Any]:
    """Tell nothing, where a column must hold something, from no value: only JSON has both."""
    nothing = {
        column.name: sa.JSON.NULL
        for column in table.columns
        if isinstance(column.type, sa.JSON) and not column.nullable and record[column.name] is None
    }
    return {**record, **nothing}


def _refuse_unfit(
    connection: Connection, header: Header, tables: dict[str, sa.Table], revisions: Collection[str]
) -> None:
    revision = _revision(connection)
    if header.revision not in revisions:
        raise BadBackup(f"The backup is of a newer Welcome (revision {header.revision}): update this one first.")
    if header.revision != revision:
        raise BadBackup(
            f"The backup was made at revision {header.revision}, and this database stands at {revision}. Bring the "
            f"empty database there (flask --app wsgi db downgrade {header.revision}), restore, then db upgrade."
        )
    theirs = {table.name: table.columns for table in header.tables}
    ours = {name: {c.name: kind_of(c.type).name for c in table.columns} for name, table in tables.items()}
    if theirs != ours:
        raise BadBackup("The backup holds other tables than this database, though their revisions agree.")
    filled = [name for name, table in tables.items() if connection.scalar(sa.select(sa.literal(1)).select_from(table))]
    if filled:
        raise BadBackup(f"This database is not empty ({', '.join(sorted(filled)[:3])}): restore into a new one.")


def withhold_letters(connection: Connection, *, now: datetime) -> int:
    """Call off every letter that waits, so that nobody gets one a second time; return how many."""
    notice = next(table for table in _tables(connection) if table.name == "notice")
    called_off = {"done_at": now, "outcome": "withdrawn", "reason": "restored from a backup"}
    return connection.execute(sa.update(notice).where(notice.c.done_at.is_(None)).values(called_off)).rowcount


def _forget(connection: Connection, member: sa.Table, gone: Set[str]) -> int:
    """Erase the members who left after the backup was made, with all that belongs to them."""
    known = set(connection.scalars(sa.select(member.c.public_id)))
    for one in known & gone:
        connection.execute(sa.delete(member).where(member.c.public_id == one))
    return len(known & gone)


def public_ids(file: Path) -> set[str]:
    """Return the public ids of the members in a backup."""
    rows = ((table, values) for table, values in archive.read_rows(file) if table.name == "member")
    return {values[list(table.columns).index("public_id")] for table, values in rows}


def _go_on_counting(connection: Connection, tables: list[sa.Table]) -> None:
    """Let PostgreSQL number new rows after the restored ones; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        if "id" in table.columns and (highest := connection.scalar(sa.select(sa.func.max(table.c.id)))):
            sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")
            connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _tables(connection: Connection) -> list[sa.Table]:
    """Return the tables that are there, each after those that it points to."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != REVISIONS]


def _outline(connection: Connection, table: sa.Table) -> archive.Table:
    rows = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    return archive.Table(table.name, {column.name: kind_of(column.type).name for column in _columns(table)}, rows)


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Return a table's columns by name: the order in which migrations added them may differ."""
    return sorted(table.columns, key=lambda column: column.name)


def _revision(connection: Connection) -> str:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise BadBackup("This database has no tables yet: flask --app wsgi db upgrade.")
    return revision
