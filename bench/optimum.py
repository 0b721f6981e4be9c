"""How near a round comes to the exact optimum of the same problem, found by other solvers.

A general graph (language exchange, activity partners) goes to rustworkx's blossom algorithm, mentorship to scipy's
assignment of places. Both get one weight for each pair, in which whoever it fills counts, by their waiting, far more
than any score; pairs below the round's floor are left out. Where the blossom does not end in time the round is held
against its certified bound, which is no smaller than what the blossom would find; the line says so.
"""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.rivals import limited, module
from bench.town import make_town
from welcome.matching.arrays import Ints
from welcome.matching.pairs.constraints import gives
from welcome.matching.pairs.feasible import Pairs, feasible_pairs
from welcome.matching.pairs.utility import UNIT
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds.places import waiting_rank
from welcome.matching.rounds.round import Round

KINDS = (Kind.EXCHANGE, Kind.ACTIVITY, Kind.MENTORSHIP)
PATIENCE_SECONDS = 150.0

Line = dict[str, Any]
Found = tuple[int, int]


def measure(sizes: list[int], kind: str | None, regime: str) -> Iterator[Line]:
    """Yield one line for each size and kind."""
    for size in sizes:
        town = make_town(size, regime)
        population = Population.of(town.people, closeness=town.closeness)
        for each in [Kind(kind)] if kind else KINDS:
            told: Line = {"bench": "optimum", "people": size, "kind": str(each), "regime": regime}
            yield told | _held_against(population, Programme(each))


def _held_against(population: Population, programme: Programme) -> Line:
    begun = time.process_time()
    found = Round(programme).fit(population)
    busy, report = time.process_time() - begun, found.report_
    made = _filled(population, programme, found.pairs_), round(report.total * UNIT)
    pairs = feasible_pairs(population, programme)
    pairs = pairs.take(pairs.score >= round(report.floor * UNIT))
    best, by, seconds = _exact(population, programme, pairs)
    filled, total = best or (made[0], round(report.bound * UNIT))
    return {
        "pairs_seen": found.possible_,
        "matched": report.matched,
        "is_proven": report.is_proven,
        "cpu_seconds": busy,
        "exact_by": by,
        "exact_seconds": seconds,
        "same_people_by_waiting": made[0] == filled,
        "total": made[1] / UNIT,
        "exact_total": total / UNIT,
        "share_of_exact": made[1] / total,
    }


def _exact(population: Population, programme: Programme, pairs: Pairs) -> tuple[Found | None, str, float]:
    rank, weight = waiting_rank(population, programme), UNIT * (len(population) + 1)
    begun = time.perf_counter()
    if programme.kind.is_directed:
        best: Found | None = _assigned(population, programme, pairs, rank, weight)
        return best, "scipy's assignment", time.perf_counter() - begun
    if module("rustworkx") is None:
        return None, "the certified bound: rustworkx is not installed", 0.0
    best = limited(_blossom, pairs, rank, weight, seconds=PATIENCE_SECONDS)
    seconds = time.perf_counter() - begun
    why = f"the certified bound: rustworkx's blossom did not end within {PATIENCE_SECONDS:.0f} s"
    return best, why if best is None else "rustworkx's blossom", seconds


def _blossom(pairs: Pairs, rank: Ints, weight: int) -> Found:
    rustworkx: Any = module("rustworkx")
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(len(rank)))
    filling = rank[pairs.first] + rank[pairs.second]
    columns = (pairs.first, pairs.second, filling * weight + pairs.score)
    graph.add_edges_from(list(zip(*(column.tolist() for column in columns), strict=True)))
    made = rustworkx.max_weight_matching(graph, weight_fn=int)
    worth = sum(int(graph.get_edge_data(one, other)) for one, other in made)
    return divmod(worth, weight)


def _assigned(population: Population, programme: Programme, pairs: Pairs, rank: Ints, weight: int) -> Found:
    """Assign the places of all mentors; whom a mentor's first place fills counts, their further places do not."""
    everybody = np.arange(len(population))
    room = np.where(gives(population, programme.kind, everybody), population.capacity, 0).astype(np.int64)
    start = np.cumsum(room) - room
    table = np.zeros((int(room.sum()), len(population)))
    for turn in range(int(room.max(initial=0))):
        some = pairs.take(room[pairs.first] > turn)
        filling = rank[some.second] + (rank[some.first] if turn == 0 else 0)
        table[start[some.first] + turn, some.second] = filling * weight + some.score
    total = int(table[linear_sum_assignment(table, maximize=True)].sum())
    return divmod(total, weight)


def _filled(population: Population, programme: Programme, made: Ints) -> int:
    """Add up the waiting ranks of those matched; in a directed programme on each side."""
    rank = waiting_rank(population, programme)
    return int(rank[np.unique(made[:, 0])].sum() + rank[np.unique(made[:, 1])].sum())
