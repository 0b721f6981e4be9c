"""How good and how fast a round is, beside other solvers on the same people.

Ratios compare processor time, the rival's solve alone against our whole round: so they hold on a busy
machine too. Rivals maximise the total of as many pairs; they know no floor and no waiting. Each tier
runs in a process of its own that holds nothing but the columns, so that its memory is its own. A rival that
does not end in time is extrapolated from two smaller towns, and its line says "extrapolated".
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench.checker import violations
from bench.rivals import deferred, greedy, most_people, race, timed
from bench.town import make_town
from welcome.matching.pairs.constraints import gives, takes
from welcome.matching.pairs.feasible import Pairs, feasible_pairs
from welcome.matching.pairs.utility import directed, parts
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds.round import Round
from welcome.matching.tiers import Tier, using

# Rivals that cannot end in reasonable time on so many pairs are not begun.
MOST_PAIRS = {"networkx": 10_000, "rustworkx": 800_000, "ortools": 4_000_000}
# A rival that takes longer is ended, and timed on towns of these shares of the people instead.
PATIENCE_SECONDS = 150.0
SMALLER = (0.25, 0.5)
# Beyond so many people a round is timed once.
MANY = 20_000
# The default install is timed up to here: scipy's assignment takes minutes for more.
MOST_PEOPLE = {Tier.COMPILED: 1_000_000, Tier.NUMPY: 100_000}

Line = dict[str, Any]


def measure(
    sizes: list[int], kind: str, regime: str, repeats: int, *, is_apart: bool = True, n_jobs: int | None = None
) -> Iterator[Line]:
    """Yield a line for each tier and each rival of each size, and in the end how time grows."""
    programme, seconds = Programme(Kind(kind)), dict[tuple[str, int], float]()
    for size in sizes:
        for line in _size(size, programme, regime, repeats, is_apart, n_jobs):
            seconds[line["tier"], size] = line["cpu_seconds"]
            yield line
    for tier in sorted({tier for tier, _ in seconds}):
        timed = [size for name, size in seconds if name == tier]
        low, high = min(timed), max(timed)
        if low < high:
            growth = np.log(seconds[tier, high] / seconds[tier, low]) / np.log(high / low)
            yield {"bench": "growth", "kind": kind, "tier": tier, "from": low, "to": high, "exponent": float(growth)}


def _size(
    size: int, programme: Programme, regime: str, repeats: int, is_apart: bool, n_jobs: int | None
) -> Iterator[Line]:
    town = make_town(size, regime)
    population = Population.of(town.people, closeness=town.closeness)
    told: Line = {"bench": "round", "people": size, "kind": str(programme.kind), "regime": regime}
    lines = []
    for tier in (tier for tier, most in MOST_PEOPLE.items() if tier.is_there and size <= most):
        asked = (population, programme, tier, 1 if size > MANY else repeats, n_jobs)
        if is_apart:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                made, figures = alone.submit(_timed_round, *asked).result()
        else:
            made, figures = _timed_round(*asked)
        broken = violations(town.people, town.closeness, made, str(programme.kind))
        lines.append(told | figures | {"violations": len(broken)})
    few = lines[0]["pairs_seen"] <= max(MOST_PAIRS.values())
    rivals = list(_rivals(population, programme, regime)) if few else [{"rival": None, "rival_seconds": None}]
    for line in lines:
        for rival in rivals:
            busy, total = rival.get("rival_cpu_seconds"), rival.get("rival_total")
            told = {"ratio": busy and busy / line["cpu_seconds"], "share_of_rival": total and line["total"] / total}
            yield line | rival | told


def _timed_round(
    population: Population, programme: Programme, tier: Tier, repeats: int, n_jobs: int | None
) -> tuple[list[tuple[int, int]], Line]:
    """Pair everybody, a few times over, and say how long it took and how much memory."""
    times, busy = [], []
    with using(tier):
        begun = time.perf_counter()
        # The first round of a process loads compiled code, or compiles it.
        Round(programme).fit(Population.of(make_town(40).people, closeness=make_town(40).closeness))
        first = time.perf_counter() - begun
        for _ in range(repeats):
            begun, begun_busy = time.perf_counter(), time.process_time()
            found = Round(programme, n_jobs=n_jobs).fit(population)
            times.append(time.perf_counter() - begun)
            busy.append(time.process_time() - begun_busy)
        peak = _peak_mb()
        begun_busy = time.process_time()
        told = len(found.unmatched_)
        reasons = time.process_time() - begun_busy
    report = found.report_
    figures = {
        "matched": report.matched,
        "matchable": report.matchable,
        "maximum": report.matched if report.most_filled == 1 else None,
        "filled": report.most_filled,
        "is_proven": report.is_proven,
        "certified": 1 - report.gap,
        "total": round(report.total, 4),
        "floor": report.floor,
        "tier": str(tier),
        "seconds": float(np.median(times)),
        "spread": max(times) - min(times),
        "cpu_seconds": float(np.median(busy)),
        "loading_seconds": first,
        "peak_mb": peak,
        "pairs_seen": found.possible_,
        "unmatched": told,
        "reasons_cpu_seconds": reasons,
        "blocking_pairs": found.quality_.blocking_pairs,
    }
    return [(int(first), int(second)) for first, second in found.pairs_], figures


def _peak_mb() -> float:
    """Return the most memory that this process held (getrusage would count the process that started it as well)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _rivals(population: Population, programme: Programme, regime: str) -> Iterator[Line]:
    """Run every rival that can end on the same pairs."""
    pairs, everybody = feasible_pairs(population, programme), np.arange(len(population))
    capacity = population.capacity.astype(np.int64)
    giving = np.where(gives(population, programme.kind, everybody), capacity, 0)
    if programme.kind.is_directed:
        taking = np.where(takes(population, programme.kind, everybody), np.minimum(capacity, 1), 0)
        gains = _gains(population, programme, pairs)
        yield _told("greedy", lambda: greedy(pairs, giving, taking))
        yield _told("deferred acceptance", lambda: deferred(pairs, gains, giving, taking))
        return
    giving = np.minimum(giving, 1)
    bound: Line = {"cover_maximum": most_people(pairs, len(population))}
    yield bound | _told("greedy", lambda: greedy(pairs, giving, giving))
    for name, most in MOST_PAIRS.items():
        if len(pairs) <= most:
            found = race(name, pairs, len(population), PATIENCE_SECONDS)
            yield bound | (found or _extrapolated(name, len(population), programme, regime))


