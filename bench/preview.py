"""How long a coordinator waits for a preview of everybody: from the press of the button to the page that shows it.

The people of a synthetic town are put into a database as if they had signed up. The button is pressed and the page
looked at over HTTP, as a browser does, while a scheduler in a process of its own does the work in its own rhythm. The
clock on the wall is read: ``sent`` when the button has answered, ``shown`` when a page first shows how far it is,
``answered`` when one shows what the settings bring, and ``held`` when it is held against the present ones.
"""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from time import perf_counter, sleep
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bench.town import Town, make_town
from config import Settings
from tests.people import PASSWORD, make_member
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.app import create_app
from welcome.clock import now
from welcome.database import Base, db, writing
from welcome.directory.models import Area, AreaCloseness
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.rounds.computing import compute_rounds
from welcome.pairings.rounds.previews import Trial
from welcome.pairings.states import Part, ProgrammeKind
from welcome.profiles.models import Interest, Profile, ShownTo, Side, Spoken
from welcome.scheduler import ROUNDS_SECONDS

PAGE = "/desk/programmes/bench/preview"
READER = "reader@bench.example"
LOOKED_AGAIN = 0.05
DAY = timedelta(days=1)


def measure(sizes: list[int], regime: str) -> Iterator[dict[str, Any]]:
    """Time the first preview, one of other settings, and one of settings that were tried before."""
    for size in sizes:
        with instance(make_town(size, regime)) as app, _scheduler(app):
            yield {"bench": "preview", "people": size, "regime": regime, **_tried(app)}


@contextmanager
def instance(town: Town) -> Iterator[Flask]:
    """Run an instance in which everybody of a town takes part in one programme."""
    with tempfile.TemporaryDirectory() as folder:
        app = _app(f"sqlite:///{Path(folder) / 'bench.db'}")
        with app.app_context():
            with writing() as session:
                Base.metadata.create_all(session.connection())
            with writing() as session:
                _fill(session, town)
            yield app
            db.session.remove()
            db.engine.dispose()


def _app(url: str) -> Flask:
    app = create_app(Settings(environment="test", database_url=url, mail_from="bench@welcome.example"))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@contextmanager
def _scheduler(app: Flask) -> Iterator[None]:
    """Compute rounds in another process, as often as the scheduler does."""
    process = get_context("spawn").Process(
        target=_tick, args=(str(app.config["SQLALCHEMY_DATABASE_URI"]),), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _tick(url: str) -> None:
    app = _app(url)
    while True:
        with app.app_context():
            compute_rounds(now, Event())
            db.session.remove()
        sleep(ROUNDS_SECONDS)


def _tried(app: Flask) -> dict[str, Any]:
    with writing() as session:
        coordinator = make_member(session, "Reader", email=READER)
        session.flush()
        grant(session, coordinator.id, Role.COORDINATOR, scope_id=1, now=now())
    trial = Trial.of(db.session.scalars(sa.select(Programme)).one())
    db.session.rollback()
    present = {**trial.weights, "bridging": trial.bridging, "floor": trial.floor, "hold_days": trial.hold_days}
    present["minimum_level"] = trial.minimum_level
    with ThreadPoolExecutor(1) as outside:  # of the context that the bench fills the database in
        return outside.submit(_browse, app.test_client(), present).result()


def _browse(browser: FlaskClient, present: dict[str, int]) -> dict[str, Any]:
    browser.post("/login", data={"email": READER, "password": PASSWORD})
    _preview(browser, present)  # once for nothing: the scheduler has to start
    other = present | {"time": 60}
    found: dict[str, Any] = {}
    for name, asked in (("first", present | {"time": 55}), ("other", other), ("again", other)):
        found |= {f"{name}_{moment}": seconds for moment, seconds in _preview(browser, asked).items()}
    return found


def _preview(browser: FlaskClient, asked: dict[str, int]) -> dict[str, float]:
    """Press the button, and look until everything is there; return when what was seen, in seconds."""
    seen: dict[str, float] = {}
    begun = perf_counter()
    assert browser.post(PAGE, data=asked).status_code == 303
    seen["sent"] = perf_counter() - begun
    while "held" not in seen:
        page = browser.get(PAGE).text
        signs = {"shown": "<progress", "answered": "/desk/drafts/"}
        found = [name for name, sign in signs.items() if sign in page] + ["held"] * ("<progress" not in page)
        seen |= {name: perf_counter() - begun for name in found if name not in seen}
        sleep(LOOKED_AGAIN)
    return seen


def _fill(session: Session, town: Town) -> None:
    """Let everybody of the town have an account, a profile and a place in one programme."""
    at, people = now() - 90 * DAY, town.people
    ids = range(1, len(people) + 1)
    areas = range(1, len(town.closeness) + 1)
    session.execute(sa.insert(Area), [{"id": one, "slug": f"a{one}", "name": f"Area {one}"} for one in areas])
    near = [(one, other, float(town.closeness[one - 1, other - 1])) for one in areas for other in areas]
    closeness = [{"area_id": one, "other_id": other, "closeness": how} for one, other, how in near if how > 0]
    session.execute(sa.insert(AreaCloseness), closeness)
    account = {"password": "", "locale": "en", "timezone": "Europe/Amsterdam", "confirmed_at": at, "created_at": at}
    members = [
        {"id": one, "email": f"{one}@welcome.example", "first_name": f"P{one}", "fs_uniquifier": str(one), **account}
        for one in ids
    ]
    session.execute(sa.insert(Member), members)
    session.execute(sa.insert(Profile), [_profile(one, person, at) for one, person in zip(ids, people, strict=True)])
    session.execute(sa.insert(Spoken), list(_spoken(people)))
    session.execute(sa.insert(Interest), list(_interests(people)))
    session.add(Programme(id=1, slug="bench", kind=ProgrammeKind.EXCHANGE, name="Bench", created_at=at))
    session.flush()
    joined = {"programme_id": 1, "role": Part.PARTNER, "joined_at": at}
    rows = [
        {"member_id": one, "capacity": person.capacity, "waiting_since": at + person.waiting_since * DAY, **joined}
        for one, person in zip(ids, people, strict=True)
    ]
    session.execute(sa.insert(Enrolment), rows)


def _profile(member_id: int, person: Any, at: Any) -> dict[str, Any]:
    told = {"offers": sorted(person.offers), "wishes": sorted(person.wishes), "situations": [], "children": []}
    area = None if person.area is None else person.area + 1
    where = {"area_id": area, "slots": person.slots, "meets_online": person.online, "shown_to": ShownTo.EVERYONE}
    return {"member_id": member_id, "side": Side(person.side), "updated_at": at, "steps_done": [], **where, **told}


def _spoken(people: Any) -> Iterator[dict[str, Any]]:
    for member_id, person in enumerate(people, start=1):
        for code, one in person.languages.items():
            told = {"level": one.level, "teaches": one.teaches, "learns": one.learns}
            yield {"member_id": member_id, "language": code, **told}


def _interests(people: Any) -> Iterator[dict[str, Any]]:
    for member_id, person in enumerate(people, start=1):
        for code, strength in person.interests.items():
            yield {"member_id": member_id, "code": code, "strength": strength}
