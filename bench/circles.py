"""How many people circles place: beside the optimum in small towns, a bound in larger ones, and greedy circles."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.town import make_town
from welcome.matching.circles.forming import MOST_LISTED, Circles
from welcome.matching.circles.gathering import LARGEST, Gathering
from welcome.matching.circles.generation import generate
from welcome.matching.circles.weaving import weave
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme

Circle = tuple[int, ...]


def measure(sizes: list[int], regime: str, repeats: int) -> Iterator[dict[str, Any]]:
    """Yield one line a town; where the optimum is known, larger towns' ways are tried on it as well."""
    for size in sizes:
        for seed in range(repeats):
            town = make_town(size, regime, seed)
            population = Population.of(town.people, closeness=town.closeness)
            begun = time.process_time()
            found = Circles().fit(population)
            seconds = time.process_time() - begun
            report, gathering = found.report_, Gathering(population, Programme(Kind.ACTIVITY), 2)
            line: dict[str, Any] = {"bench": "circles", "people": size, "regime": regime, "seed": seed}
            line |= {
                "seconds": seconds,
                "circles": len(found.circles_),
                "placed": report.placed,
                "placeable": report.placeable,
                "bound": report.bound,
                "share_of_placeable": report.placed / max(1, report.placeable),
                "share_of_bound": report.placed / report.bound if report.bound else 1.0,
                "is_number_proven": report.is_number_proven,
                "is_proven": report.is_proven,
                "valid": all(gathering.is_valid(circle.rows) for circle in found.circles_),
            }
            line |= {"rival": "greedy", "rival_placed": _placed(_greedily(gathering, seed))}
            if report.is_proven and report.placed and size <= MOST_LISTED:
                rows = np.arange(size)
                woven = weave(gathering, rows)
                line["woven_share_of_optimum"] = _placed(woven) / report.placed
                generated = weave(gathering, rows, generate(gathering, rows, woven).circles)
                line["generated_share_of_optimum"] = _placed(generated) / report.placed
            yield line


def _placed(circles: list[Circle]) -> int:
    return sum(map(len, circles))


def _greedily(gathering: Gathering, seed: int) -> list[Circle]:
    """Let everybody in turn begin a circle with whoever fits and is free, as large as it gets."""
    free = np.ones(len(gathering.population), dtype=np.bool_)
    found: list[Circle] = []
    for row in np.random.default_rng(seed).permutation(len(free)).tolist():
        circle: Circle = (row,)
        others = gathering.neighbours(row)
        while free[row] and len(circle) < LARGEST and len(others := gathering.joinable(circle, others[free[others]])):
            circle = (*circle, int(others[0]))
        if gathering.is_valid(circle):
            found.append(circle)
            free[list(circle)] = False
    return found
