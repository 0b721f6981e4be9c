"""How long one member's suggestions take in the application, which keeps people in memory from request to request.

``first`` is the first request of a process, which reads everybody; ``usual`` finds nobody changed; ``after_edit``
comes after somebody else changed their profile; ``anew`` is what every request cost if nothing were kept.
"""

from collections.abc import Iterator
from datetime import timedelta
from time import process_time
from typing import Any

import numpy as np
import sqlalchemy as sa

from bench.preview import instance
from bench.town import make_town
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings import exposure, population
from welcome.pairings.models.exposure import Exposure
from welcome.pairings.models.programmes import Programme
from welcome.pairings.suggestions import read_groups
from welcome.profiles import filling

ASKS = 40


def measure(sizes: list[int], regime: str) -> Iterator[dict[str, Any]]:
    """Yield one line a size."""
    for size in sizes:
        with instance(make_town(size, regime)):
            _look_around(size)
            members = np.random.default_rng(2).integers(1, size + 1, ASKS).tolist()
            times: dict[str, list[float]] = {"first": [_ask(members[0])], "usual": [], "after_edit": [], "anew": []}
            for member_id in members:
                times["usual"].append(_ask(member_id))
                with writing() as session:
                    filling.save_availability(session, size + 1 - member_id, member_id % 7 + 1, now=now())
                times["after_edit"].append(_ask(member_id))
            for _ in members[:5]:
                begun = process_time()
                population.read_crowd(db.session(), db.session.scalars(sa.select(Programme)).one())
                times["anew"].append(process_time() - begun)
                db.session.rollback()
            line: dict[str, Any] = {"bench": "kept", "people": size, "regime": regime, "asks": ASKS}
            yield line | {
                f"{name}_p{at}_ms": 1000 * float(np.percentile(each, at))
                for name, each in times.items()
                for at in (50, 99)
            }


def _look_around(size: int) -> None:
    """Let everybody have been shown this week and in the two before."""
    weeks = [exposure.week_of(now()) - timedelta(weeks=ago) for ago in range(3)]
    shown = [{"member_id": one, "week": week, "shown": one % 9} for one in range(1, size + 1) for week in weeks]
    with writing() as session:
        session.execute(sa.insert(Exposure), shown)


def _ask(member_id: int) -> float:
    db.session.rollback()
    begun = process_time()
    read_groups(db.session(), member_id, now=now())
    return process_time() - begun
