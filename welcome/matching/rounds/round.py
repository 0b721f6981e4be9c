"""A round: everybody who waits is paired at once, so that the fewest are left out."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from welcome.matching.arrays import Bools, Floats, Ints
from welcome.matching.pairs.constraints import may_meet
from welcome.matching.pairs.feasible import Pairs
from welcome.matching.pairs.utility import UNIT, scores
from welcome.matching.people.fingerprint import digest, fair_order
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme
from welcome.matching.progress import Progress, Steady, part_of, untold
from welcome.matching.rounds.bridging import bridge
from welcome.matching.rounds.field import Field
from welcome.matching.rounds.places import Places, Seating, WantedPairs, favoured, places_of
from welcome.matching.rounds.quality import Quality, Rivals, measure
from welcome.matching.rounds.report import Report
from welcome.matching.rounds.unmatched import Unmatched, left_out, why_unmatched
from welcome.matching.solving.cover import solve_cover
from welcome.matching.solving.graph import Graph
from welcome.matching.solving.lexicographic import Solution, solve
from welcome.matching.solving.links import Links, Wanted


class Round:
    """The best round of one programme over one population.

    Parameters
    ----------
    programme : Programme
    random_state : int
        Decides between equals; the same seed gives the same round, whatever the order of people.
    n_jobs : int, optional
        Worker processes (joblib) that look for pairs; the round is the same with any number.

    Attributes
    ----------
    pairs_ : int64 (m, 2)
        Rows, sorted; in a directed programme (giver, taker), otherwise the smaller row first.
    scores_ : float64 (m,)
        Reciprocal scores in [0, 1].
    prices_ : float64 (n,)
        How sought-after everybody is, in [0, 1]; ``suggest`` takes them.
    bound_ : float
        What the sum of ``scores_`` of no round as large above the same floor exceeds.
    matched_ : bool (n,)
    unmatched_ : dict of row to Unmatched
        Worked out when it is first asked for, like ``quality_``.
    report_ : Report
    quality_ : Quality
        Scores, blocking pairs, waits.
    possible_ : int
        How many pairs of people may meet.
    digest_ : str
        SHA-256 of everything that went in; the same digest means the same round.

    Notes
    -----
    The aims, one after the other: the most people, the longest-waiting first; the highest floor;
    the largest total; the least shown favoured. See ``welcome.matching.solving.lexicographic``.
    """

    pairs_: Ints
    scores_: Floats
    prices_: Floats
    bound_: float
    matched_: Bools
    report_: Report
    possible_: int
    digest_: str

    def __init__(
        self,
        programme: Programme,
        *,
        random_state: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        """Store the settings, nothing else."""
        self.programme = programme
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self,
        population: Population,
        *,
        pinned: Ints | Sequence[tuple[int, int]] = (),
        exposure: Ints | None = None,
        progress: Progress = untold,
    ) -> Self:
        """Pair everybody.

        Parameters
        ----------
        population : Population of n people
        pinned : array of shape (k, 2)
            Pairs of rows to make whatever else happens; (giver, taker) in a directed programme.
        exposure : int64 (n,), optional
            How often everybody was shown lately.
        progress : callable, optional
            Told the share done (0 to 1, never falling) and the name of the step as the work goes on,
            between blocks of people as well; an exception raised in it stops the round.

        Raises
        ------
        ValueError
            If a pinned pair breaks a hard rule, or asks for more places than there are.
        """
        steady = Steady(progress)
        order = fair_order(population, self.random_state)
        people = population.take(order)
        held = self._pinned(people, np.argsort(order)[np.asarray(pinned, dtype=np.int64).reshape(-1, 2)])
        shown = None if exposure is None else np.asarray(exposure, dtype=np.int64)[order]
        field = Field(people, self.programme, n_jobs=self.n_jobs, progress=part_of(steady, 0.0, 0.3))
        places = places_of(people, self.programme, _spent(held, len(people), self.programme))
        seating = Seating(places, favoured(shown, len(people)), people.side)
        links = _links(field, seating, steady)
        solution, cost = self._solve(people, links, held, part_of(steady, 0.3, 0.9))
        made = seating.pairs(links.graph, solution.chosen)
        self._keep(order, made, held)
        steady(0.9, "prices")
        self.prices_ = np.zeros(len(people))
        self.prices_[order] = _prices(links.graph, places, len(people))
        self._after = _After(
            people, order, field, made.plus(held), left_out(people, self.programme, self.matched_[order])
        )
        for later in ("unmatched_", "quality_"):
            self.__dict__.pop(later, None)
        self.possible_ = field.count
        self._report(population, solution, cost)
        self.digest_ = digest(population, self.programme, self.random_state, pinned, exposure)
        steady(1.0, "done")
        return self

    @cached_property
    def unmatched_(self) -> dict[int, Unmatched]:
        """Why everybody who was left out was: looked for when it is first asked for."""
        after = self._after
        why = why_unmatched(after.people, self.programme, after.field.fits, after.left_out)
        return dict(sorted((int(after.order[row]), reason) for row, reason in why.items()))

    @cached_property
    def quality_(self) -> Quality:
        """Scores, blocking pairs and waits: measured when they are first asked for."""
        after = self._after
        rivals = Rivals(after.people, after.made, is_directed=self.programme.kind.is_directed)
        regret = rivals.gain(after.field.sift(rivals))
        return measure(after.people, after.made, regret, after.left_out)

    def _solve(self, people: Population, links: Links, held: Pairs, progress: Progress) -> tuple[Solution, float]:
        """Solve, and turn the bridging dial."""
        plain = solve(links, progress)
        held_crossing = int(people.bridges(held.first, held.second).sum())
        return bridge(links, plain, self.programme, held_crossing, len(held))

    def _pinned(self, people: Population, rows: Ints) -> Pairs:
        first, second = rows[:, 0], rows[:, 1]
        if not self.programme.kind.is_directed:
            first, second = rows.min(axis=1), rows.max(axis=1)
        if len(rows) and not (may_meet(people, self.programme, first, second) & (first != second)).all():
            raise ValueError("a pinned pair breaks a hard rule")
        return Pairs(first, second, scores(people, self.programme, first, second))

    def _keep(self, order: Ints, made: Pairs, held: Pairs) -> None:
        """Store pairs by the rows that were handed in."""
        pairs = order[np.column_stack([np.append(made.first, held.first), np.append(made.second, held.second)])]
        if not self.programme.kind.is_directed:
            pairs.sort(axis=1)
        by_row = np.lexsort((pairs[:, 1], pairs[:, 0]))
        self.pairs_ = pairs[by_row]
        self.scores_ = np.append(made.score, held.score)[by_row] / UNIT
        self.matched_ = np.zeros(len(order), dtype=np.bool_)
        self.matched_[self.pairs_.ravel()] = True

    def _report(self, population: Population, solution: Solution, cost: float) -> None:
        total = float(self.scores_.sum())
        self.bound_ = total + (solution.bound - solution.total) / UNIT
        crossing = population.bridges(self.pairs_[:, 0], self.pairs_[:, 1])
        self.report_ = Report(
            people=len(self._after.left_out) + int(self.matched_.sum()),
            matchable=int((self._after.field.fits | self.matched_[self._after.order]).sum()),
            matched=int(self.matched_.sum()),
            pairs=len(self.pairs_),
            floor=float(self.scores_.min()) if len(self.pairs_) else 0.0,
            total=total,
            bound=self.bound_,
            is_proven=solution.is_proven,
            gap=1 - total / self.bound_ if self.bound_ else 0.0,
            most_filled=solution.filling / solution.most_filling if solution.most_filling else 1.0,
            bridging=float(crossing.mean()) if len(crossing) else 0.0,
            bridging_cost=cost,
        )


class _After(NamedTuple):
    """What a round keeps for questions asked later; rows as in the fair order."""

    people: Population
    order: Ints
    field: Field
    made: Pairs
    left_out: Ints


def _links(field: Field, seating: Seating, steady: Steady) -> Links:
    """Hand the promising pairs to the solver, and a way to ask for more where these are not all."""
    best = field.best()

    def ask(wanted: Wanted) -> Graph:
        return seating.graph(field.sift(WantedPairs(seating, wanted), steady.still))[0]

    return Links(seating.graph(best)[0], None if len(best) == field.count else ask)


def _spent(held: Pairs, count: int, programme: Programme) -> Ints:
    """Count the places that pinned pairs use, giving and taking."""
    giving = np.bincount(held.first, minlength=count)
    taking = np.bincount(held.second, minlength=count)
    if programme.kind.is_directed:
        return np.stack([giving, taking])
    return np.stack([giving + taking, np.zeros(count, dtype=np.int64)])


def _prices(graph: Graph, places: Places, count: int) -> Floats:
    """Price everybody by the dual of the plain problem in which each pair is worth 1 + its score."""
    prices = np.zeros(count)
    if len(graph):
        price = solve_cover(graph, graph.score + UNIT).price / (4 * UNIT)
        np.maximum.at(prices, places.owner, price)
    return prices
