"""The people of each programme as columns, kept by each process; only records that changed are read again.

What is kept is what people say of themselves and how they take part. All that is about two people (blocks, questions,
matches, dismissals), places taken, and how often somebody was shown is read at every request.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy.orm import Session

from welcome.matching.people.editing import edit
from welcome.matching.people.population import Population
from welcome.pairings import population
from welcome.pairings.crowd.changes import Version, read_version
from welcome.pairings.models.programmes import Programme
from welcome.pairings.population import Crowd
from welcome.pairings.states import OpenTo


@dataclass
class Kept:
    """A programme's people as of a version."""

    version: Version
    doors: tuple[OpenTo, tuple[str, ...]]
    crowd: Crowd


@dataclass
class Shelf:
    """What one process keeps of one database."""

    lock: Lock = field(default_factory=Lock)
    kept: dict[int, Kept] = field(default_factory=dict)


_SHELVES: WeakKeyDictionary[Any, Shelf] = WeakKeyDictionary()


def members_of(session: Session, programme: Programme) -> Crowd:
    """Return everybody who takes part in a programme, as the database has them at this moment.

    1. Inside a write transaction, which sees what nobody else may see yet, everybody is read.
    2. Otherwise the version is read, before anything else.
    3. Whoever changed since what is kept is read again; where that is not known, everybody.
    4. What is kept for a later version than this transaction sees stays on the shelf, and is not used.
    """
    if session.connection().get_execution_options().get("writing"):
        return population.read_members(session, programme)
    shelf = _SHELVES.setdefault(session.get_bind(), Shelf())
    with shelf.lock:
        version = read_version(session)
        kept = shelf.kept.get(programme.id)
        doors = (programme.open_to, tuple(programme.mentor_steps))
        changed = None if kept is None or kept.doors != doors else version.since(kept.version)
        if kept is None or changed is None:
            crowd = population.read_members(session, programme)
        else:
            crowd = _follow(session, programme, kept.crowd, changed) if changed else kept.crowd
        if kept is None or version.epoch != kept.version.epoch or version.number >= kept.version.number:
            shelf.kept[programme.id] = Kept(version, doors, crowd)
        return crowd


def _follow(session: Session, programme: Programme, crowd: Crowd, changed: Collection[int]) -> Crowd:
    """Read again who changed, and put them, who came and who left where they belong."""
    areas, closeness = population.read_areas(session)
    now = population.read_people(session, programme, areas, only=changed)
    left = [member_id for member_id in changed if member_id in crowd.rows and member_id not in now]
    people = dict(zip(crowd.ids, crowd.people, strict=True)) | now
    for member_id in left:
        del people[member_id]
    try:
        columns = edit(
            crowd.population,
            {crowd.rows[member_id]: person for member_id, person in now.items() if member_id in crowd.rows},
            added=[person for member_id, person in now.items() if member_id not in crowd.rows],
            removed=[crowd.rows[member_id] for member_id in left],
        )
    except ValueError:  # a code that nobody used before
        columns = Population.of(list(people.values()), closeness=closeness)
    order = np.argsort(list(people)) if people else np.arange(0)
    in_order = dict(sorted(people.items()))
    if (np.diff(order) < 0).any():
        columns = columns.take(order)
    return Crowd.of(in_order, columns, crowd.settings)
