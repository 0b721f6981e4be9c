"""One aim after another on the double cover, without numbers that grow.

The best fractional matchings for one aim are known from its prices: they use tight links only, and
fill every place that has a price. Among those the next aim chooses. In the end the prices of both
aims are merged into one proof, with steps wide enough that the first aim comes first; what is still
equal is decided by favour, and then by lot, so that every tier finds the same matching.
"""

from typing import NamedTuple

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.solving.cover import Cover, solve_cover
from welcome.matching.solving.graph import Graph

# Among equals a link counts by its favour, and then by so many bits drawn from its places.
LOT_BITS = 24


class Layered(NamedTuple):
    """A fractional matching that is best for one aim after the other.

    Attributes
    ----------
    successor : int64 (size,)
        As in Cover.
    price : int64 (size,)
        Merged prices (twice the dual).
    unit : int
        What one step of the first aim is worth in the merged weights.
    """

    successor: Ints
    price: Ints
    unit: int


def solve_layers(graph: Graph, filling: Ints, covers: dict[str, Cover], *, is_blank: bool) -> Layered:
    """Solve for a filling, and then for the score.

    Parameters
    ----------
    graph : Graph
    filling : int64 (m,)
        What each link fills, in place of the priorities.
    covers : dict of str to Cover
        Earlier answers to begin from; the new ones replace them.
    is_blank : bool
        Whether the filling is all that counts.
    """
    score = graph.score
    cover = covers["filling"] = solve_cover(graph, filling, before=covers.get("filling"))
    if is_blank:
        return Layered(cover.successor, cover.price, 1)
    first = cover.price
    tight = _tight(graph, first, filling)
    cover = covers["score"] = solve_cover(graph.take(tight), score[tight], first > 0, covers.get("score"))
    room = cover.price[graph.first] + cover.price[graph.second] - 2 * score
    deepest = max(0, -int(room.min(initial=0)), -int(cover.price.min(initial=0)))
    unit = max(deepest, graph.size // 2 * int(score.max(initial=0))) + 1
    price, weight = unit * first + cover.price, unit * filling + score
    among = graph.take(_tight(graph, price, weight))
    return Layered(solve_cover(among, _lots(among), price > 0).successor, price, unit)


def _tight(graph: Graph, price: Ints, weight: Ints) -> Ints:
    return np.flatnonzero(price[graph.first] + price[graph.second] == 2 * weight)


def _lots(graph: Graph) -> Ints:
    """Draw a lot for every link from its two places (splitmix64), below its favour."""
    low, high = np.minimum(graph.first, graph.second), np.maximum(graph.first, graph.second)
    lot = (low * graph.size + high).astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        lot = (lot ^ (lot >> np.uint64(shift))) * np.uint64(factor)
    return (graph.favour << LOT_BITS) + (lot >> np.uint64(64 - LOT_BITS)).astype(np.int64)
