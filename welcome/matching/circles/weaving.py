"""Circles for many people: seed by scarcity, insert, borrow, then form the circles around who is left out anew."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.circles.gathering import LARGEST, Gathering, Shared
from welcome.matching.circles.generation import STEP, generate
from welcome.matching.pairs.utility import scores
from welcome.matching.progress import Progress, untold

# How many next members are tried at each step of growing a circle.
BRANCHES = 4
# How many neighbours are looked at when a circle is grown: the best, by score.
NEAREST = 60
TURNS = 3
# Of the circles that somebody fits into, so many are compared by worth.
COMPARED = 5
# How many people the circles hold that are formed anew around somebody, and how many without a circle
# are invited; how often that may be tried in vain.
DISSOLVED, INVITED, MOST_VAIN = 150, 24, 20
# The share of the work that seeding is.
SEEDED = 0.5

Circle = tuple[int, ...]


def weave(
    gathering: Gathering,
    rows: Ints,
    start: Iterable[Circle] = (),
    *,
    regroup: bool = True,
    tell: Progress = untold,
) -> list[Circle]:
    """Form circles among rows, from none or from some: valid always, near the most people that could be placed."""
    return _Loom(gathering, rows, tell).run(start, regroup)


@dataclass
class _Ring:
    """A circle in the making: its rows, the same as bits, and what all share."""

    rows: Circle
    bits: int
    shared: Shared


class _Loom:
    """Circles in the making."""

    def __init__(self, gathering: Gathering, rows: Ints, tell: Progress) -> None:
        self.gathering, self.tell = gathering, tell
        part = np.zeros(len(gathering.population), dtype=np.bool_)
        part[rows] = True
        self.near = {row: near[part[near]] for row in rows.tolist() for near in [gathering.neighbours(row)]}
        self.bits = {row: sum_of_bits(near, len(part)) for row, near in self.near.items()}
        self.ring_of: dict[int, int] = {}
        self.rings: dict[int, _Ring] = {}
        self.made = 0

    def run(self, start: Iterable[Circle], regroup: bool) -> list[Circle]:
        """Seed circles from those with the fewest neighbours, then mend."""
        for circle in start:
            self._put(circle)
        scarce = sorted(self.near, key=lambda row: (len(self.near[row]), row))
        for at, row in enumerate(scarce):
            self.tell(SEEDED * at / len(scarce), STEP)
            if row not in self.ring_of:
                self._seed(row, borrowing=False)
        for turn in range(TURNS):
            self.tell(SEEDED + (1 - SEEDED) * turn / TURNS, STEP)
            left = [row for row in scarce if row not in self.ring_of]
            if not sum(self._insert(row) or self._seed(row, borrowing=True) for row in left):
                break
        vain = 0
        for row in scarce if regroup else ():
            self.tell(1.0, STEP)
            if row not in self.ring_of and vain < MOST_VAIN:
                vain += not self._regroup(row)
        return [ring.rows for ring in self.rings.values()]

    def _put(self, circle: Circle, at: int | None = None) -> None:
        """Make a circle of rows, taking them out of where they were."""
        for row in circle:
            if row in self.ring_of and self.ring_of[row] != at:
                self._without(row)
        if at is None:
            self.made += 1
            at = self.made
        bits = sum(1 << row for row in circle)
        self.rings[at] = _Ring(circle, bits, self.gathering.shared(circle))
        self.ring_of.update(dict.fromkeys(circle, at))

    def _without(self, row: int) -> None:
        at = self.ring_of.pop(row)
        rest = tuple(other for other in self.rings[at].rows if other != row)
        self.rings[at] = _Ring(rest, self.rings[at].bits ^ 1 << row, self.gathering.shared(rest))

    def _seed(self, row: int, *, borrowing: bool) -> bool:
        """Begin a smallest circle with a row, of people without one and, borrowing, of spare ones."""
        if row in self.ring_of:
            return True
        near = self.near[row].tolist()
        free = [o for o in near if o not in self.ring_of or (borrowing and self._is_spare(o))]
        circle = self._grow((row,), self._best(row, np.array(free, dtype=np.int64)))
        if circle is None or (borrowing and not self._can_all_leave(circle)):
            return False
        self._put(circle)
        return True

    def _best(self, row: int, others: Ints) -> Ints:
        """Keep the nearest by score, those with the fewest neighbours first among them."""
        g = self.gathering
        score = scores(g.population, g.programme, np.array([row]), others)
        kept = others[np.argsort(-score, kind="stable")[:NEAREST]]
        return np.array(sorted(kept.tolist(), key=lambda other: len(self.near[other])), dtype=np.int64)

    def _grow(self, circle: Circle, others: Ints) -> Circle | None:
        """Add members depth first, a few branches at each step, until the circle is valid."""
        g = self.gathering
        if len(circle) >= g.smallest:
            return circle if g.is_balanced(circle) else None
        others = g.joinable(circle, others)
        tried = 0
        for at, row in enumerate(others.tolist()):
            if tried == BRANCHES:
                break
            if len(circle) + 1 == g.smallest and not g.is_balanced((*circle, row)):
                continue
            tried += 1
            found = self._grow((*circle, row), others[at + 1 :])
            if found is not None:
                return found
        return None

    def _is_spare(self, row: int) -> bool:
        """Say whether a circle would stay valid without this member."""
        rest = tuple(other for other in self.rings[self.ring_of[row]].rows if other != row)
        return len(rest) >= self.gathering.smallest and self.gathering.is_balanced(rest)

    def _can_all_leave(self, circle: Circle) -> bool:
        """Say whether what members leave behind stays valid, should several leave the same circle."""
        left: dict[int, list[int]] = {}
        for row in circle:
            if row in self.ring_of:
                left.setdefault(self.ring_of[row], []).append(row)
        return all(
            self.gathering.is_valid([row for row in self.rings[at].rows if row not in leaving])
            for at, leaving in left.items()
        )

    def _insert(self, row: int) -> bool:
        """Put a row into an open circle, of a few that it fits into the one that is worth most with it."""
        if row in self.ring_of:
            return True
        mine, told = self.bits[row], self.gathering.shared((row,))
        fits = [
            at
            for at, ring in self.rings.items()
            if ring.bits & mine == ring.bits and len(ring.rows) < LARGEST and (told & ring.shared).is_enough()
        ][:COMPARED]
        if not fits:
            return False
        at = max(fits, key=lambda at: self.gathering.worth((*self.rings[at].rows, row)))
        self._put((*self.rings[at].rows, row), at)
        return True

    def _regroup(self, row: int) -> bool:
        """Form the circles around a row anew, with it and others left out, if that places more."""
        around = sorted({self.ring_of[o] for o in self.near[row].tolist() if o in self.ring_of})
        around.sort(key=lambda at: -(self.rings[at].bits & self.bits[row]).bit_count())
        left = [other for other in self.near[row].tolist() if other not in self.ring_of][:INVITED]
        before = [self.rings[at].rows for at in around[: DISSOLVED // LARGEST]]
        held = {member for circle in before for member in circle}
        found = generate(self.gathering, np.array(sorted({row, *left, *held}), dtype=np.int64), before).circles
        if sum(map(len, found)) <= len(held):
            return False
        for at in around[: DISSOLVED // LARGEST]:
            for member in self.rings.pop(at).rows:
                del self.ring_of[member]
        for circle in found:
            self._put(circle)
        return True


def sum_of_bits(rows: Ints, count: int) -> int:
    """Write rows as the bits of one number."""
    held = np.zeros(count, dtype=np.bool_)
    held[rows] = True
    return int.from_bytes(np.packbits(held, bitorder="little").tobytes(), "little")
