"""The best matching of a graph, aim after aim.

1. The most places filled, those of higher priority first. The sets of places that a matching can
   fill form a matroid, so preferring some of them never lowers the number of all.
2. The highest floor: the worst link as good as it can be.
3. The largest total.
4. Among equals, the links with the most favour.
"""

from dataclasses import dataclass, replace

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.progress import Progress, untold
from welcome.matching.solving.best import Best, best_matching
from welcome.matching.solving.graph import Graph
from welcome.matching.solving.links import Links, View


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


def solve(links: Links, progress: Progress = untold) -> Solution:
    """Find the lexicographically best matching.

    Parameters
    ----------
    links : Links
        Every priority positive, every score non-negative. Grows until it holds all links that matter.
    progress : callable, optional
        Told the share done and the step as it begins; an exception raised in it stops the work.

    Returns
    -------
    Solution
    """
    if not len(links.graph):
        return Solution(np.arange(0), 0, 0, 0, 0, 0, True)
    progress(0.0, "most people")
    first = best_matching(links, View(is_blank=True))
    progress(0.3, "highest floor")
    floor, held, is_floor_proven = _highest_floor(links, first)
    progress(0.6, "largest total")
    best = best_matching(links, View(floor))
    graph, most = links.graph, first.most_filling
    if int(graph.filling()[best.chosen].sum()) < int(graph.filling()[held].sum()):
        return replace(_certified(graph, held, best, most), is_proven=False)
    found = _certified(graph, best.chosen, best, most)
    return replace(found, is_proven=found.is_proven and first.is_proven and is_floor_proven)


def solve_again(links: Links, before: Solution, bonus: int) -> Solution:
    """Solve for the total and a bonus for links across the sides, keeping the filling and the floor reached.

    The bound is that of the total without the bonus, for as much bonus as was reached.
    """
    best = best_matching(links, View(before.floor, bonus=bonus))
    graph, chosen = links.graph, best.chosen
    if int(graph.filling()[chosen].sum()) < before.filling:
        return before
    after = _certified(graph, chosen, best, before.most_filling)
    bound = best.most_total - bonus * int(graph.crossing[chosen].sum())
    return replace(after, bound=max(after.total, bound), is_proven=best.is_proven and before.is_proven)


def _certified(graph: Graph, chosen: Ints, best: Best, most: int) -> Solution:
    """Put the figures of an answer together."""
    total, filling = int(graph.score[chosen].sum()), int(graph.filling()[chosen].sum())
    bound = total if best.is_proven else max(total, best.most_total)
    return Solution(chosen, filling, most, total, bound, int(graph.score[chosen].min()), best.is_proven)


def _highest_floor(links: Links, first: Best) -> tuple[int, Ints, bool]:
    """Search for the highest score below which no link is needed for the same filling.

    The highest conceivable comes first; most often it is reached. Where it is not, the prices that
    prove so tell how far down the next link that could help lies.

    Returns
    -------
    the floor, a matching above it with the same filling, and whether the floor is proven
    """
    filling, held, is_proven = int(links.graph.filling()[first.chosen].sum()), first.chosen, True
    low, high = int(links.graph.score[held].min()), _lowest_best(links.graph, first)
    trying, is_hinted = high, False
    while low < high:
        trial = best_matching(links, View(trying, is_blank=True))
        if int(links.graph.filling()[trial.chosen].sum()) >= filling:
            held = trial.chosen
            low = int(links.graph.score[held].min())
            # A hint overlooks links that are not held: the next score must be tried as well.
            trying = low + 1 if is_hinted else (low + high + 1) // 2
            is_hinted = False
        else:
            is_proven &= trial.is_proven or trial.most_filling < filling
            high = trying - 1
            trying, is_hinted = min(high, max(low + 1, _next_below(links.graph, trial, trying))), True
    return low, held, is_proven


def _next_below(graph: Graph, trial: Best, floor: int) -> int:
    """Return the highest score below a floor whose link breaks the prices that hold above it."""
    below = graph.take(graph.score < floor)
    breaks = trial.prices.room(replace(below, score=np.zeros_like(below.score))) < 0
    return int(below.score[breaks].max(initial=0))


def _lowest_best(graph: Graph, first: Best) -> int:
    """Return what the floor cannot exceed: each place that is needed has a best link, which is held."""
    best = np.zeros(graph.size, dtype=np.int64)
    np.maximum.at(best, graph.first, graph.score)
    np.maximum.at(best, graph.second, graph.score)
    return int(best[first.needed].min(initial=int(graph.score.max())))
