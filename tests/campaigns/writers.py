"""Writers who never rest: each transaction writes two things that belong together, and now and then erases a member.

``python -m tests.campaigns.writers NUMBER...`` starts one writer for each number, until its input ends.
"""

import os
import sys
from datetime import timedelta
from itertools import count
from threading import Event, Thread

import sqlalchemy as sa
from flask import Flask

from config import from_environ
from tests.people import make_member
from welcome.accounts import closing
from welcome.accounts.models import Consent, Member
from welcome.app import create_app
from welcome.clock import now
from welcome.database import db, writing


def write(app: Flask, writer: str, is_over: Event) -> None:
    """Write until it is over."""
    with app.app_context():
        for turn in count():
            if is_over.is_set():
                return
            write_both(f"w{writer}n{turn}")
            if turn % 3 == 2:
                name_both(f"w{writer}n{turn - 1}", f"w{writer}n{turn}", f"Turn {turn}")
            if turn % 9 == 8:
                erase(f"w{writer}n{turn - 8}")
            db.session.remove()


def write_both(name: str) -> None:
    """Add a member together with a consent."""
    with writing() as session:
        member = make_member(session, name, password=None)
        session.flush()
        session.add(Consent(member_id=member.id, field_name="gender", given_at=now()))


def name_both(one: str, other: str, name: str) -> None:
    """Give two members the same name at the same moment."""
    both = [f"{word}@welcome.example" for word in (one, other)]
    with writing() as session:
        session.execute(sa.update(Member).where(Member.email.in_(both)).values(first_name=f"{one} {name}"))


def erase(name: str) -> None:
    """Erase a member, as after the time to return."""
    with writing() as session:
        member = session.scalars(sa.select(Member).where(Member.email == f"{name}@welcome.example")).one()
        closing.close_account(session, member.id, now=now() - closing.TIME_TO_RETURN - timedelta(days=1))
        closing.erase_account(session, member.id, now())


def main() -> None:
    """Let all of them write."""
    app, is_over = create_app(from_environ(os.environ)), Event()
    crowd = [Thread(target=write, args=(app, number, is_over)) for number in sys.argv[1:]]
    for one in crowd:
        one.start()
    sys.stdin.read()
    is_over.set()
    for one in crowd:
        one.join()


if __name__ == "__main__":
    main()
