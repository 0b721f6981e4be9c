"""People who share a slot, an activity and a language: every circle is a clique within one such cluster."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Bools, Floats, Ints
from welcome.matching.circles.gathering import LARGEST, Gathering
from welcome.matching.pairs.constraints import LOCAL, NEWCOMER, may_meet
from welcome.matching.people.person import SLOTS

# What a circle must gain to be worth looking at: below it is the noise of the linear programme.
TINY = 1e-6

Circle = tuple[int, ...]


@dataclass
class Search:
    """How many steps may still be taken, and whether none was left out for that."""

    steps: int
    is_complete: bool = True


class Cluster:
    """Some rows, and for each of them, as bits, which of the others they may meet."""

    def __init__(self, gathering: Gathering, rows: Ints) -> None:
        """Compare everybody with everybody."""
        self.gathering, self.rows = gathering, rows.tolist()
        meets = may_meet(gathering.population, gathering.programme, rows[:, None], rows[None, :])
        np.fill_diagonal(meets, False)
        self.meets = [_bits(row) for row in meets]
        side = gathering.population.side[rows]
        self.only = [int(one == NEWCOMER) - int(one == LOCAL) for one in side.tolist()]

    def best(self, weights: Floats, search: Search) -> list[Circle]:
        """Find circles of the largest total weight, each better than the one before, all above nothing."""
        mine = weights[self.rows].tolist()
        order = sorted(range(len(mine)), key=lambda at: -mine[at])
        found: list[tuple[float, tuple[int, ...]]] = []
        self._grow((), 0.0, order, mine, found, search)
        return [tuple(sorted(self.rows[at] for at in circle)) for _, circle in found]

    def _grow(
        self,
        circle: tuple[int, ...],
        value: float,
        others: list[int],
        weights: list[float],
        found: list[tuple[float, tuple[int, ...]]],
        search: Search,
    ) -> None:
        gathering, room = self.gathering, LARGEST - len(circle)
        if (
            len(circle) >= gathering.smallest
            and value > (found[-1][0] if found else 0) + TINY
            and self._balanced(circle)
        ):
            found.append((value, circle))
        if not room or len(circle) + len(others) < gathering.smallest:
            return
        for at, one in enumerate(others):
            least = (found[-1][0] if found else 0) + TINY
            if value + sum(max(0.0, weights[other]) for other in others[at : at + room]) <= least:
                return
            if not search.steps:
                search.is_complete = False
                return
            search.steps -= 1
            meets = self.meets[one]
            left = [other for other in others[at + 1 :] if meets >> other & 1]
            self._grow((*circle, one), value + weights[one], left, weights, found, search)

    def _balanced(self, circle: tuple[int, ...]) -> bool:
        newcomers = sum(self.only[at] == 1 for at in circle)
        locals_ = sum(self.only[at] == -1 for at in circle)
        least = self.gathering.least_each
        return max(0, least - newcomers) + max(0, least - locals_) <= len(circle) - newcomers - locals_


def _bits(row: Bools) -> int:
    return int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little")


def clusters(gathering: Gathering, rows: Ints) -> list[Cluster]:
    """List the clusters among rows, each once, those within another left out."""
    return [Cluster(gathering, np.array(each)) for each in sorted(_largest(set(_shared(gathering, rows))))]


def _shared(gathering: Gathering, rows: Ints) -> Iterator[Circle]:
    population = gathering.population
    likes, level = population.interests[rows] > 0, population.level[:, rows]
    speaks = level >= max(1, gathering.programme.minimum_level)
    for slot in range(SLOTS):
        free = (population.slots[rows] >> np.uint32(slot) & 1).astype(np.bool_)
        for interest in np.flatnonzero(likes[free].sum(axis=0) >= gathering.smallest).tolist():
            both = free & likes[:, interest]
            for language in np.flatnonzero(speaks[:, both].sum(axis=1) >= gathering.smallest).tolist():
                each = tuple(rows[both & speaks[language]].tolist())
                if gathering.is_balanced(each):
                    yield each


def _largest(sets: set[Circle]) -> Iterator[Circle]:
    """Leave out sets that lie within another one."""
    holding: dict[int, list[frozenset[int]]] = {}
    for each in sorted(sets, key=len, reverse=True):
        mine = frozenset(each)
        if not any(mine <= larger for larger in holding.get(each[0], ())):
            yield each
            for row in each:
                holding.setdefault(row, []).append(mine)
