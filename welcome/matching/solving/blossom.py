"""Fill places that a fractional matching filled only by half: alternating paths through blossoms.

Edmonds' search (1965) from one empty place: it ends at another empty place, which fills both, or
at a filled place of lower priority, which gives way.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.solving.graph import Graph

NOBODY = -1


class Blossom(NamedTuple):
    """An odd set of places, one of which must look outside, though nobody is left there.

    Attributes
    ----------
    places : tuple of int
    priority : int
        The priority that stays empty because of it.
    """

    places: tuple[int, ...]
    priority: int


class Filled(NamedTuple):
    """What the search from some empty places came to.

    Attributes
    ----------
    chosen : int64 (k,)
        Links without a common place.
    blossoms : list of Blossom
        What searches that failed ran around in.
    """

    chosen: Ints
    blossoms: list[Blossom]


def fill_by_paths(graph: Graph, chosen: Ints, roots: Ints) -> Filled:
    """Improve the filling of a matching by alternating paths from some of its empty places.

    Parameters
    ----------
    graph : Graph
    chosen : int64 (k,)
        Links without a common place.
    roots : int64 (r,)
        Places to begin at; those already filled are passed over.
    """
    neighbours = _neighbours(graph)
    mate = [NOBODY] * graph.size
    for first, second in zip(graph.first[chosen].tolist(), graph.second[chosen].tolist(), strict=True):
        mate[first], mate[second] = second, first
    priority = graph.priority.tolist()
    waiting = deque(sorted(roots.tolist(), key=lambda place: (-priority[place], place)))
    blossoms: list[Blossom] = []
    while waiting:
        root = waiting.popleft()
        if mate[root] == NOBODY:
            search = _Search(neighbours, mate, priority)
            given_up = search.run(root)
            if given_up == root:
                blossoms += search.blossoms(priority[root])
            elif given_up != NOBODY:
                waiting.append(given_up)
    return Filled(_links(graph, np.array(mate, dtype=np.int64)), blossoms)


def _neighbours(graph: Graph) -> list[list[int]]:
    """List the neighbours of every place."""
    here = np.concatenate([graph.first, graph.second])
    there = np.concatenate([graph.second, graph.first])
    order = np.argsort(here, kind="stable")
    ends = np.searchsorted(here[order], np.arange(1, graph.size))
    return [part.tolist() for part in np.split(there[order], ends)]


def _links(graph: Graph, mate: Ints) -> Ints:
    """Find the links between mates; of equal links the first."""
    matched = np.flatnonzero(mate[graph.first] == graph.second)
    _, at = np.unique(graph.first[matched], return_index=True)
    return np.sort(matched[at])


class _Search:
    """One search tree; touches only the places that it reaches."""

    def __init__(self, neighbours: list[list[int]], mate: list[int], priority: list[int]) -> None:
        self.neighbours = neighbours
        self.mate = mate
        self.priority = priority
        self.parent: dict[int, int] = {}
        self.base: dict[int, int] = {}
        self.outer: set[int] = set()
        self.queue: deque[int] = deque()

    def run(self, root: int) -> int:
        """Grow a tree from an empty place and change mates along the path that helps most.

        Returns
        -------
        int
            The place that is empty now: NOBODY, the root itself, or the one that gave way.
        """
        self._grow(root)
        while self.queue:
            end = self._visit(self.queue.popleft(), root)
            if end != NOBODY:
                self._flip(end)
                return NOBODY
        least = min(self.outer, key=lambda place: (self.priority[place], place))
        if self.priority[least] >= self.priority[root]:
            return root
        end, self.mate[least] = self.mate[least], NOBODY
        self._flip(end)
        return least

    def blossoms(self, priority: int) -> list[Blossom]:
        """List the odd sets that the search contracted."""
        found: dict[int, list[int]] = {}
        for place in self.outer:
            found.setdefault(self._of(place), []).append(place)
        return [Blossom(tuple(sorted(b)), priority) for b in found.values() if len(b) > 1]

    def _grow(self, place: int) -> None:
        self.outer.add(place)
        self.queue.append(place)

    def _of(self, place: int) -> int:
        """Find the base of the blossom that a place lies in."""
        path = []
        while self.base.get(place, place) != place:
            path.append(place)
            place = self.base[place]
        for passed in path:
            self.base[passed] = place
        return place

    def _visit(self, here: int, root: int) -> int:
        for there in self.neighbours[here]:
            if self.mate[here] == there or self._of(here) == self._of(there):
                continue
            if there in self.outer:
                self._shrink(here, there)
            elif there not in self.parent:
                self.parent[there] = here
                if self.mate[there] == NOBODY:
                    return there
                self._grow(self.mate[there])
        return NOBODY

    def _shrink(self, here: int, there: int) -> None:
        """Contract the odd cycle that a link between two outer places closes."""
        top = self._meeting(here, there)
        ring = self._climb(here, there, top) + self._climb(there, here, top)
        for place in ring:
            self.base[self._of(place)] = top
            if place not in self.outer:
                self._grow(place)
        self.base[top] = top

    def _meeting(self, here: int, there: int) -> int:
        """Find the lowest base that two places have in common."""
        passed = set()
        place = here
        while True:
            place = self._of(place)
            passed.add(place)
            if self.mate[place] == NOBODY:
                break
            place = self.parent[self.mate[place]]
        place = self._of(there)
        while place not in passed:
            place = self._of(self.parent[self.mate[place]])
        return place

    def _climb(self, place: int, child: int, top: int) -> list[int]:
        """Walk from a place up to the meeting point, noting the way around the cycle."""
        ring = []
        while self._of(place) != top:
            partner = self.mate[place]
            ring += [place, partner, self._of(place), self._of(partner)]
            self.parent[place] = child
            child = partner
            place = self.parent[partner]
        return ring

    def _flip(self, end: int) -> None:
        """Exchange mates along the path from a place without one to the root."""
        while end != NOBODY:
            before = self.parent[end]
            following = self.mate[before]
            self.mate[end], self.mate[before] = before, end
            end = following
