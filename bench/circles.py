"""How many people circles place, beside the exact optimum where that can be had."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.town import make_town
from welcome.matching.circles import Circles
from welcome.matching.gathering import Gathering
from welcome.matching.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.weaving import weave


def measure(sizes: list[int], regime: str, repeats: int) -> Iterator[dict[str, Any]]:
    """Yield one line a size; small towns are woven too, and compared with the optimum."""
    for size in sizes:
        for seed in range(repeats):
            town = make_town(size, regime, seed)
            population = Population.of(town.people, closeness=town.closeness)
            begun = time.perf_counter()
            found = Circles().fit(population)
            seconds = time.perf_counter() - begun
            report, gathering = found.report_, Gathering(population, Programme(Kind.ACTIVITY), 2)
            line: dict[str, Any] = {
                "bench": "circles",
                "people": size,
                "regime": regime,
                "seed": seed,
                "seconds": seconds,
                "circles": len(found.circles_),
                "placed": report.placed,
                "bound": report.bound,
                "placeable": report.placeable,
                "is_proven": report.is_proven,
                "valid": all(gathering.is_valid(circle.rows) for circle in found.circles_),
                "share_of_bound": report.placed / max(1, report.bound),
            }
            if report.is_proven and report.placed:
                woven = sum(len(circle) for circle in weave(gathering, np.arange(size)))
                line["woven_share_of_optimum"] = woven / report.placed
            yield line
