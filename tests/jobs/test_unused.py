"""An account that nobody uses: asked about once, closed a month later, and kept by whoever comes in time."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.letterbox import carry, link_of, text_of
from tests.people import make_member
from welcome.accounts import jobs
from welcome.accounts.devices import start
from welcome.accounts.models import Member
from welcome.agenda.jobs import run_due
from welcome.clock import now
from welcome.database import db, writing

LONG_AGO = timedelta(days=731)
MONTH = timedelta(days=30)


@pytest.fixture
def carol_id(app: Flask) -> int:
    with writing() as session:
        carol = make_member(session, "Carol", created_at=now() - 2 * LONG_AGO, seen_on=(now() - LONG_AGO).date())
        make_member(session, "Dan", created_at=now() - 2 * LONG_AGO, seen_on=now().date())
        make_member(session, "Erin", created_at=now() - MONTH)
        make_member(session, "Fay", created_at=now() - 2 * LONG_AGO, suspended_at=now())
        session.flush()
        return carol.id


def sweep(at: datetime) -> None:
    """Do what the scheduler does each hour, twice."""
    for _ in range(2):
        jobs.forget_old(now=at)
        run_due(jobs.HANDLERS, now=at)


def closed() -> list[str]:
    return list(db.session.scalars(sa.select(Member.first_name).where(Member.closed_at.is_not(None))))


def test_who_does_not_come_is_asked_once_and_can_still_return(app: Flask, carol_id: int) -> None:
    sweep(now())
    (asked,) = carry(app)
    assert asked["Subject"] == "Shall we keep your account?" and "two years" in text_of(asked)
    later = now() + MONTH
    sweep(later - timedelta(hours=1))
    assert (carry(app, at=later), closed()) == ([], [])
    sweep(later)
    (told,) = carry(app, at=later)
    assert closed() == ["Carol"]
    assert "Nobody has used your account" in text_of(told) and "/me/reopen/" in link_of(told, app.config["PUBLIC_URL"])


def test_who_comes_in_time_stays(app: Flask, carol_id: int) -> None:
    sweep(now())
    with writing() as session:
        start(session, session.get_one(Member, carol_id), "", stays=False, now=now())
    assert carry(app) == []  # it waits for its postman, and nobody needs to be asked any more
    sweep(now() + MONTH)
    assert (carry(app, at=now() + MONTH), closed()) == ([], [])
