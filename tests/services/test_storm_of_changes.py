"""Guests, organisers and the sweep change the same event at the same moment: no error, and the counters stay true."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_bridge, make_guest
from welcome.accounts.models import Member
from welcome.database import db, writing
from welcome.errors import Refusal
from welcome.events import joining, service
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.models import EventKind, Occurrence
from welcome.events.plans import NOWHERE, Facts, Speaking
from welcome.events.recurrence import Repeat, Rhythm
from welcome.profiles.models import Side

HANDS, CHANGES = 5, 60
LIKELY = ["join"] * 6 + ["leave"] * 3 + ["edit", "edit", "move", "suspend"]


def prepare() -> tuple[int, list[int], list[int]]:
    with writing() as session:
        event = make_bridge(session, TODAY, 5, 5, repeat=Repeat(Rhythm.WEEKLY, 2))
        sides = (Side.NEWCOMER, Side.LOCAL, Side.BOTH)
        people = [make_guest(session, f"Guest{number}", sides[number % 3], TODAY).id for number in range(30)]
        return event.id, [date.id for date in event.occurrences], people


def change(session: Session, dice: random.Random, event_id: int, date_id: int, member_id: int) -> None:
    """Do one thing that somebody might do."""
    what = dice.choice(LIKELY)
    if what == "join":
        joining.join(session, date_id, member_id, party=dice.randint(1, 3), now=TODAY)
    elif what == "leave":
        joining.leave(session, date_id, member_id, now=TODAY)
    elif what == "edit":
        places = {"newcomer_places": dice.randint(5, 9), "local_places": dice.randint(5, 9)}
        spoken = (Speaking(dice.choice(["nl", "en", "pt"]), 0, True),)
        facts = Facts(title="Soup", kind=EventKind.BRIDGING, languages=spoken, **places)
        service.edit_event(session, event_id, facts, now=TODAY)
    elif what == "move":
        later = evening(START + timedelta(days=dice.randint(1, 20)))
        service.move_occurrence(session, date_id, later, NOWHERE, now=TODAY)
    else:
        member = session.get_one(Member, member_id)
        member.suspended_at = None if member.suspended_at else TODAY
        session.flush()
        joining.release_places_of_absent(session, now=TODAY)


def test_nothing_breaks_when_everything_changes_at_once(app: Flask) -> None:
    event_id, dates, people = prepare()

    def hand(seed: int) -> list[str]:
        """Change things for a while; return what went wrong."""
        dice, wrong = random.Random(seed), []
        with app.app_context():
            for _ in range(CHANGES):
                try:
                    with writing() as session:
                        change(session, dice, event_id, dice.choice(dates), dice.choice(people))
                except Refusal:
                    pass  # a "no" is an answer
                except Exception as fault:  # whatever it is, the test names it
                    wrong.append(f"{type(fault).__name__}: {fault}"[:200])
            db.session.remove()
        return wrong

    with ThreadPoolExecutor(HANDS) as pool:
        assert [fault for wrong in pool.map(hand, range(HANDS)) for fault in wrong] == []
    for date_id in dates:
        date = db.session.get_one(Occurrence, date_id)
        held = (Attendance.occurrence_id == date_id, Attendance.state == AttendanceState.GOING)
        going = db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Attendance.party), 0)).where(*held))
        assert date.seats_left == (date.event.capacity or 0) - (going or 0)
        assert (date.newcomer_left or 0) + (date.local_left or 0) <= date.seats_left
        turns = db.session.scalars(sa.select(Attendance.turn).where(Attendance.occurrence_id == date_id)).all()
        assert len(set(turns)) == len(turns)
