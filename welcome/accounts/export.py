"""Take one's data along: everything that the tables keep about one member, and nothing about anybody else.

The tables say it themselves: the column of the subject, and the audience in every column's tag.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import Audience, Base

Data = dict[str, dict[str, Any]]


def export_of(session: Session, member_id: int) -> Data:
    """Return a member's rows by table, with the purpose of each column."""
    found: Data = {}
    for table in Base.metadata.sorted_tables:
        subject, columns = _subject(table), list(_own_columns(table))
        if subject is None or not columns:
            continue
        rows = session.execute(sa.select(*columns).where(subject == member_id).order_by(*table.primary_key))
        entries = [{column.name: _plain(value) for column, value in zip(columns, row, strict=True)} for row in rows]
        if entries:
            purposes = {column.name: column.info["tag"].purpose for column in columns}
            found[table.name] = {"purposes": purposes, "rows": entries}
    return found


def as_zip(data: Data, page: str) -> bytes:
    """Pack the data twice: for machines and for people."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        archive.writestr("data.html", page)
    return packed.getvalue()


def _subject(table: sa.Table) -> sa.Column[Any] | None:
    if table.name == "member":
        return table.c.id
    return next((column for column in table.c if column.info.get("subject")), None)


def _own_columns(table: sa.Table) -> Iterator[sa.Column[Any]]:
    """Yield what its owner may read: nothing that only the software reads, and no reference to another person."""
    for column in table.c:
        names_somebody = any(key.target_fullname == "member.id" for key in column.foreign_keys)
        if column.info["tag"].audience is not Audience.SYSTEM and not names_somebody:
            yield column


def _plain(value: object) -> object:
    if isinstance(value, datetime) or hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value
