"""Welcome with a fault: it reads how many places are left, decides, and writes. The campaigns have to notice.

``gunicorn tests.campaigns.careless:app`` serves it.
"""

import os
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from config import from_environ
from welcome import database
from welcome.app import create_app
from welcome.events import joining, seats
from welcome.events.answers.models import Pool
from welcome.events.models import Occurrence


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


plant_the_fault()
app = create_app(from_environ(os.environ))
