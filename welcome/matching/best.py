"""The weightiest matching of a graph, with its proof.

First a fractional matching, whose prices bound all others; then the odd cycles that it may hold are
rounded off, and what that costs is mended as far as the prices leave room for anything better.
"""

from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.blossom import Blossom, fill_by_paths
from welcome.matching.cover import solve_cover
from welcome.matching.graph import Graph
from welcome.matching.rounding import round_off
from welcome.matching.whole import Fine, solve_whole

# How often odd sets are looked for that a fractional matching fills beyond what is possible.
MOST_TURNS = 6


@dataclass(frozen=True)
class Best:
    """A matching by merged weights.

    Attributes
    ----------
    chosen : int64 (k,)
        Numbers of the links, ascending.
    is_proven : bool
        Whether none is better.
    most_filling : int
        The priority that no matching fills more of.
    """

    chosen: Ints
    is_proven: bool
    most_filling: int


def best_matching(graph: Graph) -> Best:
    """Find the weightiest matching of a graph by its merged weights."""
    weight, step = graph.weights()
    best, most, blossoms = np.arange(0), int(graph.priority.sum()), list[Blossom]()
    for _ in range(MOST_TURNS):
        priced = _Priced(graph, weight, blossoms, 2 * step)
        chosen, is_exact = round_off(graph, priced.weight, priced.cover.successor)
        most = min(most, priced.twice_bound // 2 // step)
        if is_exact and not blossoms:
            return Best(chosen, True, most)
        roots = np.flatnonzero(graph.empty(chosen) & (priced.cover.successor != np.arange(graph.size)))
        chosen, found = fill_by_paths(graph, chosen, roots)
        best = max(best, chosen, key=lambda links: int(weight[links].sum()))
        if not graph.score.any() and int(weight[best].sum()) >= most * step:
            return Best(best, True, most)
        new = _apart(found, blossoms)
        if not new:
            break
        blossoms += new
    best, is_proven = priced.mend(best, weight)
    return Best(best, is_proven, most)


def _apart(found: list[Blossom], known: list[Blossom]) -> list[Blossom]:
    """Keep the odd sets that share no place with one that is known, or kept before."""
    taken = {place for blossom in known for place in blossom.places}
    kept = []
    for blossom in sorted(found):
        if taken.isdisjoint(blossom.places):
            taken.update(blossom.places)
            kept.append(blossom)
    return kept


class _Priced:
    """A fractional matching in which odd sets pay for being filled beyond what is possible.

    Links inside such a set cost its price; in return every matching is granted as many times the
    price as whole links fit into the set. So the bound holds for all (Lagrange), and is lower.
    """

    def __init__(self, graph: Graph, weight: Ints, blossoms: list[Blossom], step: int) -> None:
        self.graph = graph
        self.weight = weight.copy()
        self.fines = []
        granted = 0
        for blossom in blossoms:
            among = np.zeros(graph.size, dtype=np.bool_)
            among[list(blossom.places)] = True
            price = step * blossom.priority
            self.weight[among[graph.first] & among[graph.second]] -= price
            self.fines.append(Fine(blossom.places, 2 * price))
            granted += price * (len(blossom.places) // 2)
        self.cover = solve_cover(graph, self.weight)
        self.twice_bound = self.cover.twice_bound + 2 * granted

    def mend(self, chosen: Ints, weight: Ints) -> tuple[Ints, bool]:
        """Look for something better among the links that the prices do not rule out."""
        gap = self.twice_bound - 2 * int(weight[chosen].sum())
        price = self.cover.price
        room = price[self.graph.first] + price[self.graph.second] - 2 * self.weight
        found = solve_whole(self.graph, room, price, gap, self.fines)
        if found.chosen is not None and int(weight[found.chosen].sum()) > int(weight[chosen].sum()):
            chosen = found.chosen
            gap = self.twice_bound - 2 * int(weight[chosen].sum())
        return chosen, found.loss >= gap
