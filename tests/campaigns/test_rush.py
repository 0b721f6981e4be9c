"""A thousand people, ten places, one minute: ten get in, the others wait in order, nobody meets an error.

They come over HTTP, through four worker processes; then the same again with a fault planted, which has to be noticed.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode
from urllib.request import urlopen

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from tests.browser.city import free_port, wait_until
from tests.campaigns import figures
from tests.campaigns.sizes import size
from tests.gatherings import evening, make_event
from tests.people import make_member
from welcome.accounts import devices
from welcome.clock import now
from welcome.database import db, writing
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.models import Occurrence

PEOPLE, PLACES, WORKERS, AT_ONCE = size("people", small=80, full=1_000), 10, 4, 24
TIMES = size("rushes", small=1, full=20)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Person:
    """Somebody with a browser in which they are signed in."""

    id: int
    cookie: str
    token: str


@dataclass(frozen=True)
class Told:
    """What somebody got to see, and when."""

    person: Person
    status: int
    began: float
    done: float


def prepare(app: Flask) -> tuple[int, str, list[Person]]:
    """Publish an event that starts in ten days and sign everybody in who wants to come."""
    start = now().replace(tzinfo=None, minute=0, second=0, microsecond=0) + timedelta(days=10)
    with writing() as session:
        date = make_event(session, now(), capacity=PLACES, when=evening(start, zone="UTC")).occurrences[0]
        members = [make_member(session, f"Guest{date.id}x{number}") for number in range(PEOPLE)]
        session.flush()
        keys = [devices.start(session, member, "a phone", stays=True, now=now()) for member in members]
        people = [sign_in(app, member.id, key) for member, key in zip(members, keys, strict=True)]
        return date.id, date.public_id, people


def sign_in(app: Flask, member_id: int, device: str) -> Person:
    """Make the cookie and the form token of somebody who has signed in; a thousand passwords would take their time."""
    seal = SecureCookieSessionInterface().get_signing_serializer(app)
    assert seal is not None
    raw = f"{member_id:040x}"
    token = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(raw)
    cookie = seal.dumps({"_user_id": device, "_fresh": True, "csrf_token": raw})
    return Person(member_id, f"session={cookie}", str(token))


@contextmanager
def served(app: Flask, database_url: str, what: str) -> Iterator[int]:
    """Serve the same database by four worker processes."""
    port = free_port()
    environ = {
        **os.environ,
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": str(app.secret_key),
    }
    web = ["gunicorn", "--no-control-socket", "--bind", f"127.0.0.1:{port}", f"--workers={WORKERS}", "--threads=4"]
    command = [sys.executable, "-m", *web, "--log-level=error", what]
    server = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        wait_until(lambda: answers(port), "the workers")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def answers(port: int) -> bool:
    """Whether somebody answers already."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def rush(port: int, public_id: str, people: list[Person]) -> list[Told]:
    """Let everybody press the button at once."""

    def press(person: Person) -> Told:
        line = HTTPConnection("127.0.0.1", port, timeout=120)
        said = urlencode({"adults": 1, "children": 0, "csrf_token": person.token})
        headers = {"Cookie": person.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        began = monotonic()
        line.request("POST", f"/events/dates/{public_id}/join", said, headers)
        status = line.getresponse().status
        done = monotonic()
        line.close()
        return Told(person, status, began, done)

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return list(crowd.map(press, people))


def faults(date_id: int, told: list[Told]) -> list[str]:
    """Name everything that is not as it should be."""
    db.session.rollback()
    rows = list(db.session.scalars(sa.select(Attendance).where(Attendance.occurrence_id == date_id)))
    turns = {one.member_id: one.turn for one in rows}
    going = {one.turn for one in rows if one.state is AttendanceState.GOING and one.pool}
    found = [f"somebody got {one.status}" for one in told if one.status != 303]
    if sorted(turns.values()) != list(range(1, PEOPLE + 1)):
        found.append("turns are missing or doubled")
    if going != set(range(1, PLACES + 1)):
        found.append(f"{len(going)} people have {PLACES} places, or came in before their turn")
    if db.session.get_one(Occurrence, date_id).seats_left != 0:
        found.append("the counter is wrong")
    db.session.rollback()
    return found + out_of_order(turns, told)


def out_of_order(turns: dict[int, int], told: list[Told]) -> list[str]:
    """Name who began to ask after somebody else had an answer, and got an earlier turn."""
    answered = sorted((one for one in told if one.person.id in turns), key=lambda one: one.done)
    found, highest, seen = [], 0, 0
    for one in sorted(answered, key=lambda one: one.began):
        while answered[seen].done < one.began:
            highest = max(highest, turns[answered[seen].person.id])
            seen += 1
        if turns[one.person.id] < highest:
            found.append(f"{one.person.id} asked later and stands before others")
    return found


def tried(app: Flask, database_url: str, what: str, times: int) -> list[str]:
    """Let people rush at one event after the other; return all faults."""
    found = []
    with served(app, database_url, what) as port:
        for _number in range(times):
            date_id, public_id, people = prepare(app)
            found += faults(date_id, rush(port, public_id, people))
    return found


def test_ten_of_a_thousand_get_a_place(app: Flask, database_url: str) -> None:
    assert tried(app, database_url, "wsgi:app", TIMES) == []
    caught = tried(app, database_url, "tests.campaigns.careless:app", 1)
    assert caught
    figure = f"{TIMES} times {PEOPLE} people and {WORKERS} processes on {database_url.split(':')[0]}"
    figures.tell(
        "rush",
        f"{figure}: {PLACES} came in each time, the others wait in order, nobody met an error",
        planted=f"a transaction that reads first: {len(caught)} faults",
    )
