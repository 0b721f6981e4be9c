"""Take one's data along: everything that the tables keep about one member, and nothing about anybody else.

The tables say it themselves: the column of the subject, and the audience in every column's tag.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import Audience, Base

SHARED = {Audience.PUBLIC, Audience.MEMBERS, Audience.COUNTERPART}

Data = dict[str, dict[str, Any]]


def export_of(session: Session, member_id: int) -> Data:
    """Return a member's rows by table, with the purpose of each column."""
    found: Data = {}
    for table in Base.metadata.sorted_tables:
        for subject in _subjects(table):
            columns = list(_own_columns(table, subject))
            if not columns:
                continue
            rows = session.execute(sa.select(*columns).where(subject == member_id).order_by(*table.primary_key))
            entries = [{column.name: _plain(value) for column, value in zip(columns, row, strict=True)} for row in rows]
            _add_names(session, columns, entries)
            if entries:
                kept = found.setdefault(table.name, {"purposes": {}, "rows": []})
                kept["purposes"] |= {column.name: column.info["tag"].purpose for column in columns}
                kept["rows"] += entries
    return found


def _add_names(session: Session, columns: list[sa.Column[Any]], entries: list[dict[str, Any]]) -> None:
    """Say beside the number of a programme, place or date how it is called, or when it is."""
    for column in columns:
        key = next(iter(column.foreign_keys), None)
        target: Mapping[str, Any] = dict(key.column.table.c) if key else {}
        named = next((name for name in ("name", "title", "starts_at") if name in target), None)
        if key is None or named is None:
            continue
        numbers = {entry[column.name] for entry in entries} - {None}
        wanted = sa.select(target["id"], target[named]).where(target["id"].in_(numbers))
        names = {row[0]: _plain(row[1]) for row in session.execute(wanted)}
        for entry in entries:
            if entry[column.name] in names:
                entry[column.name.removesuffix("_id")] = names[entry[column.name]]


def personal_tables() -> set[str]:
    """Return the names of all tables of which members take rows along."""
    tables = Base.metadata.sorted_tables
    return {table.name for table in tables for subject in _subjects(table) if list(_own_columns(table, subject))}


def as_zip(data: Data, page: str) -> bytes:
    """Pack the data twice: for people, and for machines."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        archive.writestr("data.html", page)
    return packed.getvalue()


def _subjects(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns that say whose row it is; a row between two people has two."""
    return [table.c.id] if table.name == "member" else [column for column in table.c if column.info.get("subject")]


def _own_columns(table: sa.Table, subject: sa.Column[Any]) -> Iterator[sa.Column[Any]]:
    """Yield what this side of a row may read: nothing that only the software reads, and nothing of another person.

    In a row between two people that is what both may see; ``other_answer`` belongs to the one that ``other_id`` names,
    and what one decided in silence is marked ``unsaid``.
    """
    theirs = tuple(column.name.removesuffix("id") for column in _subjects(table) if column is not subject)
    readable = SHARED if theirs else set(Audience) - {Audience.SYSTEM}
    for column in table.c:
        names_somebody = any(key.target_fullname == "member.id" for key in column.foreign_keys)
        is_theirs = bool(theirs) and (column.name.startswith(theirs) or column.info.get("unsaid", False))
        if column.info["tag"].audience in readable and not names_somebody and not is_theirs:
            yield column


def _plain(value: object) -> object:
    if isinstance(value, datetime) or hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value
