"""The links that the solver looks at: all of them, or the promising ones of a graph too large to hold.

In the second case prices are the proof for the rest. Whatever the solver finds, every other link is
asked whether it could change anything at these prices; those that could are added, and the solver
begins again. When none is left, the answer is the best among all links, those never held included.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from welcome.matching.arrays import Bools, Ints
from welcome.matching.solving.blossom import Blossom
from welcome.matching.solving.cover import Cover
from welcome.matching.solving.graph import Graph


@dataclass(frozen=True)
class View:
    """A part of the problem.

    Attributes
    ----------
    floor : int
        Links that score less do not exist.
    is_blank : bool
        Scores do not count: the filling alone does.
    bonus : int
        What a link across the sides is worth more.
    """

    floor: int = 0
    is_blank: bool = False
    bonus: int = 0

    def of(self, graph: Graph) -> tuple[Ints, Graph]:
        """Return the numbers of the links that exist, and the graph that they make."""
        above = np.flatnonzero(graph.score >= self.floor)
        seen = graph if len(above) == len(graph) else graph.take(above)
        if self.is_blank:
            seen = replace(seen, score=np.zeros_like(seen.score))
        elif self.bonus:
            seen = replace(seen, score=seen.score + self.bonus * seen.crossing)
        return above, seen


@dataclass(frozen=True)
class Prices:
    """What every place costs, so that no link is worth more than its two places.

    Attributes
    ----------
    price : int64 (size,)
        Twice the dual price, merged over filling and score.
    unit : int
        What one step of filling is worth in the merged numbers.
    blossoms : list of Blossom
        Odd sets, inside which a link fills less by twice their priority.
    """

    price: Ints
    unit: int
    blossoms: list[Blossom]

    def filling(self, graph: Graph) -> Ints:
        """Return what each link fills, less what it pays inside odd sets."""
        fill = graph.filling()
        for blossom in self.blossoms:
            among = np.zeros(graph.size, dtype=np.bool_)
            among[list(blossom.places)] = True
            fill[among[graph.first] & among[graph.second]] -= 2 * blossom.priority
        return fill

    def room(self, graph: Graph) -> Ints:
        """Return how much less than its two places each link is worth, twice; negative: worth more."""
        weight = self.unit * self.filling(graph) + graph.score
        return np.asarray(self.price[graph.first] + self.price[graph.second] - 2 * weight)


@dataclass(frozen=True)
class Wanted:
    """Says which links could matter: those with no more room than this."""

    view: View
    prices: Prices
    room: int

    def __call__(self, graph: Graph) -> Bools:
        """Say which links of a graph are wanted."""
        wanted = np.zeros(len(graph), dtype=np.bool_)
        above, seen = self.view.of(graph)
        wanted[above[self.prices.room(seen) <= self.room]] = True
        return wanted


@dataclass
class Links:
    """A graph that grows.

    Attributes
    ----------
    graph : Graph
        The links looked at so far; links are only added, at the end.
    ask : callable, optional
        Returns, of all links, those that are wanted; None if ``graph`` holds all.
    covers : dict of str to Cover
        The last answers, to begin the next one from.
    """

    graph: Graph
    ask: Callable[[Wanted], Graph] | None = None
    covers: dict[str, Cover] = field(default_factory=dict)

    def grow(self, wanted: Wanted, most: int) -> bool:
        """Add the wanted links, those with the least room first; say whether there were any."""
        if self.ask is None:
            return False
        found = self.ask(wanted)
        if not len(found):
            return False
        known = np.sort(self.graph.keys())
        at = np.searchsorted(known, found.keys())
        new = np.flatnonzero(known[np.minimum(at, len(known) - 1)] != found.keys())
        if len(new) > most:
            room = wanted.prices.room(wanted.view.of(found.take(new))[1])
            new = np.sort(new[np.argsort(room, kind="stable")[:most]])
        self.graph = self.graph.plus(found.take(new))
        return len(new) > 0
