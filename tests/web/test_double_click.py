"""Whoever presses a button twice, or twice at the same moment, has done it once."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import town
from tests.gatherings import make_event
from tests.people import make_member
from tests.sessions import come_in, key_of
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.clock import now
from welcome.conversations.models import Message
from welcome.database import Base, db, writing
from welcome.directory.models import Venue
from welcome.events.answers.models import Attendance
from welcome.moderation.models import Report
from welcome.pairings import requests
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.requests import Request
from welcome.post.models import Channel, Notice
from welcome.profiles.models import Side

CLICKS = 3


class Button:
    """Two people with everything between them, and a finger that is too quick."""

    def __init__(self, app: Flask) -> None:
        self.app, at = app, now()
        with writing() as session:
            areas = town.build(session)
            town.open_programme(session)
            names = (("Carol", Side.NEWCOMER, town.CAROL), ("Bob", Side.LOCAL, town.BOB), ("Dan", Side.LOCAL, town.BOB))
            for name, side, languages in names:
                member = make_member(session, name, created_at=at - timedelta(days=60))
                session.flush()
                town.settle(session, member, side, languages, areas["Centrum"])
                town.join(session, "exchange", member, now=at, capacity=4)
            carol, bob, dan = session.scalars(sa.select(Member).order_by(Member.id)).all()
            moderator = make_member(session, "Mod")
            session.flush()
            grant(session, moderator.id, Role.MODERATOR, scope_id=None, now=at)
            question = requests.ask(session, carol.id, bob.public_id, "exchange", now=at)
            match = requests.accept(session, question.public_id, bob.id, now=at)
            open_question = requests.ask(session, dan.id, carol.public_id, "exchange", now=at)
            self.day = (at.astimezone(ZoneInfo("Europe/Amsterdam")) + timedelta(days=3)).replace(tzinfo=None)
            self.slot = self.day.replace(hour=10, minute=0, second=0, microsecond=0)
            venue = session.scalars(sa.select(Venue.public_id)).first() or ""
            event = make_event(session, at)
            assert match.thread is not None
            self.keys = {member.first_name: member.id for member in (carol, bob, dan)}
            self.ids = {member.first_name: member.public_id for member in (carol, bob, dan)}
            self.request, self.match, self.thread = open_question.public_id, match.public_id, match.thread.public_id
            self.date, self.venue, self.match_id = event.occurrences[0].public_id, venue, match.id

    def press(self, who: str, path: str, **data: str) -> None:
        """Send the same form several times at the same moment."""
        line = Barrier(CLICKS)
        db.session.rollback()
        key = key_of(self.keys[who])

        def click() -> int:
            client = self.app.test_client()
            come_in(client, key)
            line.wait()
            return client.post(path, data=data).status_code

        with ThreadPoolExecutor(CLICKS) as fingers:
            found = [finger.result() for finger in [fingers.submit(Context().run, click) for _ in range(CLICKS)]]
        assert set(found) <= {200, 303, 422}, found
        db.session.rollback()


@pytest.fixture
def button(app: Flask) -> Button:
    """Give the two people."""
    return Button(app)


def count(table: type[Base], *conditions: sa.ColumnElement[bool]) -> int:
    """Count rows."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


def letters(kind: str) -> int:
    """Count the letters of a kind."""
    return count(Notice, Notice.kind == kind, Notice.channel == Channel.MAIL)


def test_a_question_is_asked_once(button: Button) -> None:
    button.press("Bob", f"/people/{button.ids['Dan']}/ask/exchange", note="Hello")
    assert count(Request, Request.note == "Hello") in {0, 1}  # two locals have nothing to exchange
    before = letters("request_received")
    button.press("Carol", f"/people/{button.ids['Dan']}/ask/exchange", note="Hello")
    assert count(Match) == 2 and letters("request_accepted") == 2 and letters("request_received") == before


def test_a_yes_makes_one_match(button: Button) -> None:
    button.press("Carol", f"/requests/{button.request}/accept")
    assert count(Match) == 2 and letters("request_accepted") == 2


def test_times_are_offered_and_taken_once(button: Button) -> None:
    slot = button.slot.isoformat(timespec="minutes")
    button.press("Carol", f"/matches/{button.match}/times", times=slot, venue=button.venue)
    assert count(Meeting) == 1 and letters("meeting_offered") == 1
    public_id = db.session.scalars(sa.select(Meeting.public_id)).one()
    button.press("Bob", f"/meetings/{public_id}/agree/{slot}")
    assert letters("meeting_agreed") == 2


def test_a_match_ends_once(button: Button) -> None:
    button.press("Carol", f"/matches/{button.match}/end")
    assert letters("match_ended") == 1


def test_a_place_is_taken_and_given_back_once(button: Button) -> None:
    button.press("Carol", f"/events/dates/{button.date}/join", party="1")
    date = db.session.scalars(sa.select(Attendance)).one().occurrence
    assert date.seats_left == 9 and letters("event_joined") == 1
    button.press("Carol", f"/events/dates/{button.date}/leave")
    db.session.refresh(date)
    assert count(Attendance) == 1 and date.seats_left == 10


def test_a_report_is_made_once(button: Button) -> None:
    button.press("Carol", f"/report/member/{button.ids['Bob']}", category="other", words="He is rude")
    assert count(Report) == 1 and letters("report_raised") == 1


def test_words_are_said_once(button: Button) -> None:
    button.press("Carol", f"/conversations/{button.thread}", body="Hello Bob")
    assert count(Message) == 1
    button.press("Carol", f"/conversations/{button.thread}", body="How are you?")
    assert count(Message) == 2


def test_the_same_words_may_be_said_again_later(button: Button) -> None:
    button.press("Carol", f"/conversations/{button.thread}", body="Hello")
    with writing() as session:
        session.execute(sa.update(Message).values(sent_at=now() - timedelta(minutes=5)))
    button.press("Carol", f"/conversations/{button.thread}", body="Hello")
    assert count(Message) == 2
