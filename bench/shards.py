"""What sharing the looks over pairs out costs: alone, with two processes, with two Dask workers.

No pairs are kept, as in a pool too large for that, so every look is shared out.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import joblib

from bench.rivals import module
from bench.town import make_town
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds import field
from welcome.matching.rounds.round import Round

WORKERS = 2


def measure(sizes: list[int], kind: str, regime: str) -> Iterator[dict[str, Any]]:
    """Yield one line for each size and way of sharing."""
    field.MOST_KEPT, field.FEW = 1_000, 0
    for size in sizes:
        town = make_town(size, regime)
        population = Population.of(town.people, closeness=town.closeness)
        first: tuple[float, str] | None = None
        for way, jobs in (("alone", None), ("loky", WORKERS), ("dask", WORKERS)):
            with ExitStack() as stack:
                if way == "dask" and not _entered(stack):
                    continue
                fit = Round(Programme(Kind(kind)), n_jobs=jobs).fit
                # The first round starts the workers and loads compiled code there.
                fit(population)
                begun = time.perf_counter()
                found = fit(population)
                seconds = time.perf_counter() - begun
            same = found.pairs_.tobytes().hex()
            first = first or (seconds, same)
            told = {"bench": "shards", "people": size, "kind": kind, "pairs_seen": found.possible_, "way": way}
            yield told | {"seconds": seconds, "overhead": seconds / first[0], "is_same": same == first[1]}


def _entered(stack: ExitStack) -> bool:
    """Start Dask workers, if it is installed."""
    distributed = module("distributed")
    if distributed is None:
        return False
    cluster = distributed.LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)
    contexts: list[AbstractContextManager[Any]] = [cluster, distributed.Client(cluster), joblib.parallel_config("dask")]
    for context in contexts:
        stack.enter_context(context)
    return True
