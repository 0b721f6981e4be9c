"""How exact and how fast a suggestion is, beside a scan by cosine; all in processor time."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.metrics.pairwise import cosine_similarity

from bench.town import make_town
from welcome.matching.constraints import may_meet
from welcome.matching.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.suggestions import suggest
from welcome.matching.utility import scores

COUNT = 10


def measure(sizes: list[int], kind: str, regime: str, asks: int) -> Iterator[dict[str, Any]]:
    """Yield one line a size."""
    programme = Programme(Kind(kind))
    for size in sizes:
        town = make_town(size, regime)
        population = Population.of(town.people, closeness=town.closeness)
        rows = np.random.default_rng(1).integers(size, size=asks).tolist()
        ours, cosine, right = [], [], 0
        interests = population.interests.astype(np.float32)
        for row in rows:
            begun = time.process_time()
            found = suggest(population, programme, row, count=COUNT)
            ours.append(time.process_time() - begun)
            begun = time.process_time()
            np.argsort(-cosine_similarity(interests[[row]], interests)[0])[:COUNT]
            cosine.append(time.process_time() - begun)
            best = _by_force(population, programme, row)
            right += [one.why.score for one in found.chosen if one.row in best] == list(best.values())
        line = {
            "bench": "suggest",
            "people": size,
            "kind": kind,
            "regime": regime,
            "asks": asks,
            "exact": right / asks,
            **{f"ours_p{at}_ms": 1000 * float(np.percentile(ours, at)) for at in (50, 99)},
            **{f"rival_p{at}_ms": 1000 * float(np.percentile(cosine, at)) for at in (50, 99)},
            "rival": "scikit-learn cosine and argsort",
        }
        yield line | {"ratio": float(np.median(cosine) / np.median(ours))}


def _by_force(population: Population, programme: Programme, row: int) -> dict[int, float]:
    """Score everybody who may meet, without any short cut, and keep the best."""
    me, everybody = np.array([row]), np.arange(len(population))
    fine = may_meet(population, programme, me, everybody) & (everybody != row)
    rows = np.flatnonzero(fine)
    values = scores(population, programme, me, rows)
    order = np.lexsort((rows, -values))[:COUNT]
    return {int(rows[at]): float(values[at]) / 10_000 for at in order}
