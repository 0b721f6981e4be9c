"""Circles by column generation: a linear programme over circles, which asks for the circles that it lacks.

The programme chooses shares of circles so that nobody has more than one seat; its prices say what a
seat of each person is worth, and whichever circle seats people who are worth less than their number
is put into it (Desaulniers, Desrosiers, Solomon 2005). When there is no such circle left, no choice
among all the circles there are can seat more people: that is the certificate. Whole circles are then
taken out of the shares by diving: the surest first, and the rest is solved again.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from welcome.matching.arrays import Floats, Ints
from welcome.matching.circles.clusters import TINY, Circle, Cluster, Search, clusters
from welcome.matching.circles.gathering import LARGEST, Gathering
from welcome.matching.progress import Progress, untold

# How many steps a search in one cluster may take: soon, when nothing is found any more, and for proof.
STEPS = (400, 3_000, 60_000)
# How many circles of one search are kept: the last are the best.
KEPT = 3
# While diving, circles with a larger share are taken together, and some in any case.
SURE, AT_LEAST = 0.75, 0.06
# Among circles that seat as many, those that suit their people are a little better.
WORTH = 1e-3
NEVER = -1e3
STEP = "circles"


@dataclass(frozen=True)
class Generated:
    """Circles without a common member, and how many people any circles could seat at most, if that is known."""

    circles: list[Circle]
    bound: int | None


def generate(gathering: Gathering, rows: Ints, start: list[Circle], tell: Progress = untold) -> Generated:
    """Seat as many of these rows as can be found, beginning with circles that are known."""
    master = _Master(gathering, rows, start, tell)
    bound = master.relax()
    return Generated(master.dive(), bound)


class _Master:
    """The programme, and the circles in it so far."""

    def __init__(self, gathering: Gathering, rows: Ints, start: list[Circle], tell: Progress) -> None:
        self.gathering, self.rows, self.tell = gathering, rows, tell
        self.clusters: list[Cluster] = clusters(gathering, rows)
        self.worth: dict[Circle, float] = {}
        for circle in start:
            self._add(tuple(sorted(circle)))

    def relax(self) -> int | None:
        """Add circles until none is missing; return the whole part of the optimum, None if that is not sure."""
        count, gains = 0.0, np.ones(len(self.gathering.population))
        for steps in STEPS:
            is_missing, is_complete = True, False
            while is_missing:
                is_missing, is_complete = self._price(gains, steps)
                if is_missing:
                    _, prices, count = self._solve(list(self.worth), 0.0)
                    gains = 1 - prices
            if is_complete:
                return int(count + TINY)
        return None

    def dive(self) -> list[Circle]:
        """Take whole circles, the surest first, and solve again for those who are left."""
        chosen: list[Circle] = []
        left = np.zeros(len(self.gathering.population), dtype=np.bool_)
        left[self.rows] = True
        while circles := self._among(left):
            shares, prices, _ = self._solve(circles, WORTH)
            taken, at_least = 0, 1 + int(AT_LEAST * left.sum() / LARGEST)
            for at in np.argsort(-shares, kind="stable").tolist():
                if shares[at] < SURE and taken >= at_least:
                    break
                if left[list(circles[at])].all():
                    chosen.append(circles[at])
                    left[list(circles[at])] = False
                    taken += 1
            self._price(np.where(left, 1 - prices, NEVER), STEPS[0])
        return chosen

    def _among(self, left: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[Circle]:
        """List the circles of people who are left; look for more where there is none."""
        circles = [circle for circle in self.worth if left[list(circle)].all()]
        if circles or not self._price(np.where(left, 1.0, NEVER), STEPS[0])[0]:
            return circles
        return [circle for circle in self.worth if left[list(circle)].all()]

    def _add(self, circle: Circle) -> bool:
        if circle in self.worth:
            return False
        self.worth[circle] = self.gathering.worth(circle)
        return True

    def _price(self, gains: Floats, steps: int) -> tuple[bool, bool]:
        """Add circles that gain something; return whether any was missing, and whether every one was looked at."""
        is_missing, is_complete = False, True
        for cluster in self.clusters:
            self.tell(0.0, STEP)
            search = Search(steps)
            for circle in cluster.best(gains, search)[-KEPT:]:
                is_missing |= self._add(circle)
            is_complete &= search.is_complete
        return is_missing, is_complete

    def _solve(self, circles: list[Circle], worth: float) -> tuple[Floats, Floats, float]:
        """Return the share of each circle, the price of each row's seat, and the optimum."""
        sizes = np.array([len(circle) for circle in circles])
        seats = np.concatenate([np.array(circle) for circle in circles])
        shape = (len(self.gathering.population), len(circles))
        taken = csr_array((np.ones(len(seats)), (seats, np.repeat(np.arange(len(circles)), sizes))), shape=shape)
        value = sizes * (1 + worth * np.array([self.worth[circle] for circle in circles]))
        found = linprog(-value, A_ub=taken, b_ub=np.ones(shape[0]), bounds=(0, None), method="highs")
        return found.x, -found.ineqlin.marginals, float(-found.fun)
