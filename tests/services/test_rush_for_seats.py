"""Three hundred people, ten places, several processes: ten get in, the others wait in order, nobody meets an error."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests.gatherings import evening, make_event
from tests.people import make_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.events import joining
from welcome.events.models import Attendance, AttendanceState, Occurrence

PEOPLE, PLACES, PROCESSES = 300, 10, 4
ROOT = Path(__file__).parent.parent.parent


def prepare() -> tuple[int, list[int]]:
    """Publish an event that starts in ten days and make everybody who wants to come."""
    start = now().replace(tzinfo=None, minute=0, second=0, microsecond=0) + timedelta(days=10)
    with writing() as session:
        date_id = make_event(session, now(), capacity=PLACES, when=evening(start, zone="UTC")).occurrences[0].id
        people = [make_member(session, f"Guest{number}") for number in range(PEOPLE)]
        session.flush()
        return date_id, [member.id for member in people]


def rush(url: str, date_id: int, people: list[int], *more: str) -> list[dict[str, Any]]:
    """Let everybody ask at once, from several processes."""
    shares = [[str(one) for one in people[number::PROCESSES]] for number in range(PROCESSES)]
    command = [sys.executable, "-m", "tests.rush", url, str(date_id)]
    crowd = [
        subprocess.Popen([*command, *share, *more], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for share in shares
    ]
    try:
        for process in crowd:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in crowd:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        return [row for process in crowd for row in json.loads(process.communicate(timeout=120)[0])]
    finally:
        for process in crowd:
            process.kill()
            process.wait()


def faults(date_id: int, told: list[dict[str, Any]]) -> list[str]:
    """Name everything that is not as it should be."""
    answers = list(db.session.scalars(sa.select(Attendance).where(Attendance.occurrence_id == date_id)))
    going = {one.turn for one in answers if one.state is AttendanceState.GOING}
    turns = sorted(one.turn for one in answers)
    found = [f"error: {row['error']}" for row in told if row["error"]]
    if len(going) != PLACES or len([one for one in answers if one.pool]) != PLACES:
        found.append(f"{len(going)} people have {PLACES} places")
    if turns != list(range(1, PEOPLE + 1)):
        found.append("turns are missing or doubled")
    if going != set(range(1, PLACES + 1)):
        found.append("somebody was let in before their turn")
    if db.session.get_one(Occurrence, date_id).seats_left != 0:
        found.append("the counter is wrong")
    found += out_of_order(told)
    db.session.rollback()
    return found


def out_of_order(told: list[dict[str, Any]]) -> list[str]:
    """Name who began to ask after somebody else had an answer, and got an earlier turn."""
    answered = sorted((row for row in told if row["turn"]), key=lambda row: row["done"])
    found, highest, seen = [], 0, 0
    for row in sorted(answered, key=lambda row: row["began"]):
        while answered[seen]["done"] < row["began"]:
            highest = max(highest, answered[seen]["turn"])
            seen += 1
        if row["turn"] < highest:
            found.append(f"{row['member']} asked later and stands before others")
    return found


def test_ten_of_three_hundred_get_a_place(app: Flask, database_url: str) -> None:
    date_id, people = prepare()
    assert faults(date_id, rush(database_url, date_id, people)) == []
    with writing() as session:
        for turn in (3, 7):
            chosen = (Attendance.occurrence_id == date_id, Attendance.turn == turn)
            member_id = session.scalars(sa.select(Attendance.member_id).where(*chosen)).one()
            joining.leave(session, date_id, member_id, now=now())
    going = sa.select(Attendance.turn).where(Attendance.pool.is_not(None), Attendance.occurrence_id == date_id)
    assert sorted(db.session.scalars(going)) == [1, 2, 4, 5, 6, 8, 9, 10, 11, 12]


def test_the_same_rush_catches_a_transaction_that_reads_first(app: Flask, database_url: str) -> None:
    date_id, people = prepare()
    assert faults(date_id, rush(database_url, date_id, people, "--planted")) != []
