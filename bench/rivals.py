"""Other solvers on the same pairs; who is not installed is said to be absent."""

import heapq
import importlib
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from welcome.matching.arrays import Floats, Ints
from welcome.matching.pairs.feasible import Pairs
from welcome.matching.pairs.utility import UNIT

Timed = tuple[float, float, int, float]


def module(name: str) -> ModuleType | None:
    """Import a rival, or return None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def race(name: str, pairs: Pairs, count: int, seconds: float) -> dict[str, Any] | None:
    """Run one rival on the pairs of a pool, in a process of its own; None if it does not end in so many seconds.

    Its solve alone is timed.
    """
    needs, _ = RIVALS[name]
    if module(needs) is None:
        return {"rival": name, "rival_seconds": None, "rival_cpu_seconds": None, "note": f"{needs} is not installed"}
    timed = limited(_run, name, pairs, count, seconds=seconds)
    if timed is None:
        return None
    told = dict(zip(("rival_seconds", "rival_cpu_seconds", "rival_matched", "rival_total"), timed, strict=True))
    return {"rival": name, **told}


def limited(work: Callable[..., Any], *asked: Any, seconds: float) -> Any:
    """Do some work in a process of its own; return None if it does not end in so many seconds."""
    here, there = get_context("spawn").Pipe(duplex=False)
    alone = get_context("spawn").Process(target=_work, args=(there, work, *asked), daemon=True)
    alone.start()
    there.close()
    try:
        return here.recv() if here.poll(seconds) else None
    finally:
        alone.kill()
        alone.join()


def _work(pipe: Connection, work: Callable[..., Any], *asked: Any) -> None:
    pipe.send(work(*asked))


def _run(name: str, pairs: Pairs, count: int) -> Timed:
    needs, run = RIVALS[name]
    return run(importlib.import_module(needs), pairs, count)


def timed(solve: Callable[[], Any]) -> tuple[Any, float, float]:
    """Run a solver, and return its answer, the seconds, and the processor's seconds."""
    begun, busy = time.perf_counter(), time.process_time()
    answer = solve()
    return answer, time.perf_counter() - begun, time.process_time() - busy


def _networkx(library: ModuleType, pairs: Pairs, count: int) -> Timed:
    graph = library.Graph()
    columns = (pairs.first.tolist(), pairs.second.tolist(), pairs.score.tolist())
    graph.add_weighted_edges_from(zip(*columns, strict=True))
    made, seconds, busy = timed(lambda: library.max_weight_matching(graph, maxcardinality=True))
    return seconds, busy, 2 * len(made), sum(graph[a][b]["weight"] for a, b in made) / UNIT


def _rustworkx(library: ModuleType, pairs: Pairs, count: int) -> Timed:
    graph = library.PyGraph()
    graph.add_nodes_from(range(count))
    columns = (pairs.first.tolist(), pairs.second.tolist(), pairs.score.tolist())
    graph.add_edges_from(list(zip(*columns, strict=True)))
    made, seconds, busy = timed(lambda: library.max_weight_matching(graph, max_cardinality=True, weight_fn=int))
    return seconds, busy, 2 * len(made), sum(graph.get_edge_data(a, b) for a, b in made) / UNIT


def _ortools(library: ModuleType, pairs: Pairs, count: int) -> Timed:
    """Solve the double cover with self arcs: fractional, so at least as good as any round."""
    solver = library.SimpleLinearSumAssignment()
    everybody = np.arange(count)
    left = np.concatenate([pairs.first, pairs.second, everybody])
    right = np.concatenate([pairs.second, pairs.first, everybody])
    worth = pairs.score + UNIT * 100
    cost = np.concatenate([-worth, -worth, np.zeros(count, dtype=np.int64)])
    solver.add_arcs_with_cost(left, right, cost)
    _, seconds, busy = timed(solver.solve)
    mates = np.array([solver.right_mate(row) for row in range(count)])
    matched = int((mates != everybody).sum())
    return seconds, busy, matched, (-solver.optimal_cost() / 2 - matched / 2 * UNIT * 100) / UNIT


def greedy(pairs: Pairs, giving: Ints, taking: Ints, order: Ints | None = None) -> tuple[int, float]:
    """Take the best pair left, again and again; on scores that both sides share this is the stable matching.

    Parameters
    ----------
    giving, taking : int64 (n,)
        The room of everybody on each side; the same array for a pool.
    order : int64 (m,), optional
        Which pair comes before which; by score unless told.
    """
    room = giving.tolist()
    other_room = room if taking is giving else taking.tolist()
    made = []
    for at in (np.argsort(-pairs.score, kind="stable") if order is None else order).tolist():
        first, second = int(pairs.first[at]), int(pairs.second[at])
        if room[first] and other_room[second]:
            room[first] -= 1
            other_room[second] -= 1
            made.append(at)
    return _people(pairs, made)


def deferred(pairs: Pairs, gains: tuple[Floats, Floats], giving: Ints, taking: Ints) -> tuple[int, float]:
    """Let whoever takes propose down their list, and whoever gives keep the best so far (Gale and Shapley)."""
    by_taker = np.lexsort((-gains[1], pairs.second))
    starts = np.searchsorted(pairs.second[by_taker], np.arange(len(taking) + 1))
    following, held = starts[:-1].tolist(), dict[int, list[tuple[float, int]]]()
    free = [taker for taker in range(len(taking)) if taking[taker]]
    while free:
        taker = free.pop()
        if following[taker] == starts[taker + 1]:
            continue
        at = int(by_taker[following[taker]])
        following[taker] += 1
        kept = held.setdefault(int(pairs.first[at]), [])
        heapq.heappush(kept, (float(gains[0][at]), at))
        if len(kept) > giving[pairs.first[at]]:
            free.append(int(pairs.second[heapq.heappop(kept)[1]]))
    return _people(pairs, [at for kept in held.values() for _, at in kept])


def in_line(pairs: Pairs, waiting: Ints) -> Ints:
    """Order pairs for greedy choice by those who stand in line: whoever waited longest takes the best who is left."""
    return np.lexsort((-pairs.score, -np.maximum(waiting[pairs.first], waiting[pairs.second])))


def _people(pairs: Pairs, made: list[int]) -> tuple[int, float]:
    """Count the places filled first, and add the scores up."""
    people = np.union1d(pairs.first[made], pairs.second[made])
    return len(people), float(pairs.score[made].sum()) / UNIT


def most_people(pairs: Pairs, count: int) -> int:
    """Bound the number of people in any matching of a pool: Hopcroft and Karp on the double cover."""
    ones = np.ones(2 * len(pairs), dtype=np.int8)
    ends = (np.append(pairs.first, pairs.second), np.append(pairs.second, pairs.first))
    mates = maximum_bipartite_matching(csr_array((ones, ends), shape=(count, count)))
    return int((mates >= 0).sum())


RIVALS: dict[str, tuple[str, Callable[[ModuleType, Pairs, int], Timed]]] = {
    "networkx": ("networkx", _networkx),
    "rustworkx": ("rustworkx", _rustworkx),
    "ortools": ("ortools.graph.python.linear_sum_assignment", _ortools),
}
