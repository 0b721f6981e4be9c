"""Whatever the register of processing promises to forget after a time is forgotten by a sweep."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from welcome import scheduler
from welcome.clock import now
from welcome.database import Base, db
from welcome.directory.freshness import look_after_guide
from welcome.terms import TERMS

#: Rows that are in use, some of whose columns say what was done last, or are emptied with the round they came from.
IN_USE = {"calendar_subscription", "circle", "crowd_state"}


def promised() -> set[str]:
    """Return which tables hold something with a term."""
    return {
        table.name
        for table in Base.metadata.sorted_tables
        if any(column.info["tag"].retention in TERMS for column in table.c)
    }


def swept() -> set[str]:
    """Return from which tables the sweeps delete, with what goes along."""
    said: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", hear := lambda *parts: said.append(parts[2]))
    scheduler.sweep()
    look_after_guide(now())
    sa.event.remove(db.engine, "before_cursor_execute", hear)
    found = {match[1] for one in said if (match := re.match(r'DELETE FROM "?(\w+)', one))}
    for table in Base.metadata.sorted_tables:
        if any(key.ondelete == "CASCADE" and key.column.table.name in found - {"member"} for key in table.foreign_keys):
            found.add(table.name)
    return found


def test_everything_with_a_term_is_swept(app: Flask) -> None:
    assert promised() - swept() == IN_USE


def test_a_sweep_that_is_missing_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "forget_old_reports", lambda *, now: None)
    assert promised() - swept() == IN_USE | {"report", "measure", "appeal"}
