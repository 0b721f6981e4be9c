"""From a fractional matching to a whole one."""

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.solving.cover import cycles_of
from welcome.matching.solving.graph import Graph


def round_off(graph: Graph, weight: Ints, successor: Ints) -> tuple[Ints, bool]:
    """Turn an assignment of the double cover into links, none of which share a place.

    Even cycles lose nothing. A cycle of an odd number of places drops one of them, the one that
    costs least; then links between places left empty are added, the weightiest first.

    Returns
    -------
    chosen : int64 (k,)
        Numbers of the links, ascending.
    is_exact : bool
        Whether no odd cycle was met, so that the matching is as good as the fractional one.
    """
    to_itself = successor[successor] == np.arange(graph.size)
    mates = to_itself[graph.first] & (successor[graph.first] == graph.second)
    chosen = _one_each(graph, np.flatnonzero(mates)).tolist()
    rings = cycles_of(np.where(to_itself, np.arange(graph.size), successor))
    is_exact = True
    if rings:
        keys, order = _link_keys(graph)
    for cycle in rings:
        ring = _links_of(cycle, graph.size, keys, order)
        if len(cycle) % 2:
            is_exact = False
            chosen += _best_of_odd(ring, weight)
        else:
            chosen += _best_of([ring[0::2], ring[1::2]], weight)
    links = np.array(sorted(chosen), dtype=np.int64)
    return (links, True) if is_exact else (fill_up(graph, weight, links), False)


def _one_each(graph: Graph, links: Ints) -> Ints:
    """Keep one of the links that join the same two places."""
    _, at = np.unique(graph.first[links], return_index=True)
    return links[at]


def fill_up(graph: Graph, weight: Ints, chosen: Ints) -> Ints:
    """Add links between empty places, the weightiest first."""
    empty = np.ones(graph.size, dtype=np.bool_)
    empty[graph.first[chosen]] = empty[graph.second[chosen]] = False
    free = np.flatnonzero(empty[graph.first] & empty[graph.second])
    added = []
    for link in free[np.argsort(-weight[free], kind="stable")].tolist():
        first, second = graph.first[link], graph.second[link]
        if empty[first] and empty[second]:
            empty[first] = empty[second] = False
            added.append(link)
    return np.sort(np.concatenate([chosen, np.array(added, dtype=np.int64)]))


def _link_keys(graph: Graph) -> tuple[Ints, Ints]:
    """Number links by their places, in ascending order, to find them again."""
    low, high = np.minimum(graph.first, graph.second), np.maximum(graph.first, graph.second)
    keys = low * graph.size + high
    order = np.argsort(keys, kind="stable")
    return keys[order], order


def _links_of(cycle: list[int], size: int, keys: Ints, order: Ints) -> list[int]:
    """Find the links along a cycle of places."""
    here = np.array(cycle)
    there = np.roll(here, -1)
    wanted = np.minimum(here, there) * size + np.maximum(here, there)
    return [int(link) for link in order[np.searchsorted(keys, wanted)]]


def _best_of_odd(ring: list[int], weight: Ints) -> list[int]:
    """Leave out each place of an odd cycle in turn, and keep the best."""
    turns = [ring[at:] + ring[:at] for at in range(len(ring))]
    return _best_of([turn[0:-1:2] for turn in turns], weight)


def _best_of(choices: list[list[int]], weight: Ints) -> list[int]:
    return max(choices, key=lambda links: int(weight[links].sum()))
