"""How exact and how fast suggestions are, beside a scan by cosine and a filter in SQL.

``ours`` is the list of ten, exact, the first five varied, without reasons, as the rivals give none;
``whole`` is what the application asks for: the same with the reasons of all ten. Times are the
processor's, but ``wall``: what PostgreSQL needs is spent in another process. ``after_edit`` is the
first question after somebody changed something, everything that was kept from before being worthless;
``edit`` is that change.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from sklearn.metrics.pairwise import cosine_similarity

from bench.in_sql import filter_in_sql
from bench.town import Town, make_town
from welcome.matching.arrays import Anything, Ints
from welcome.matching.pairs.constraints import may_meet
from welcome.matching.pairs.nearby import meetable
from welcome.matching.pairs.utility import scores
from welcome.matching.people.editing import edit
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.suggestions.suggest import rank, suggest, varied

COUNT, EDITS = 10, 200
Answer = TypeVar("Answer")


class Stopwatch:
    """Times by name."""

    def __init__(self) -> None:
        """Begin with none."""
        self.times: dict[str, list[float]] = {}

    def __call__(self, name: str, work: Callable[..., Answer], *told: Any, **more: Any) -> Answer:
        """Do some work and keep what processor time and what time it took."""
        begun, wall = time.process_time(), time.perf_counter()
        answer = work(*told, **more)
        self.note(name, time.process_time() - begun)
        self.note(f"{name}_wall", time.perf_counter() - wall)
        return answer

    def note(self, name: str, seconds: float) -> None:
        """Keep one time."""
        self.times.setdefault(name, []).append(seconds)

    def figures(self, name: str) -> dict[str, float]:
        """Return the middle and the 99th percentile in milliseconds."""
        return {f"{name}_p{at}_ms": 1000 * float(np.percentile(self.times[name], at)) for at in (50, 99)}


def measure(sizes: list[int], kind: str, regime: str, asks: int, *, with_sql: bool = True) -> Iterator[dict[str, Any]]:
    """Yield one line a size."""
    programme = Programme(Kind(kind))
    for size in sizes:
        town = make_town(size, regime)
        population = Population.of(town.people, closeness=town.closeness)
        rows = np.random.default_rng(1).integers(size, size=asks).tolist()
        watch = Stopwatch()
        interests = population.interests.astype(np.float32)
        meetable(population, programme, 0)  # whatever is made once is made now
        best = {row: watch("ours", rank, population, programme, row, count=COUNT).rows for row in rows}
        for row in rows:
            watch("whole", suggest, population, programme, row, count=COUNT)
        for row in rows:
            watch("rival", _by_cosine, interests, row)
        right = sum(_is_best(population, programme, row, best[row]) for row in rows)
        line: dict[str, Any] = {"bench": "suggest", "people": size, "kind": kind, "regime": regime, "asks": asks}
        line |= {"exact": right / asks, "exact_after_edit": _edit(town, population, programme, rows, watch)}
        line |= watch.figures("ours") | watch.figures("whole") | watch.figures("after_edit") | watch.figures("edit")
        line |= {"rival": "scikit-learn cosine and argsort, without any rule"} | watch.figures("rival")
        line["ratio"] = line["rival_p50_ms"] / line["ours_p50_ms"]
        if with_sql and kind == "exchange":
            line |= _beside_sql(population, programme, rows, watch)
        yield line


def _by_cosine(interests: Anything, row: int) -> Anything:
    return np.argsort(-cosine_similarity(interests[[row]], interests)[0])[:COUNT]


def _is_best(population: Population, programme: Programme, row: int, found: Ints) -> bool:
    """Compare with everybody scored as rounds do it, over blocks, by other code than one person's questions."""
    me, everybody = np.array([[row]]), np.arange(len(population))
    fine = may_meet(population, programme, me, everybody[None, :])[0] & (everybody != row)
    rows = np.flatnonzero(fine)
    values = scores(population, programme, me, rows[None, :])[0]
    order = rows[np.lexsort((rows, -values))]
    return bool(np.array_equal(found, order[varied(population, row, order, COUNT)]))


def _edit(town: Town, population: Population, programme: Programme, rows: list[int], watch: Stopwatch) -> float:
    """Let the best of somebody's list have no time left, ask again at once, and say how often that was right."""
    right, asks = 0, rows[:EDITS]
    for row in asks:
        best = rank(population, programme, row, count=1).rows
        busy = int(best[0]) if len(best) else (row + 1) % len(population)
        changed = replace(town.people[busy], slots=0, asynchronous=False)
        edited = watch("edit", edit, population, {busy: changed})
        found = watch("after_edit", rank, edited, programme, row, count=COUNT).rows
        right += busy not in found and _is_best(edited, programme, row, found)
    return right / len(asks)


def _beside_sql(population: Population, programme: Programme, rows: list[int], watch: Stopwatch) -> dict[str, Any]:
    """Ask PostgreSQL who fits, compare, and tell the times of both by the clock on the wall."""
    with filter_in_sql(population, programme) as ask:
        if ask is None:
            return {"sql": None}
        same = 0
        for row in rows:
            found, seconds = ask(row)
            watch.note("sql_wall", seconds)
            same += found == meetable(population, programme, row).tolist()
    told = {"sql": "PostgreSQL, the filter alone", "sql_same_people": same / len(rows)}
    return told | watch.figures("sql_wall") | watch.figures("ours_wall")
