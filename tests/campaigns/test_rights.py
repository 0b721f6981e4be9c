"""Whatever we keep about Carol she can take along, and nothing of it is left when she has gone.

A row is planted in every table that is about people, with values that are found wherever they turn up.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.authz import doors, path_of
from tests.campaigns.figures import tell
from tests.campaigns.planting import Planter, tables_about_people
from tests.people import make_member
from tests.sessions import come_in, key_of
from tests.web.test_guards import NOTHING
from welcome.accounts import closing
from welcome.accounts.export import export_of
from welcome.accounts.models import Member
from welcome.agenda.jobs import run_due
from welcome.clock import now
from welcome.database import Audience, Base, db, writing
from welcome.scheduler import HANDLERS

CANARY = "canarycarol"
#: What stays, without saying about whom: the chain of what the staff did would break.
KEPT = {"staff_entry"}
#: What a table takes in no other way.
FITTING: dict[str, dict[str, Any]] = {"attendance": {"party": 2, "children": 1}}


@pytest.fixture
def planted(app: Flask) -> tuple[int, dict[tuple[str, str], Any]]:
    """Plant a row of Carol's in every table that is about people."""
    with writing() as session:
        carol = make_member(session, "Canarycarol", email=f"{CANARY}@welcome.example", guest_email=f"{CANARY}-guest")
        bob = make_member(session, "Bob")
        session.flush()
        planter = Planter(session, carol.id, bob.id, CANARY)
        for table in tables_about_people():
            planter.canary = "kept" if table.name in KEPT else CANARY
            planter.plant(table, **FITTING.get(table.name, {}))
        values = dict(planter.values)
        member = (
            session.execute(sa.select(Base.metadata.tables["member"]).where(Member.id == carol.id)).mappings().one()
        )
        values |= {("member", name): value for name, value in member.items() if value is not None}
        return carol.id, values


def owed(table: sa.Table, column: sa.Column[Any]) -> bool:
    """Whether a person is owed what is in a column: all that is not the software's own, nor another person's."""
    is_software = column.info["tag"].audience is Audience.SYSTEM
    names_somebody = any(key.column.table.name == "member" for key in column.foreign_keys)
    two = [other for other in table.c if other.info.get("subject")][1:]
    is_theirs = bool(two) and (
        column.info["tag"].audience not in {Audience.PUBLIC, Audience.MEMBERS, Audience.COUNTERPART}
        or column.info.get("unsaid", False)
        or column.name.startswith(two[0].name.removesuffix("id"))
    )
    return not (is_software or names_somebody or is_theirs)


def missing(member_id: int, values: dict[tuple[str, str], Any]) -> list[str]:
    """Name what a person is owed and does not get."""
    told = export_of(db.session(), member_id)
    found = []
    for (name, column_name), value in values.items():
        table = Base.metadata.tables[name]
        if not owed(table, table.c[column_name]):
            continue
        plain = value.isoformat() if hasattr(value, "isoformat") else value.hex() if isinstance(value, bytes) else value
        rows = told.get(name, {"rows": []})["rows"]
        if not any(column_name in row and row[column_name] == plain for row in rows):
            found.append(f"{name}.{column_name}")
    return found


def test_everything_can_be_taken_along(client: FlaskClient, planted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    carol, values = planted
    assert missing(carol, values) == []
    come_in(client, key_of(carol))
    with ZipFile(BytesIO(client.get("/me/export").data)) as archive:
        assert json.loads(archive.read("data.json")).keys() >= {"member", "notice", "message"}
        page = archive.read("data.html").decode()
    words = [value for (name, column), value in values.items() if isinstance(value, str) and CANARY in value
             and owed(Base.metadata.tables[name], Base.metadata.tables[name].c[column])]  # fmt: skip
    assert [value for value in words if value not in page] == []
    columns = sum(owed(Base.metadata.tables[name], Base.metadata.tables[name].c[column]) for name, column in values)
    monkeypatch.setitem(Base.metadata.tables["notice"].c["kind"].info, "tag",
                        Base.metadata.tables["notice"].c["key"].info["tag"])  # fmt: skip
    tables = len({name for name, _ in values})
    assert "notice.kind" not in missing(carol, values)  # the software's own: nobody is owed it
    monkeypatch.setattr("welcome.accounts.export.SHARED", set())
    assert missing(carol, values)
    tell("rights, export", f"{columns} of {columns} columns in {tables} tables", planted="two people's rows left out")


def leftovers(app: Flask, client: FlaskClient, reader: int) -> list[str]:
    """Name every place in which a trace of Carol is left."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).all():
            found += [f"{table.name}: {row}" for value in row if CANARY in str(value).lower()]
    paths = [path_of(rule, NOTHING)[0] for rule, method in doors(app) if method == "GET"]
    for path in (*paths, f"/guide?q={CANARY[:9]}", f"/events?q={CANARY[:9]}", "/events.atom", "/guide.csv"):
        come_in(client, key_of(reader))
        found += [f"the page {path}"] if CANARY.encode() in client.get(path).get_data().lower() else []
    return found + in_files(app)


def in_files(app: Flask) -> list[str]:
    """Name the database's files that still hold a trace."""
    db.session.rollback()
    if db.engine.dialect.name != "sqlite" or not db.engine.url.database:
        return []
    with db.engine.connect().execution_options(writing=True) as connection:
        connection.connection.dbapi_connection.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        )  # as closing the database does
    file = Path(db.engine.url.database)
    return [f"the file {near.name}" for near in file.parent.glob(f"{file.name}*")
            if CANARY.encode() in near.read_bytes().lower()]  # fmt: skip


def test_nothing_is_left_of_who_has_gone(app: Flask, client: FlaskClient, planted: Any) -> None:
    carol, _values = planted
    with writing() as session:
        reader = make_member(session, "Reader")
        session.flush()
        reader_id = reader.id
        session.execute(sa.delete(Base.metadata.tables["due"]))
    assert leftovers(app, client, reader_id), "the traces are looked for where they are"
    before = db.session.scalar(sa.select(sa.func.count(Member.id)))
    with writing() as session:
        session.execute(sa.update(Member).where(Member.id == carol).values(closed_at=None, active=True))
        closing.close_account(session, carol, now=now())
    run_due(HANDLERS, now=now() + closing.TIME_TO_RETURN + timedelta(hours=1))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == (before or 0) - 1
    left = leftovers(app, client, reader_id)
    assert left == [], "\n".join(left)[:5000]
    tables = len(list(tables_about_people()))
    tell("rights, erasure", f"0 traces of rows in {tables} tables, in rows, pages, feeds, search, files",
         planted="found while Carol was there")  # fmt: skip


def untagged(tables: Iterable[sa.Table]) -> list[str]:
    """Name the columns that do not say why, for whom and how long."""
    return [str(column) for table in tables for column in table.c if "tag" not in column.info]


def test_a_column_without_a_tag_fails() -> None:
    assert untagged(Base.metadata.sorted_tables) == []
    careless = sa.Table("careless", sa.MetaData(), sa.Column("words", sa.Text))
    assert untagged([careless]) == ["careless.words"]
    columns = sum(len(table.c) for table in Base.metadata.sorted_tables)
    tell("rights, tags", f"{columns} of {columns} columns are tagged", planted="a column without a tag")
