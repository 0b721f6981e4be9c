"""One of several processes in which people ask for a place at the same moment.

``python -m tests.rush DATABASE_URL OCCURRENCE_ID MEMBER_ID... [--planted]`` prints "ready", waits for a line, lets each
member join, and prints what happened as JSON.
"""

import json
import sys
from time import monotonic
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from config import Settings
from welcome import database
from welcome.app import create_app
from welcome.clock import now
from welcome.database import writing
from welcome.events import joining, seats
from welcome.events.models import Occurrence, Pool


def take_as_read(session: Session, occurrence_id: int, party: int, pools: tuple[Pool, ...]) -> Pool | None:
    """Read how many places are left, decide, write: the fault."""
    date = session.get_one(Occurrence, occurrence_id, populate_existing=True)
    if date.seats_left is None or date.seats_left < party:
        return None
    date.seats_left -= party
    session.flush()
    return Pool.ALL


def draw_as_read(session: Session, occurrence_id: int) -> int:
    """Read the next number of the queue and write the one after it: the fault again."""
    date = session.get_one(Occurrence, occurrence_id, populate_existing=True)
    date.next_turn += 1
    return date.next_turn - 1


def plant_the_fault() -> None:
    """Put SQLAlchemy's default transaction in place of ours, and a read before each write."""
    event.remove(Engine, "connect", database._prepare_sqlite)
    event.remove(Engine, "begin", database._begin)
    places: Any = seats
    joins: Any = joining
    places.take, places.draw_turn = take_as_read, draw_as_read
    joins.lock = lambda session, table, row_id: session.get(table, row_id)


def ask(occurrence_id: int, member_id: int) -> dict[str, object]:
    """Let one member join; say when it began, when it was done and what came of it."""
    began = monotonic()
    try:
        with writing() as session:
            answer = joining.join(session, occurrence_id, member_id, now=now())
            outcome = {"state": answer.state.value, "turn": answer.turn, "error": None}
    except Exception as problem:  # the test wants to know about every fault, whatever it is
        outcome = {"state": None, "turn": None, "error": repr(problem)}
    return {"member": member_id, "began": began, "done": monotonic(), **outcome}


def main(arguments: list[str]) -> None:
    """Join for each member, one after the other."""
    if "--planted" in arguments:
        plant_the_fault()
        arguments.remove("--planted")
    url, occurrence_id, *members = arguments
    app = create_app(Settings(environment="test", database_url=url))
    with app.app_context():
        database.db.session.get(Occurrence, int(occurrence_id))
        database.db.session.rollback()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        json.dump([ask(int(occurrence_id), int(member)) for member in members], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
