"""Due work is done once, at its time, whatever happens to the rest."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.agenda import jobs
from welcome.agenda.models import Due
from welcome.agenda.service import cancel, reopen, schedule
from welcome.database import db, writing

LATER = TODAY + timedelta(hours=1)


class Diary:
    """Handlers that write down what they were called for."""

    def __init__(self) -> None:
        self.done: list[int] = []

    def note(self, session: Session, ref: int, now: datetime) -> None:
        self.done.append(ref)

    def fail(self, session: Session, ref: int, now: datetime) -> None:
        make_member(session, f"Ghost{ref}")
        session.flush()
        raise ZeroDivisionError("no")

    def run(self, now: datetime = TODAY) -> int:
        return jobs.run_due({"note": self.note, "fail": self.fail}, now=now)


def plan(key: str, ref: int, due_at: datetime = TODAY, kind: str = "note") -> None:
    with writing() as session:
        schedule(session, key, kind, ref, due_at)


def row(key: str) -> Due:
    db.session.rollback()
    return db.session.scalars(sa.select(Due).where(Due.key == key)).one()


def test_it_does_work_once_and_not_before_its_time(app):
    diary = Diary()
    plan("a", 1)
    plan("b", 2, LATER)
    assert (diary.run(), diary.done) == (1, [1])
    assert (diary.run(LATER), diary.done) == (1, [1, 2])
    assert (diary.run(LATER + timedelta(days=9)), diary.done) == (0, [1, 2])
    assert row("a").outcome == "done"


def test_work_that_was_due_while_nobody_ran_is_done_late_in_order(app):
    diary = Diary()
    plan("b", 2, LATER)
    plan("a", 1)
    diary.run(LATER + timedelta(days=7))
    assert diary.done == [1, 2]


def test_a_failing_piece_keeps_nothing_waits_longer_each_time_and_holds_nobody_up(app, caplog):
    diary = Diary()
    plan("bad", 1, kind="fail")
    plan("good", 2, TODAY)
    assert (diary.run(), diary.done) == (2, [2])
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == 0
    assert row("bad").outcome == "ZeroDivisionError: no"
    waits, now = [], TODAY
    for _ in range(4):
        waits.append((row("bad").leased_until - now).total_seconds() / 60)
        now = row("bad").leased_until + timedelta(seconds=1)
        diary.run(now)
    assert waits == [1, 2, 4, 8]


def test_work_of_an_unknown_kind_waits_for_a_version_that_knows_it(app, caplog):
    plan("new", 1, kind="from the future")
    Diary().run()
    assert row("new").done_at is None


def test_moved_work_is_not_done_at_its_old_time(app):
    diary = Diary()
    plan("a", 1)
    plan("a", 1, LATER)
    assert (diary.run(), diary.done) == (0, [])
    assert (diary.run(LATER), diary.done) == (1, [1])


def test_work_moved_after_it_was_leased_is_not_done_at_its_old_time(app):
    diary = Diary()
    plan("a", 1, LATER)
    jobs._do(row("a").id, {"note": diary.note}, TODAY)
    assert diary.done == []


def test_cancelled_work_is_not_done(app):
    diary = Diary()
    plan("a", 1)
    with writing() as session:
        cancel(session, "a")
    assert (diary.run(), diary.done) == (0, [])


def test_reopened_work_is_done_once_more(app):
    diary = Diary()
    plan("a", 1)
    diary.run()
    plan("a", 1, LATER)  # done work does not move by itself
    assert diary.run(LATER) == 0
    with writing() as session:
        reopen(session, "a", LATER)
    assert (diary.run(LATER), diary.done) == (1, [1, 1])


def test_a_worker_that_dies_leaves_its_row_to_others(app):
    diary = Diary()
    plan("a", 1)
    with writing() as session:
        session.execute(sa.update(Due).values(leased_until=TODAY + jobs.LEASE, attempts=1))
    assert diary.run() == 0
    assert diary.run(TODAY + jobs.LEASE + timedelta(seconds=1)) == 1


def test_it_forgets_what_was_done_long_ago(app):
    plan("done", 1)
    Diary().run()
    plan("planned", 2, LATER)
    assert jobs.forget_old(now=TODAY + timedelta(days=89)) == 0
    assert jobs.forget_old(now=TODAY + timedelta(days=91)) == 1
    assert row("planned").ref == 2
