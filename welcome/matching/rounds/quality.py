"""How good and how fair a round is, in figures that a coordinator can read."""

from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Anything, Bools, Floats, Ints
from welcome.matching.pairs.feasible import Pairs
from welcome.matching.pairs.utility import UNIT
from welcome.matching.people.population import Population

# Groups smaller than this are not told apart.
FEWEST = 5


@dataclass(frozen=True)
class Quality:
    """Figures of a round; scores in [0, 1], waits in days.

    Attributes
    ----------
    worst, low, median, mean : float
        Of the pairs' scores; ``low`` is the 5th percentile. NaN without pairs.
    blocking_pairs : int
        Pairs not made that both would rather have than the worst they got. A round that leaves the
        fewest out cannot promise that there are none.
    largest_regret : float
        The most that both sides of one blocking pair would gain.
    wait_matched, wait_unmatched : float
        Median waiting of those matched and of those left out, counted from the newest arrival.
    wait_longest : float
        95th percentile of the waiting of those left out.
    """

    worst: float
    low: float
    median: float
    mean: float
    blocking_pairs: int
    largest_regret: float
    wait_matched: float
    wait_unmatched: float
    wait_longest: float


class Rivals:
    """Says of which pairs both would gain over the worst place that they hold.

    Parameters
    ----------
    population : Population
    made : Pairs
    is_directed : bool
        Whether the first of a pair gives, with as many places as their capacity.
    """

    def __init__(self, population: Population, made: Pairs, *, is_directed: bool) -> None:
        room = population.capacity if is_directed else np.minimum(population.capacity, 1)
        self._made = np.sort(made.pack(len(population)))
        if is_directed:
            self.given = _held(len(population), made.first, made.score, room)
            self.taken = _held(len(population), made.second, made.score, np.minimum(room, 1))
        else:
            ends, both = np.append(made.first, made.second), np.append(made.score, made.score)
            self.given = self.taken = _held(len(population), ends, both, room)

    def gain(self, pairs: Pairs) -> Ints:
        """Return how much both sides of every pair would gain."""
        return pairs.score - np.maximum(self.given[pairs.first], self.taken[pairs.second])

    def __call__(self, packed: Ints, people: int) -> Ints:
        """Return the packed pairs that block."""
        blocking = packed[self.gain(Pairs.unpack(packed, people)) > 0]
        return blocking[~np.isin(blocking, self._made)]


def measure(population: Population, made: Pairs, regret: Ints, left_out: Ints) -> Quality:
    """Measure a round.

    Parameters
    ----------
    made : Pairs
    regret : int64 (b,)
        What both sides of every blocking pair would gain.
    left_out : int64 (r,)
        Rows.
    """
    worth = np.sort(made.score) / UNIT
    waited = population.waiting_since.max(initial=0.0) - population.waiting_since
    matched = np.union1d(made.first, made.second)
    return Quality(
        worst=_quantile(worth, 0.0),
        low=_quantile(worth, 0.05),
        median=_quantile(worth, 0.5),
        mean=float(worth.mean()) if len(worth) else float("nan"),
        blocking_pairs=len(regret),
        largest_regret=float(regret.max(initial=0)) / UNIT,
        wait_matched=_quantile(waited[matched], 0.5),
        wait_unmatched=_quantile(waited[left_out], 0.5),
        wait_longest=_quantile(waited[left_out], 0.95),
    )


def _held(count: int, ends: Ints, score: Ints, room: Anything) -> Ints:
    """Return the worst score that everybody holds, 0 where there is room for more."""
    worst = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(worst, ends, score)
    return np.where(np.bincount(ends, minlength=count) < room, 0, worst)


def _quantile(values: Floats, at: float) -> float:
    return float(np.quantile(values, at)) if len(values) else float("nan")


def shares(groups: Anything, took_part: Bools, matched: Bools) -> dict[int, float | None]:
    """Give the share matched in every group of people.

    Parameters
    ----------
    groups : int (n,)
        The group of each row: a side, a gender, an area, a language level.
    took_part, matched : bool (n,)

    Returns
    -------
    dict of group to share
        None stands for groups too small to be told apart.
    """
    found: dict[int, float | None] = {}
    for group in np.unique(groups[took_part]).tolist():
        inside = took_part & (groups == group)
        found[group] = float(matched[inside].mean()) if int(inside.sum()) >= FEWEST else None
    return found
