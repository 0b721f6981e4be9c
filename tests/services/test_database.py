"""The ground floor: reads cannot write, writes are kept whole."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.people import make_member
from welcome.accounts.models import Member
from welcome.agenda.models import Due
from welcome.database import Base, db, insert_once, take_stock, writing


def test_it_refuses_to_write_outside_a_write_transaction(app: Flask) -> None:
    make_member(db.session(), "Carol")
    with pytest.raises(sa.exc.DBAPIError, match="read-?only"):
        db.session.flush()
    db.session.rollback()


def test_it_keeps_nothing_of_a_block_that_fails(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing() as session:
        make_member(session, "Carol")
        session.flush()
        raise ZeroDivisionError
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == 0


def test_it_refuses_a_write_transaction_inside_another(app: Flask) -> None:
    with writing(), pytest.raises(RuntimeError, match="already open"), writing():
        pass


def test_it_gives_instants_back_in_utc(app: Flask, carol: Member) -> None:
    assert carol.created_at.utcoffset() == timedelta(0)


def test_it_refuses_an_instant_without_a_zone(app: Flask) -> None:
    with pytest.raises(sa.exc.StatementError, match="no time zone"), writing() as session:
        make_member(session, "Carol", created_at=datetime(2026, 11, 20))  # noqa: DTZ001 (the fault itself)
        session.flush()


def test_it_inserts_a_unique_row_once(app: Flask) -> None:
    row = {"key": "a", "kind": "k", "ref": 1, "due_at": datetime(2026, 11, 20, tzinfo=UTC)}
    with writing() as session:
        assert insert_once(session, Due, **row)
        assert not insert_once(session, Due, **row)


def test_every_column_carries_its_purpose_audience_and_retention() -> None:
    untagged = [str(column) for table in Base.metadata.sorted_tables for column in table.c if "tag" not in column.info]
    assert untagged == []


def test_a_connection_that_broke_can_be_given_back(app: Flask) -> None:
    with db.engine.connect() as connection:
        connection.execute(sa.select(1))
        connection.invalidate()  # as when the database was restarted meanwhile


def test_sqlite_counts_its_rows_and_keeps_no_samples_of_them(app: Flask, carol: Member) -> None:
    with writing() as session:
        take_stock(session)
    if db.engine.dialect.name == "sqlite":
        known = set(db.session.scalars(sa.text("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")))
        assert "sqlite_stat1" in known
        rows = [row for name in known for row in db.session.execute(sa.select("*").select_from(sa.table(name)))]
        assert rows and carol.email not in str(rows)
