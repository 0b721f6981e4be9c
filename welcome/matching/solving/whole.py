"""The last step to a proven optimum where cycles of odd length are in the way.

A pool of equals may hold odd cycles (three people, each of whom suits both others), and there a
fractional matching can be worth more than any whole one. Seen from the dual prices, a link costs
its room and an empty place its price; whatever costs as much as the gap to the fractional optimum
is out of the question, and what remains is small. It is solved as a linear programme (HiGHS) with
odd sets forbidden one after the other (Edmonds 1965; Grötschel and Holland 1985).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from welcome.matching.arrays import Anything, Floats, Ints
from welcome.matching.solving.graph import Graph

MOST_TURNS = 40
# A limit in nodes, not in seconds, gives the same answer on every machine.
MOST_NODES = 500
EXACT_ENOUGH = 1e-6


class Fine(NamedTuple):
    """What an odd set of places pays for each link fewer inside it than half its number."""

    places: tuple[int, ...]
    cost: int


class Whole(NamedTuple):
    """What the search found.

    Attributes
    ----------
    chosen : int64 (k,), optional
        Links that cost less than the gap, or None if none were found.
    loss : int
        What every whole matching costs at least: the proven distance from the fractional one.
    """

    chosen: Ints | None
    loss: int


def solve_whole(
    graph: Graph, room: Ints, price: Ints, gap: int, fines: Sequence[Fine] = (), within: int | None = None
) -> Whole:
    """Find the whole matching that costs least, if it costs less than the gap.

    Parameters
    ----------
    graph : Graph
    room : int64 (m,)
        What choosing each link costs.
    price : int64 (size,)
        What leaving each place empty costs.
    gap : int
        What the best matching known so far costs.
    fines : sequence of Fine
        Odd sets, and what each link fewer than they can hold costs.
    within : int, optional
        Look only at what costs less than this; below the gap, nothing is proven.
    """
    within = gap if within is None else within
    links = np.flatnonzero(room < within)
    kept = graph.take(links)
    around, most = _inside(kept, fines)
    spare = np.concatenate([price, np.array([fine.cost for fine in fines], dtype=np.int64)])
    exits = np.flatnonzero(spare < within)
    if not len(links):
        return Whole(None, gap)
    ways = np.arange(len(links))
    once = csr_array(
        (np.ones(2 * len(links)), (np.append(kept.first, kept.second), np.append(ways, ways))),
        shape=(graph.size, len(links)),
    )
    out = csr_array((np.ones(len(exits)), (exits, np.arange(len(exits)))), shape=(len(spare), len(exits)))
    cost = np.concatenate([room[links], spare[exits]]).astype(np.float64)
    rules = LinearConstraint(hstack([vstack([once, around]), out], format="csr"), most, most)
    solution, loss = _Search(kept, rules, cost).run(gap)
    if solution is None or loss >= gap:
        return Whole(None, loss)
    return Whole(links[np.flatnonzero(solution[: len(links)] > 0.5)], loss)


def _inside(graph: Graph, fines: Sequence[Fine]) -> tuple[Anything, Floats]:
    """Return which links lie inside each fined set, and how full every place and set can be."""
    rows, columns = [], []
    for at, fine in enumerate(fines):
        among = np.zeros(graph.size, dtype=np.bool_)
        among[list(fine.places)] = True
        columns.append(np.flatnonzero(among[graph.first] & among[graph.second]))
        rows.append(np.full(len(columns[-1]), at))
    nothing = [np.zeros(0, dtype=np.int64)]
    where = (np.concatenate(nothing + rows), np.concatenate(nothing + columns))
    around = csr_array((np.ones(len(where[0])), where), shape=(len(fines), len(graph)))
    return around, np.array([1.0] * graph.size + [len(fine.places) // 2 for fine in fines])


class _Search:
    """A linear programme that forbids one odd set after another."""

    def __init__(self, graph: Graph, rules: LinearConstraint, cost: Floats) -> None:
        self.graph = graph
        self.cost = cost
        self.once = rules
        self.cuts: list[Anything] = []
        self.limits: list[float] = []

    def run(self, gap: int) -> tuple[Floats | None, int]:
        """Return a whole solution, if one below the gap exists and was found, and the proven loss."""
        loss = 0
        for _ in range(MOST_TURNS):
            found = self._solve(whole=False)
            if found is None:
                return None, gap
            solution, value = found
            if np.abs(solution - np.rint(solution)).max(initial=0) < EXACT_ENOUGH:
                return solution, int(np.rint(self.cost @ np.rint(solution)))
            loss = max(loss, int(np.ceil(value - EXACT_ENOUGH * max(1.0, value))))
            if loss >= gap:
                return None, loss
            if not self._forbid(solution[: len(self.graph)]):
                break
        found = self._solve(whole=True)
        return (None, loss) if found is None else (found[0], int(round(found[1])))

    def _solve(self, *, whole: bool) -> tuple[Floats, float] | None:
        rules = [self.once]
        if self.cuts:
            rules.append(LinearConstraint(vstack(self.cuts, format="csr"), -np.inf, np.array(self.limits)))
        answer = milp(
            self.cost,
            integrality=np.full(len(self.cost), int(whole)),
            bounds=Bounds(0, 1),
            constraints=rules,
            options={"mip_rel_gap": 0, "node_limit": MOST_NODES},
        )
        if answer.status != 0 or answer.x is None:
            return None
        return np.asarray(answer.x), float(answer.fun)

    def _forbid(self, worth: Floats) -> bool:
        """Add every odd set that the solution overfills; the sets are parts that hang together."""
        before = len(self.cuts)
        for least in (EXACT_ENOUGH, 0.15, 0.3, 0.45):
            strong = worth > least
            size, first, second = self.graph.size, self.graph.first, self.graph.second
            linked = csr_array((np.ones(int(strong.sum())), (first[strong], second[strong])), (size, size))
            count, label = connected_components(linked, directed=False)
            inside = np.flatnonzero(label[first] == label[second])
            filled = np.bincount(label[first[inside]], worth[inside], count)
            most = (np.bincount(label, minlength=count) - 1) // 2
            odd = np.bincount(label, minlength=count) % 2 == 1
            for part in np.flatnonzero(odd & (filled > most + 1e-4)).tolist():
                self._cut(inside[label[first[inside]] == part], float(most[part]))
            if len(self.cuts) > before:
                return True
        return False

    def _cut(self, links: Ints, most: float) -> None:
        row = (np.ones(len(links)), (np.zeros(len(links), dtype=np.int64), links))
        self.cuts.append(csr_array(row, shape=(1, len(self.cost))))
        self.limits.append(most)
