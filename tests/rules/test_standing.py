"""What is written down of a member's roles and of the measures against them, in a database of their own."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from tests.people import JOINED
from welcome.accounts import access, standing
from welcome.accounts.models import Grant, Member, Role, SignIn
from welcome.database import Base, db, writing


@pytest.fixture
def session() -> Iterator[Session]:
    """Open a database with two members in it, each signed in and an organiser."""
    app = Flask("records")
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", STAFF_NEEDS_KEY=False)
    db.init_app(app)
    with app.test_request_context():
        with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
            Base.metadata.create_all(connection)
        with writing() as session:
            for number in (1, 2):
                who = {"email": f"{number}@welcome.example", "password": "", "fs_uniquifier": f"key {number}"}
                known = {"locale": "nl", "timezone": "UTC", "created_at": JOINED, "active": True}
                session.add(Member(id=number, first_name="Ann", **who, **known))
                session.flush()
                session.add(SignIn(member_id=number, device="", started_at=JOINED, seen_on=JOINED.date(), stays=True))
                session.add(Grant(member_id=number, role=Role.ORGANISER, scope_id=number * 7, granted_at=JOINED))
            yield session


def test_ones_roles_are_ones_own(session: Session) -> None:
    g._login_user = session.get_one(Member, 1)
    assert access.roles() == {(Role.ORGANISER, 7)}


def test_a_measure_is_of_one_member_and_can_be_lifted(session: Session) -> None:
    one, other = session.get_one(Member, 1), session.get_one(Member, 2)
    for measure, column in ((standing.limit, "limited_at"), (standing.pause, "paused_at")):
        measure(session, 1, JOINED)
        assert (getattr(one, column), getattr(other, column)) == (JOINED, None)
        measure(session, 1, None)
        assert getattr(one, column) is None
        with pytest.raises(NoResultFound):
            measure(session, 3, JOINED)


def test_whom_a_suspension_puts_out(session: Session) -> None:
    one = session.get_one(Member, 1)
    standing.suspend(session, 1, JOINED)
    assert (one.suspended_at, one.active, one.fs_uniquifier == "key 1") == (JOINED, False, False)
    assert session.scalars(sa.select(SignIn.member_id)).all() == [2]
    standing.suspend(session, 1, None)
    assert (one.suspended_at, one.active) == (None, True)
    one.closed_at = JOINED
    standing.suspend(session, 1, None)
    assert not one.active, "who has closed their account stays away"