def _extrapolated(name: str, size: int, programme: Programme, regime: str) -> Line:
    """Say how long a rival would take, from how its time grows between two smaller towns."""
    smaller = [int(share * size) for share in SMALLER]
    taken = []
    for each in smaller:
        town = make_town(each, regime)
        pairs = feasible_pairs(Population.of(town.people, closeness=town.closeness), programme)
        taken.append(race(name, pairs, each, PATIENCE_SECONDS))
    line: Line = {"rival": name, "rival_seconds": None, "note": f"did not end within {PATIENCE_SECONDS:.0f} s"}
    if taken[0] is None or taken[1] is None:
        return line
    for seconds in ("rival_seconds", "rival_cpu_seconds"):
        low, high = taken[0][seconds], taken[1][seconds]
        growth = np.log(high / low) / np.log(smaller[1] / smaller[0])
        line[seconds] = float(high * (size / smaller[1]) ** growth)
    return line | {"note": f"{line['note']}: extrapolated from {smaller[0]} and {smaller[1]} people"}


def _told(name: str, find: Callable[[], tuple[int, float]]) -> Line:
    (people, total), seconds, busy = timed(find)
    told = {"rival": name, "rival_seconds": seconds, "rival_cpu_seconds": busy}
    return told | {"rival_matched": people, "rival_total": round(total, 4)}


def _gains(population: Population, programme: Programme, pairs: Pairs) -> Any:
    return directed(parts(population, pairs.first, pairs.second), programme)
