"""The one shape that every round is solved in: the bipartite double cover with self arcs.

Each place appears once on the left and once on the right. A link gives two arcs, one each way, and
every place an arc to itself, which means that it stays empty. A cheapest full assignment of this
graph is a best *fractional* matching; its dual prices prove an upper bound over all matchings.
"""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from welcome.matching.arrays import Bools, Ints
from welcome.matching.solving.graph import Graph
from welcome.matching.tiers import Tier, tier


class Cover(NamedTuple):
    """A best fractional matching.

    Attributes
    ----------
    successor : int64 (size,)
        The right place that each left place is assigned to; itself when empty.
    price : int64 (size,)
        Twice the dual price of every place: for each link, the prices of both ends add up to at
        least twice its weight, and all of them together to twice the optimum.
    right : int64 (size,)
        The part of the right place in it: the least that there is without falling below 0.
    """

    successor: Ints
    price: Ints
    right: Ints


def solve_cover(graph: Graph, weight: Ints, must: Bools | None = None, before: Cover | None = None) -> Cover:
    """Find a best fractional matching and its prices.

    Parameters
    ----------
    graph : Graph
    weight : int64 (m,)
    must : bool (size,), optional
        Places that may not stay empty; their prices may be negative.
    before : Cover, optional
        The answer to a similar problem. It makes this one quicker, and does not change it.

    Raises
    ------
    ValueError
        If the places that must be filled cannot be.

    Notes
    -----
    Every tier finds an assignment of its own kind: shortest augmenting paths (LAPJVsp, Jonker and
    Volgenant 1987) in scipy, an auction with the same paths after it in compiled code, cost scaling
    in OR-tools. The prices are the least there are, so they are the same for all of them.
    """
    if tier() is Tier.COMPILED:
        # numba takes a second to load, and is not everywhere.
        from welcome.matching.solving.compiled.assigning import assign

        may_stay = np.ones(graph.size, dtype=np.bool_) if must is None else ~must
        found = assign(graph.size, graph.first, graph.second, weight, may_stay, before)
        if found is None:
            raise ValueError("the places that must be filled cannot be")
        return Cover(*found)
    left, right, cost = _arcs(graph, weight, must)
    successor = (_by_ortools if tier() is Tier.ORTOOLS else _by_scipy)(graph.size, left, right, cost)
    top = int(weight.max(initial=0)) + 1
    return Cover(successor, *_prices(left, right, top - cost, successor))


def _by_scipy(size: int, left: Ints, right: Ints, cost: Ints) -> Ints:
    matrix = csr_array((cost.astype(np.float64), (left, right)), shape=(size, size))
    return np.asarray(min_weight_full_bipartite_matching(matrix)[1], dtype=np.int64)


def _by_ortools(size: int, left: Ints, right: Ints, cost: Ints) -> Ints:
    # Slow to load, and not everywhere.
    from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment

    solver = SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(left, right, cost)
    if solver.solve() != solver.OPTIMAL:
        raise ValueError("the places that must be filled cannot be")
    return np.array([solver.right_mate(place) for place in range(size)], dtype=np.int64)


def _arcs(graph: Graph, weight: Ints, must: Bools | None) -> tuple[Ints, Ints, Ints]:
    """List every arc with its cost, sorted by the right place: the dearer the link the cheaper."""
    may_stay = np.arange(graph.size) if must is None else np.flatnonzero(~must)
    left = np.concatenate([graph.first, graph.second, may_stay])
    right = np.concatenate([graph.second, graph.first, may_stay])
    top = int(weight.max(initial=0)) + 1
    cost = np.concatenate([top - weight, top - weight, np.full(len(may_stay), top)])
    order = np.argsort(right, kind="stable")
    return left[order], right[order], cost[order]


def _prices(left: Ints, right: Ints, worth: Ints, successor: Ints) -> tuple[Ints, Ints]:
    """Compute both potentials of an optimal assignment and add them up per place."""
    start = np.searchsorted(right, np.arange(len(successor)))
    matched = successor[left] == right
    earned = np.empty(len(successor), dtype=np.int64)
    earned[left[matched]] = worth[matched]
    of_right = np.zeros(len(successor), dtype=np.int64)
    while True:
        of_left = earned - of_right[successor]
        higher = np.maximum(of_right, np.maximum.reduceat(worth - of_left[left], start))
        if np.array_equal(higher, of_right):
            return of_left + of_right, of_right
        of_right = higher


def cycles_of(successor: Ints) -> list[list[int]]:
    """Follow an assignment round: every cycle of two places or more, from its smallest place,
    towards the smaller of the two next to it."""
    following = successor.tolist()
    seen = bytearray(len(following))
    found = []
    for start, after in enumerate(following):
        if after == start or seen[start]:
            continue
        cycle = [start]
        seen[start] = True
        while after != start:
            cycle.append(after)
            seen[after] = True
            after = following[after]
        # Both directions of a cycle are as good: take the one that every tier takes.
        found.append(cycle if cycle[1] <= cycle[-1] else [start, *cycle[:0:-1]])
    return found
