"""One aim after another on the double cover, without numbers that grow.

The best fractional matchings for one aim are known from its prices: they use tight links only, and
fill every place that has a price. Among those the next aim chooses. In the end the prices of all
aims are merged into one proof, with steps between them wide enough that each aim comes first.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.cover import solve_cover
from welcome.matching.graph import Graph


class Layered(NamedTuple):
    """A fractional matching that is best for one aim after the other.

    Attributes
    ----------
    successor : int64 (size,)
        As in Cover.
    price, weight : int64 (size,), (m,)
        Merged prices (twice the dual) and merged weights.
    units : tuple of int
        What one step of each aim is worth in the merged weights.
    """

    successor: Ints
    price: Ints
    weight: Ints
    units: tuple[int, ...]


def solve_layers(graph: Graph, aims: Sequence[Ints]) -> Layered:
    """Solve for aims in order of importance; each is a whole number for every link."""
    allowed = np.arange(len(graph))
    price, weight = np.zeros(graph.size, dtype=np.int64), np.zeros(len(graph), dtype=np.int64)
    units: list[int] = []
    successor = np.arange(graph.size)
    for turn, aim in enumerate(aims):
        if turn and not aim.any():
            units.append(1)
            continue
        cover = solve_cover(graph.take(allowed), aim[allowed], price > 0)
        room = cover.price[graph.first] + cover.price[graph.second] - 2 * aim
        deepest = max(0, -int(room.min(initial=0)), -int(cover.price.min(initial=0)))
        step = max(deepest, graph.size // 2 * int(aim.max(initial=0))) + 1
        successor, price, weight = cover.successor, step * price + cover.price, step * weight + aim
        units = [step * unit for unit in units] + [1]
        allowed = np.flatnonzero(price[graph.first] + price[graph.second] == 2 * weight)
    return Layered(successor, price, weight, tuple(units))
