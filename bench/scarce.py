"""What a round gains over greedy choice and deferred acceptance where partners are scarce, and what could be gained.

``scarce`` is the town with rare languages in which everybody has one or two free parts of the week: most people have
two or three possible partners, or none. Gains are those over greedy choice, in percent of its people and of its total:
of the round; of the largest total that is possible with as many people (``without_waiting``); and of the largest total
with as many, the longest-waiting first (``without_floor``). Both are proven, and no round that keeps the order of aims
exceeds the second. ``longest_waiting_choose`` is greedy choice in the order of waiting.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from bench.rivals import deferred, greedy, in_line
from bench.town import make_town
from welcome.matching.pairs.constraints import gives, takes
from welcome.matching.pairs.feasible import Pairs, feasible_pairs
from welcome.matching.pairs.utility import UNIT, directed, parts
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds.places import Places, Seating, favoured, places_of, waiting_rank
from welcome.matching.rounds.round import Round
from welcome.matching.solving.best import best_matching
from welcome.matching.solving.graph import Graph
from welcome.matching.solving.links import Links, View

Line = dict[str, Any]
Made = tuple[int, float]


def measure(sizes: list[int], kind: str, regime: str, towns: int) -> Iterator[Line]:
    """Yield one line for each town, and one with the means of each size."""
    programme = Programme(Kind(kind))
    for size in sizes:
        told: Line = {"bench": "scarce", "people": size, "kind": kind, "regime": regime}
        gains = []
        for seed in range(towns):
            town = make_town(size, regime, seed)
            line = _gains(Population.of(town.people, closeness=town.closeness), programme)
            gains.append({name: value for name, value in line.items() if isinstance(value, float)})
            yield told | {"town": seed} | line
        means = {name: float(np.mean([gain[name] for gain in gains])) for name in gains[0]}
        yield told | {"town": f"mean of {towns}"} | means


def _gains(population: Population, programme: Programme) -> Line:
    pairs, everybody = feasible_pairs(population, programme), np.arange(len(population))
    room = population.capacity.astype(np.int64)
    report = Round(programme).fit(population).report_
    giving = np.where(gives(population, programme.kind, everybody), room, 0)
    line = in_line(pairs, waiting_rank(population, programme))
    if programme.kind.is_directed:
        taking = np.where(takes(population, programme.kind, everybody), np.minimum(room, 1), 0)
        gained = directed(parts(population, pairs.first, pairs.second), programme)
        others = {"deferred_acceptance": deferred(pairs, gained, giving, taking)}
    else:  # of scores that both share, greedy choice is the stable matching
        giving = taking = np.minimum(giving, 1)
        others = {}
    first = greedy(pairs, giving, taking)
    made = {
        "round": (report.matched, report.total),
        **_at_best(population, programme, pairs),
        "longest_waiting_choose": greedy(pairs, giving, taking, line),
        **others,
    }
    told: Line = {"greedy": first[0], "greedy_total": round(first[1], 2), "is_proven": report.is_proven}
    for name, (people, total) in made.items():
        told |= {f"{name}_people": 100 * (people / first[0] - 1), f"{name}_total": 100 * (total / first[1] - 1)}
    return told


def _at_best(population: Population, programme: Programme, pairs: Pairs) -> dict[str, Made]:
    places = places_of(population, programme, np.zeros((2, len(population)), dtype=np.int64))
    graph, _ = Seating(places, favoured(None, len(population)), population.side).graph(pairs)
    equal = replace(graph, priority=np.minimum(graph.priority, 1))
    return {"without_waiting": _most(places, equal), "without_floor": _most(places, graph)}


def _most(places: Places, graph: Graph) -> Made:
    best = best_matching(Links(graph), View())
    assert best.is_proven, "nobody could say that this is the most"
    ends = np.append(graph.first[best.chosen], graph.second[best.chosen])
    return len(np.unique(places.owner[ends])), float(graph.score[best.chosen].sum()) / UNIT
