"""The best matching of a graph for one aim after the other, with its proof.

First a fractional matching, whose prices bound all others; then the odd cycles that it may hold are
rounded off, and what that costs is mended as far as the prices leave room for anything better.
"""

from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Bools, Ints
from welcome.matching.blossom import Blossom, fill_by_paths
from welcome.matching.graph import Graph
from welcome.matching.layers import solve_layers
from welcome.matching.rounding import round_off
from welcome.matching.whole import Fine, solve_whole

# How often odd sets are looked for that a fractional matching fills beyond what is possible.
MOST_TURNS = 6
# So many links at most are looked at together.
FEW_LINKS = 40_000


@dataclass(frozen=True)
class Best:
    """A matching that is best for one aim after the other.

    Attributes
    ----------
    chosen : int64 (k,)
        Numbers of the links, ascending.
    is_proven : bool
        Whether none is better.
    most_filling : int
        The priority that no matching fills more of.
    most_total : int
        The total of scores that no matching with the same filling exceeds.
    needed : bool (size,)
        Places that every matching with the same filling fills, as far as is known.
    """

    chosen: Ints
    is_proven: bool
    most_filling: int
    most_total: int
    needed: Bools


def best_matching(graph: Graph) -> Best:
    """Find the best matching of a graph: filling first, then the total of scores, then favour."""
    best, most, blossoms = np.arange(0), int(graph.priority.sum()), list[Blossom]()
    for _ in range(MOST_TURNS):
        priced = _Priced(graph, blossoms)
        chosen, is_exact = round_off(graph, priced.fractional.weight, priced.fractional.successor)
        most = min(most, priced.twice_bound // 2 // priced.unit)
        if is_exact and not blossoms:
            return Best(chosen, True, most, int(graph.score[chosen].sum()), priced.needed)
        half = priced.fractional.successor != np.arange(graph.size)
        chosen, found = fill_by_paths(graph, chosen, np.flatnonzero(graph.empty(chosen) & half))
        best = max(best, chosen, key=lambda links: priced.worth(links))
        filling = int(graph.filling()[best].sum())
        if filling == most and not graph.score.any():
            return Best(best, True, most, 0, priced.needed)
        new = _apart(found, blossoms)
        if not new:
            break
        blossoms += new
    best, is_proven = priced.mend(best)
    filling = int(graph.filling()[best].sum())
    needed = priced.needed & (filling == most)
    return Best(best, is_proven, most, priced.most_total(filling), needed)


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

    Links inside such a set fill less by its price; in return every matching is granted as many
    times the price as whole links fit into the set. So the bound holds for all (Lagrange), and is
    lower.
    """

    def __init__(self, graph: Graph, blossoms: list[Blossom]) -> None:
        self.graph = graph
        fill, granted = graph.filling(), 0
        for blossom in blossoms:
            among = np.zeros(graph.size, dtype=np.bool_)
            among[list(blossom.places)] = True
            fill[among[graph.first] & among[graph.second]] -= 2 * blossom.priority
            granted += 2 * blossom.priority * (len(blossom.places) // 2)
        self.fractional = solve_layers(graph, fill, graph.score)
        self.unit = self.fractional.unit
        self.needed = np.asarray(self.fractional.price >= self.unit)
        self.fines = [Fine(b.places, 4 * b.priority * self.unit) for b in blossoms]
        self.twice_bound = int(self.fractional.price.sum()) + 2 * granted * self.unit

    def worth(self, links: Ints) -> int:
        """Return the merged worth of links, without any fine."""
        return self.unit * int(self.graph.filling()[links].sum()) + int(self.graph.score[links].sum())

    def most_total(self, filling: int) -> int:
        """Return what the total of scores cannot exceed at this filling."""
        return self.twice_bound // 2 - filling * self.unit

    def mend(self, chosen: Ints) -> tuple[Ints, bool]:
        """Look for something better among the links that the prices do not rule out.

        Where those are many, the ones with the least room are looked at first: what is found
        narrows the gap, and with it the links that are left.
        """
        price = self.fractional.price
        room = price[self.graph.first] + price[self.graph.second] - 2 * self.fractional.weight
        for _ in range(MOST_TURNS):
            gap = self.twice_bound - 2 * self.worth(chosen)
            within = gap
            if int(np.count_nonzero(room < gap)) > FEW_LINKS:
                within = min(gap, int(np.partition(room, FEW_LINKS)[FEW_LINKS]))
            found = solve_whole(self.graph, room, price, gap, self.fines, within)
            improved = found.chosen is not None and self.worth(found.chosen) > self.worth(chosen)
            if improved and found.chosen is not None:
                chosen = found.chosen
            if within == gap:
                return chosen, found.loss >= self.twice_bound - 2 * self.worth(chosen)
            if not improved:
                break
        return chosen, False
