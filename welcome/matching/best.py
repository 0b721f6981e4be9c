"""The weightiest matching of a graph, with its proof.

First a fractional matching, whose prices bound all others; then the odd cycles that it may hold are
rounded off, and what that costs is mended as far as the prices leave room for anything better.
"""

from dataclasses import dataclass, replace

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.blossom import fill_by_paths
from welcome.matching.cover import Cover, solve_cover
from welcome.matching.graph import Graph
from welcome.matching.rounding import round_off
from welcome.matching.whole import solve_whole

# How often places are added that stand in for what must stay empty.
MOST_TURNS = 3


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
    whole = graph
    for turn in range(MOST_TURNS):
        weight = whole.weights()
        cover = solve_cover(whole, weight)
        chosen, is_exact = round_off(whole, weight, cover.successor)
        most = _fractional_filling(graph, whole, cover)
        if is_exact:
            return Best(chosen[chosen < len(graph)], True, most)
        filled = cover.successor != np.arange(whole.size)
        chosen, circuits = fill_by_paths(whole, chosen, np.flatnonzero(whole.empty(chosen) & filled))
        kept = chosen[chosen < len(graph)]
        if not graph.score.any() and int(graph.filling()[kept].sum()) == most:
            return Best(kept, True, most)
        plain = [circuit for circuit in circuits if circuit[-1] < graph.size]
        if not plain or turn == MOST_TURNS - 1:
            break
        whole = _with_stand_ins(whole, plain)
    chosen, is_proven = _mend(whole, weight, cover, chosen)
    return Best(chosen[chosen < len(graph)], is_proven, most)


def _fractional_filling(graph: Graph, whole: Graph, cover: Cover) -> int:
    """Return the priority that the fractional matching fills, stand-ins apart, rounded down."""
    filled = np.flatnonzero(cover.successor != np.arange(whole.size))
    twice = 2 * int(whole.priority[filled].sum()) - 2 * int(whole.priority[graph.size :].sum())
    stood_for = np.concatenate([cover.successor[graph.size :], filled[cover.successor[filled] >= graph.size]])
    return (twice - int(whole.priority[stood_for[stood_for < graph.size]].sum())) // 2


def _with_stand_ins(graph: Graph, circuits: list[list[int]]) -> Graph:
    """Add a place for each circuit that must be filled, and by which nothing else is.

    Of every circuit some place stays empty in any matching; a stand-in takes it. So nothing is
    lost, but a fractional matching can no longer pretend that all of the circuit is filled.
    """
    lengths = [len(circuit) for circuit in circuits]
    worth = 4 * int(graph.priority.max()) + 4
    ends = np.concatenate([np.array(circuit, dtype=np.int64) for circuit in circuits])
    nothing = np.zeros(len(ends), dtype=np.int64)
    return replace(
        graph,
        size=graph.size + len(circuits),
        first=np.append(graph.first, ends),
        second=np.append(graph.second, graph.size + np.repeat(np.arange(len(circuits)), lengths)),
        priority=np.append(graph.priority, np.full(len(circuits), worth)),
        score=np.append(graph.score, nothing),
        favour=np.append(graph.favour, nothing),
        fill=np.append(graph.filling(), np.full(len(ends), worth)),
    )


def _mend(graph: Graph, weight: Ints, cover: Cover, chosen: Ints) -> tuple[Ints, bool]:
    """Look for something better among the links that the prices do not rule out."""
    gap = cover.twice_bound - 2 * int(weight[chosen].sum())
    room = cover.price[graph.first] + cover.price[graph.second] - 2 * weight
    found = solve_whole(graph, room, cover.price, gap)
    if found.chosen is not None and int(weight[found.chosen].sum()) > int(weight[chosen].sum()):
        chosen = found.chosen
        gap = cover.twice_bound - 2 * int(weight[chosen].sum())
    return chosen, found.loss >= gap
