"""How long a coordinator waits for a preview of everybody: from the press of the button to the page that shows it.

The people of a synthetic town are put into a database as if they had signed up; the scheduler's own work is timed.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import perf_counter, process_time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.town import Town, make_town
from config import Settings
from welcome.accounts.models import Member
from welcome.app import create_app
from welcome.clock import now
from welcome.database import Base, db, writing
from welcome.directory.models import Area, AreaCloseness
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import previews
from welcome.pairings.rounds.computing import compute_rounds
from welcome.pairings.rounds.previews import Trial
from welcome.pairings.states import Part, ProgrammeKind
from welcome.profiles.models import Interest, Profile, ShownTo, Side, Spoken

DAY = timedelta(days=1)


def measure(sizes: list[int], regime: str) -> Iterator[dict[str, Any]]:
    """Time the first preview, one of other settings, and one of settings that were tried before."""
    for size in sizes:
        with instance(make_town(size, regime)):
            yield {"people": size, "regime": regime, **_tried()}


@contextmanager
def instance(town: Town) -> Iterator[None]:
    """Run an instance in which everybody of a town takes part in one programme."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        app = create_app(Settings(environment="test", database_url=url, mail_from="bench@welcome.example"))
        with app.app_context():
            with writing() as session:
                Base.metadata.create_all(session.connection())
            with writing() as session:
                _fill(session, town)
            yield
            db.session.remove()
            db.engine.dispose()


def _tried() -> dict[str, Any]:
    with writing() as session:
        present = Trial.of(session.scalars(sa.select(Programme)).one())
    other = Trial(weights={**present.weights, "time": 60}, minimum_level=present.minimum_level, hold_days=5)
    found: dict[str, Any] = {}
    for name, trial in (("first", present), ("other", other), ("again", present)):
        begun, worked = perf_counter(), process_time()
        with writing() as session:
            previews.start(session, "bench", trial, now=now())
        compute_rounds(now, Event())
        found |= {f"{name}_seconds": perf_counter() - begun, f"{name}_work": process_time() - worked}
        db.session.rollback()
    kept = db.session.scalars(sa.select(Round).order_by(Round.id.desc())).first()
    return {**found, "matched": kept.figures["matched"] if kept else None}


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
