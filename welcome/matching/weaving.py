"""Circles for many people: seed by scarcity, insert, borrow, and rearrange a few at a time, exactly."""

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.gathering import LARGEST, Gathering
from welcome.matching.packing import pack
from welcome.matching.utility import scores

# How many next members are tried at each step of growing a circle.
BRANCHES = 4
# How many neighbours are looked at when a circle is grown: the best, by score.
NEAREST = 60
TURNS = 3
# How many circles are dissolved, how many people without one invited, and how many new circles
# considered, when the circles around somebody are formed anew.
DISSOLVED, INVITED, MOST_LISTED = 4, 6, 3_000

Circle = tuple[int, ...]


def weave(gathering: Gathering, rows: Ints) -> list[Circle]:
    """Form circles among rows: valid always, near the most people that could be placed."""
    return _Loom(gathering, rows).run()


class _Loom:
    """Circles in the making."""

    def __init__(self, gathering: Gathering, rows: Ints) -> None:
        self.gathering = gathering
        self.near = {row: np.intersect1d(gathering.neighbours(row), rows) for row in rows.tolist()}
        self.circle_of: dict[int, int] = {}
        self.circles: dict[int, Circle] = {}
        self.made = 0

    def run(self) -> list[Circle]:
        """Seed circles from those with the fewest neighbours, then mend."""
        scarce = sorted(self.near, key=lambda row: (len(self.near[row]), row))
        for row in scarce:
            if row not in self.circle_of:
                self._seed(row, borrowing=False)
        for _ in range(TURNS):
            left = [row for row in scarce if row not in self.circle_of]
            placed = [row for row in left if self._place(row)]
            if not placed:
                break
        return list(self.circles.values())

    def _place(self, row: int) -> bool:
        if row in self.circle_of:
            return True
        return self._insert(row) or self._seed(row, borrowing=True) or self._rearrange(row)

    def _put(self, circle: Circle) -> None:
        """Make a circle of rows, taking them out of where they were."""
        for row in circle:
            if row in self.circle_of:
                self._without(row)
        self.made += 1
        self.circles[self.made] = circle
        self.circle_of.update(dict.fromkeys(circle, self.made))

    def _without(self, row: int) -> None:
        at = self.circle_of.pop(row)
        self.circles[at] = tuple(other for other in self.circles[at] if other != row)

    def _seed(self, row: int, *, borrowing: bool) -> bool:
        """Begin a smallest circle with a row, of people without one and, borrowing, of spare ones."""
        free = [o for o in self.near[row].tolist() if o not in self.circle_of or (borrowing and self._is_spare(o))]
        others = self._best(row, np.array(free, dtype=np.int64))
        circle = self._grow((row,), others)
        if circle is None:
            return False
        if borrowing and not self._can_all_leave(circle):
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
        rest = tuple(other for other in self.circles[self.circle_of[row]] if other != row)
        return len(rest) >= self.gathering.smallest and self.gathering.is_balanced(rest)

    def _can_all_leave(self, circle: Circle) -> bool:
        """Say whether what members leave behind stays valid, should several leave the same circle."""
        left: dict[int, list[int]] = {}
        for row in circle:
            if row in self.circle_of:
                left.setdefault(self.circle_of[row], []).append(row)
        return all(
            self.gathering.is_valid([row for row in self.circles[at] if row not in leaving])
            for at, leaving in left.items()
        )

    def _around(self, row: int) -> list[int]:
        """List the circles that hold somebody near."""
        return sorted({self.circle_of[o] for o in self.near[row].tolist() if o in self.circle_of})

    def _insert(self, row: int) -> bool:
        """Put a row into the open circle that is worth most with it."""
        open_ = [at for at in self._around(row) if len(self.circles[at]) < LARGEST]
        fits = [at for at in open_ if self.gathering.is_valid((*self.circles[at], row))]
        if not fits:
            return False
        at = max(fits, key=lambda at: self.gathering.worth((*self.circles[at], row)))
        self.circles[at] = (*self.circles[at], row)
        self.circle_of[row] = at
        return True

    def _rearrange(self, row: int) -> bool:
        """Form the circles around a row anew, with it and others left out, if that places more."""
        around = sorted(self._around(row), key=lambda at: -self._nearness(row, self.circles[at]))[:DISSOLVED]
        left = [other for other in self.near[row].tolist() if other not in self.circle_of][:INVITED]
        before = {member for at in around for member in self.circles[at]}
        pool = np.array(sorted({row, *left, *before}), dtype=np.int64)
        listed = self.gathering.every(pool, MOST_LISTED)
        packed = None if listed is None else pack(self.gathering, listed)
        if packed is None or sum(map(len, packed)) <= len(before):
            return False
        for at in around:
            for member in self.circles.pop(at):
                del self.circle_of[member]
        for circle in packed:
            self._put(circle)
        return row in self.circle_of

    def _nearness(self, row: int, circle: Circle) -> int:
        return len(np.intersect1d(self.near[row], circle))
