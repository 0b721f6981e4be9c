"""The best matching of a graph for one aim after the other, with its proof.

First a fractional matching, whose prices bound all others; then the odd cycles that it may hold are
rounded off, and what that costs is mended as far as the prices leave room for anything better.
"""

import itertools
from dataclasses import dataclass, replace

import numpy as np

from welcome.matching.arrays import Bools, Ints
from welcome.matching.solving.blossom import Blossom, fill_by_paths
from welcome.matching.solving.cover import Cover
from welcome.matching.solving.graph import Graph
from welcome.matching.solving.layers import solve_layers
from welcome.matching.solving.links import Links, Prices, View, Wanted
from welcome.matching.solving.rounding import round_off
from welcome.matching.solving.whole import Fine, solve_whole

# How often odd sets are looked for that a fractional matching fills beyond what is possible.
MOST_TURNS = 6
# So many links at most are looked at together.
FEW_LINKS = 40_000
# So many links for each place are added at once, where not all are held.
GROWTH = 8


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
    prices : Prices
        The last prices, valid for every link of the view.
    """

    chosen: Ints
    is_proven: bool
    most_filling: int
    most_total: int
    needed: Bools
    prices: Prices


def best_matching(links: Links, view: View | None = None) -> Best:
    """Find the best matching of what a view shows: filling first, then the total of scores, then favour."""
    view = view or View()
    for turn in itertools.count():
        held, graph = view.of(links.graph)
        priced = _Priced(graph, [], links.covers, view)
        if links.grow(priced.wanted(0), GROWTH * graph.size):
            continue
        best, last, gap = _whole(graph, priced, links.covers, view)
        # What the first prices prove for all links, the last ones must as well.
        is_final = gap == 0 and last is priced
        if is_final or not links.grow(last.wanted(gap), GROWTH * graph.size):
            return replace(best, chosen=held[best.chosen])
        if turn >= MOST_TURNS and not links.grow(last.wanted(0), GROWTH * graph.size):
            return replace(best, chosen=held[best.chosen], is_proven=False)
    raise AssertionError("counting never ends")


def _whole(graph: Graph, first: "_Priced", covers: dict[str, Cover], view: View) -> tuple[Best, "_Priced", int]:
    """Turn a fractional matching into a whole one; return also the last prices, and twice what may be missing."""
    best, priced, blossoms = np.arange(0), first, list[Blossom]()
    if not len(graph):
        return Best(best, True, 0, 0, first.needed, first.prices), first, 0
    for _ in range(MOST_TURNS):
        chosen, is_exact = round_off(graph, priced.weight, priced.fractional.successor)
        most = min(first.most_filling, priced.most_filling)
        if is_exact and not blossoms:
            return Best(chosen, True, most, int(graph.score[chosen].sum()), priced.needed, priced.prices), priced, 0
        half = priced.fractional.successor != np.arange(graph.size)
        chosen, found = fill_by_paths(graph, chosen, np.flatnonzero(graph.empty(chosen) & half))
        best = max(best, chosen, key=lambda links: priced.worth(links))
        filling = int(graph.filling()[best].sum())
        if filling == most and view.is_blank:
            return Best(best, True, most, 0, priced.needed, priced.prices), priced, 0
        new = _apart(found, blossoms)
        if not new:
            break
        blossoms += new
        priced = _Priced(graph, blossoms, covers, view)
    best, is_proven = priced.mend(best)
    filling = int(graph.filling()[best].sum())
    gap = max(0, priced.twice_bound - 2 * priced.worth(best))
    needed = priced.needed & (filling == most)
    return Best(best, is_proven, most, priced.most_total(filling), needed, priced.prices), priced, gap


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

    def __init__(self, graph: Graph, blossoms: list[Blossom], covers: dict[str, Cover], view: View) -> None:
        self.graph = graph
        self.view = view
        blank = Prices(np.zeros(graph.size, dtype=np.int64), 1, blossoms)
        fill = blank.filling(graph)
        self.fractional = solve_layers(graph, fill, covers, is_blank=view.is_blank)
        self.unit = self.fractional.unit
        self.prices = replace(blank, price=self.fractional.price, unit=self.unit)
        self.weight = self.unit * fill + graph.score
        self.needed = np.asarray(self.fractional.price >= self.unit)
        self.fines = [Fine(b.places, 4 * b.priority * self.unit) for b in blossoms]
        granted = sum(2 * b.priority * (len(b.places) // 2) for b in blossoms)
        self.twice_bound = int(self.fractional.price.sum()) + 2 * granted * self.unit

    @property
    def most_filling(self) -> int:
        """What no matching fills more than."""
        return self.twice_bound // 2 // self.unit

    def wanted(self, gap: int) -> Wanted:
        """Describe the links that could matter: any that prove the prices wrong, or could close a gap.

        Where scores count, links with no room at all are wanted too: they decide between equals.
        """
        least = -1 if self.view.is_blank else 0
        return Wanted(self.view, self.prices, max(least, gap - 1))

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
        price, room = self.fractional.price, self.prices.room(self.graph)
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
