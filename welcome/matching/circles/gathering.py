"""What makes a circle: three to six people who all share a slot, a language and an interest.

Everybody must be allowed to meet everybody else, and nobody may be a token: by default at least two
newcomers and two locals.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Bools, Floats, Ints, Words
from welcome.matching.pairs.constraints import LOCAL, NEWCOMER, may_meet
from welcome.matching.pairs.nearby import meetable
from welcome.matching.pairs.utility import UNIT, scores
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme

SMALLEST, LARGEST = 3, 6
# What a circle is worth: how well all suit each other, each one's best tie, and the activity.
AFFINITY, BEST_TIE, FIT = 0.5, 0.3, 0.2


@dataclass(frozen=True)
class Shared:
    """What all members of a (growing) circle have in common, as bits."""

    slots: int
    interests: Words
    languages: Words

    def __and__(self, other: "Shared") -> "Shared":
        """Return what two groups have in common."""
        return Shared(self.slots & other.slots, self.interests & other.interests, self.languages & other.languages)

    def is_enough(self) -> bool:
        """Whether a slot, an interest and a language are left."""
        return bool(self.slots) and bool(self.interests.any()) and bool(self.languages.any())


class Gathering:
    """Who could form a circle with whom, in one population.

    Parameters
    ----------
    population : Population
    programme : Programme
        Of kind activity.
    least_each : int
        How many newcomers, and how many locals, a circle has at least.
    """

    def __init__(self, population: Population, programme: Programme, least_each: int) -> None:
        self.population = population
        self.programme = programme
        self.least_each = least_each
        self.smallest = max(SMALLEST, 2 * least_each)
        self.speaks = population.speaks[programme.minimum_level]
        self._near: dict[int, Ints] = {}

    def shared(self, rows: Sequence[int]) -> Shared:
        """Return what these rows have in common."""
        at = list(rows)
        return Shared(
            int(np.bitwise_and.reduce(self.population.slots[at])),
            np.bitwise_and.reduce(self.population.interested[:, at], axis=1),
            np.bitwise_and.reduce(self.speaks[:, at], axis=1),
        )

    def is_balanced(self, rows: Sequence[int]) -> bool:
        """Whether newcomers and locals are enough; who is both counts for the side that needs it."""
        sides = self.population.side[list(rows)]
        only_new, only_local = int((sides == NEWCOMER).sum()), int((sides == LOCAL).sum())
        either = len(rows) - only_new - only_local
        lacking = max(0, self.least_each - only_new) + max(0, self.least_each - only_local)
        return lacking <= either

    def is_valid(self, rows: Sequence[int]) -> bool:
        """Whether these rows may form a circle."""
        if not self.smallest <= len(set(rows)) == len(rows) <= LARGEST or not self.is_balanced(rows):
            return False
        first, second = np.triu_indices(len(rows), k=1)
        at = np.array(rows)
        meet = may_meet(self.population, self.programme, at[first], at[second])
        return bool(meet.all()) and self.shared(rows).is_enough()

    def worth(self, rows: Sequence[int]) -> float:
        """Score a circle in [0, 1]."""
        at = np.array(rows)
        table = scores(self.population, self.programme, at[:, None], at[None, :]) / UNIT
        np.fill_diagonal(table, 0)
        affinity = table.sum() / (len(at) * (len(at) - 1))
        return float(AFFINITY * affinity + BEST_TIE * table.max(axis=1).mean() + FIT * self.fit(rows))

    def fit(self, rows: Sequence[int]) -> float:
        """Return how dear the best common activity is to all, in [0, 1]."""
        strength = self.population.interests[list(rows)].astype(np.float64)
        common: Floats = strength.mean(axis=0) * (strength > 0).all(axis=0)
        return float(common.max(initial=0)) / 3

    def joinable(self, rows: Sequence[int], others: Ints) -> Ints:
        """Return which of the others could join these rows, sides apart."""
        shared, at = self.shared(rows), np.array(rows)
        fits: Bools = (self.population.slots[others] & np.uint32(shared.slots)) != 0
        for column, wanted in (
            (self.population.interested, shared.interests),
            (self.speaks, shared.languages),
        ):
            fits &= ((column[:, others] & wanted[:, None]) != 0).any(axis=0)
        others = others[fits & ~np.isin(others, at)]
        meet = may_meet(self.population, self.programme, at[:, None], others[None, :])
        return np.asarray(others[meet.all(axis=0)])

    def neighbours(self, row: int) -> Ints:
        """Return the rows that could be in a circle with this one; looked for once."""
        if row not in self._near:
            rows = meetable(self.population, self.programme, row)
            self._near[row] = self.joinable([row], rows) if len(rows) and self.population.slots[row] else rows[:0]
        return self._near[row]

    def every(self, rows: Ints, most: int) -> list[tuple[int, ...]] | None:
        """List every circle among these rows, or None if there are more than so many."""
        found: list[tuple[int, ...]] = []
        for circle in self._grow((), np.sort(rows)):
            found.append(circle)
            if len(found) > most:
                return None
        return found

    def _grow(self, circle: tuple[int, ...], others: Ints) -> Iterator[tuple[int, ...]]:
        if len(circle) >= self.smallest and self.is_balanced(circle):
            yield circle
        if len(circle) < LARGEST:
            for at, row in enumerate(others.tolist()):
                larger = (*circle, row)
                yield from self._grow(larger, self.joinable(larger, others[at + 1 :]))
