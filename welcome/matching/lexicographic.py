"""The best matching of a graph, aim after aim.

1. The most places filled, those of higher priority first. The sets of places that a matching can
   fill form a matroid, so preferring some of them never lowers the number of all.
2. The highest floor: the worst link as good as it can be.
3. The largest total.
4. Among equals, the links with the most favour.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.best import best_matching
from welcome.matching.cover import solve_cover
from welcome.matching.graph import Graph

# A constant worth added to every link, in one of the two bounds below.
WORTH = 10_000

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Solution:
    """A matching and what is known about it.

    Attributes
    ----------
    chosen : int64 (k,)
        Numbers of the links, ascending.
    filling, most_filling : int
        The priority filled, and what no matching exceeds.
    total, bound : int
        The sum of scores, and what no matching of as many links above the same floor exceeds.
    floor : int
        The score that every link reaches; 0 for an empty matching.
    is_proven : bool
        Whether every aim is proven to be met as well as it can be.
    """

    chosen: Ints
    filling: int
    most_filling: int
    total: int
    bound: int
    floor: int
    is_proven: bool


def solve(graph: Graph, progress: Progress | None = None) -> Solution:
    """Find the lexicographically best matching of a graph.

    Parameters
    ----------
    graph : Graph
        Every priority positive, every score non-negative.
    progress : callable, optional
        Told the name of each step as it begins; an exception raised in it stops the work.

    Returns
    -------
    Solution
    """
    tell = progress or (lambda step: None)
    if not len(graph):
        return Solution(np.arange(0), 0, 0, 0, 0, 0, True)
    tell("most people")
    first = best_matching(graph)
    filling = int(graph.filling()[first.chosen].sum())
    tell("highest floor")
    floor, is_floor_proven = _highest_floor(graph, first.chosen, filling)
    tell("largest total")
    chosen, is_proven = first.chosen, first.is_proven and is_floor_proven
    if floor > int(graph.score[chosen].min()):
        chosen, is_last_proven = _fill_again(graph, floor, filling, chosen)
        is_proven &= is_last_proven
    most = filling if first.is_proven else first.most_filling
    tell("certificate")
    return _certified(graph, chosen, most, is_proven)


def solve_again(graph: Graph, before: Solution, bonus: Ints) -> Solution:
    """Solve for the total and a bonus on some links, keeping the filling and the floor reached.

    The bound is that of the total without the bonus, for as much bonus as was reached.
    """
    raised = replace(graph, score=graph.score + bonus).take(graph.score >= before.floor)
    above = np.flatnonzero(graph.score >= before.floor)
    best = best_matching(raised)
    chosen = above[best.chosen]
    if int(graph.filling()[chosen].sum()) < before.filling:
        return before
    is_proven = best.is_proven and before.is_proven
    after = _certified(replace(graph, score=graph.score + bonus), chosen, before.most_filling, is_proven)
    paid, worst = int(bonus[chosen].sum()), int(graph.score[chosen].min())
    return replace(after, total=after.total - paid, bound=after.bound - paid, floor=worst)


def _fill_again(graph: Graph, floor: int, filling: int, before: Ints) -> tuple[Ints, bool]:
    """Solve above a floor; keep the earlier answer should the filling not be found again."""
    above = np.flatnonzero(graph.score >= floor)
    last = best_matching(graph.take(above))
    chosen = above[last.chosen]
    if int(graph.filling()[chosen].sum()) < filling:
        return before, False
    return chosen, last.is_proven


def _certified(graph: Graph, chosen: Ints, most_filling: int, is_proven: bool) -> Solution:
    """Put the figures of an answer together, with a bound by duality where it is not proven."""
    total, floor = int(graph.score[chosen].sum()), int(graph.score[chosen].min())
    bound = total
    if not is_proven:
        bound = max(total, _bound(graph.take(graph.score >= floor), len(chosen)))
    filling = int(graph.filling()[chosen].sum())
    return Solution(chosen, filling, most_filling, total, bound, floor, is_proven)


def _highest_floor(graph: Graph, chosen: Ints, filling: int) -> tuple[int, bool]:
    """Search by halves for the highest score below which no link is needed for the same filling."""
    worst = int(graph.score[chosen].min(initial=0))
    steps = np.unique(graph.score[graph.score >= worst])
    low, high, is_proven = 0, len(steps) - 1, True
    blank = np.zeros(len(graph), dtype=np.int64)
    plain = replace(graph, score=blank, favour=blank)
    while low < high:
        middle = (low + high + 1) // 2
        trial = best_matching(plain.take(graph.score >= steps[middle]))
        reached = int((plain.filling()[graph.score >= steps[middle]])[trial.chosen].sum())
        if reached >= filling:
            low = middle
        else:
            is_proven &= trial.is_proven or trial.most_filling < filling
            high = middle - 1
    return int(steps[low]), is_proven


def _bound(graph: Graph, count: int) -> int:
    """Bound the total of any matching of so many links by duality, with and without their number."""
    alone = solve_cover(graph, graph.score + 1).twice_bound // 2
    together = solve_cover(graph, graph.score + WORTH).twice_bound // 2 - WORTH * count
    return min(alone, together)
