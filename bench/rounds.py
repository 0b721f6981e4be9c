"""How good and how fast a round is, beside other solvers on the same people.

Ratios compare processor time, the rival's solve alone against our whole round: so they hold on a busy
machine too. Rivals maximise the total of as many pairs; they know no floor and no waiting.
"""

import resource
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.checker import violations
from bench.rivals import greedy, most_people, race
from bench.town import make_town
from welcome.matching.pairs import feasible_pairs
from welcome.matching.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds import Round

# Rivals that cannot end in reasonable time are not begun.
LARGEST = {"networkx": 1_000, "rustworkx": 5_000, "ortools": 60_000}


def measure(sizes: list[int], kind: str, regime: str, repeats: int) -> Iterator[dict[str, Any]]:
    """Yield one line a size: the round, its certificate, and a line for each rival."""
    for size in sizes:
        yield from _size(size, Programme(Kind(kind)), regime, repeats)


def _size(size: int, programme: Programme, regime: str, repeats: int) -> Iterator[dict[str, Any]]:
    town = make_town(size, regime)
    begun = time.perf_counter()
    population = Population.of(town.people, closeness=town.closeness)
    columns = time.perf_counter() - begun
    times, busy = [], []
    for _ in range(repeats):
        begun, begun_busy = time.perf_counter(), time.process_time()
        found = Round(programme).fit(population)
        times.append(time.perf_counter() - begun)
        busy.append(time.process_time() - begun_busy)
    made: list[tuple[int, int]] = [(a, b) for a, b in found.pairs_.tolist()]
    report = found.report_
    line: dict[str, Any] = {
        "bench": "round",
        "people": size,
        "kind": str(programme.kind),
        "regime": regime,
        "matched": report.matched,
        "matchable": report.matchable,
        "maximum": report.matched if report.most_filled == 1 else None,
        "filled": report.most_filled,
        "is_proven": report.is_proven,
        "certified": 1 - report.gap,
        "total": round(report.total, 4),
        "floor": report.floor,
        "violations": len(violations(town.people, town.closeness, made, str(programme.kind))),
        "columns_seconds": columns,
        "seconds": float(np.median(times)),
        "spread": max(times) - min(times),
        "cpu_seconds": float(np.median(busy)),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if programme.kind.is_directed:
        yield line | {"rival": None}
        return
    pairs = feasible_pairs(population, programme)
    people, total = greedy(pairs, size)
    line |= {"pairs_seen": len(pairs), "cover_maximum": most_people(pairs, size)}
    yield line | {"rival": "greedy", "rival_matched": people, "rival_total": round(total, 4)}
    for name, largest in LARGEST.items():
        if size <= largest:
            told = race(name, pairs, size)
            busy_rival = told["rival_cpu_seconds"]
            yield line | told | {"ratio": None if busy_rival is None else busy_rival / line["cpu_seconds"]}
