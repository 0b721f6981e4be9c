"""How good and how fair a round is, in figures that a coordinator can read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Anything, Bools, Floats, Ints
from welcome.matching.pairs import Pairs
from welcome.matching.population import Population
from welcome.matching.utility import UNIT

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


def measure(
    population: Population, pairs: Pairs, made: Pairs, left_out: Sequence[int], *, is_directed: bool
) -> Quality:
    """Measure a round.

    Parameters
    ----------
    pairs, made : Pairs
        Everything that could be made, and what was.
    left_out : sequence of rows
    is_directed : bool
        Whether the first of a pair gives, with as many places as their capacity.
    """
    worth = made.score / UNIT
    regret = _regret(population, pairs, made, is_directed=is_directed)
    waited = population.waiting_since.max(initial=0.0) - population.waiting_since
    matched = np.union1d(made.first, made.second)
    unmatched = np.array(left_out, dtype=np.int64)
    return Quality(
        worst=_quantile(worth, 0.0),
        low=_quantile(worth, 0.05),
        median=_quantile(worth, 0.5),
        mean=float(worth.mean()) if len(worth) else float("nan"),
        blocking_pairs=int(np.count_nonzero(regret > 0)),
        largest_regret=float(regret.max(initial=0)) / UNIT,
        wait_matched=_quantile(waited[matched], 0.5),
        wait_unmatched=_quantile(waited[unmatched], 0.5),
        wait_longest=_quantile(waited[unmatched], 0.95),
    )


def _regret(population: Population, pairs: Pairs, made: Pairs, *, is_directed: bool) -> Ints:
    """Compute how much both sides of every pair would gain over the worst place they hold."""
    room = population.capacity if is_directed else np.minimum(population.capacity, 1)
    count = len(population)
    if is_directed:
        given = _held(count, made.first, made.score, room)
        taken = _held(count, made.second, made.score, np.minimum(room, 1))
    else:
        ends, both = np.append(made.first, made.second), np.append(made.score, made.score)
        given = taken = _held(count, ends, both, room)
    if not len(pairs):
        return np.zeros(0, dtype=np.int64)
    done = np.isin(_keys(pairs, len(population)), _keys(made, len(population)))
    gain = pairs.score - np.maximum(given[pairs.first], taken[pairs.second])
    return np.where(done, 0, np.maximum(0, gain))


def _held(count: int, ends: Ints, score: Ints, room: Anything) -> Ints:
    """Return the worst score that everybody holds, 0 where there is room for more."""
    worst = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(worst, ends, score)
    return np.where(np.bincount(ends, minlength=count) < room, 0, worst)


def _keys(pairs: Pairs, count: int) -> Ints:
    return np.asarray(pairs.first * count + pairs.second)


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


def gini(exposure: Ints) -> float:
    """Return how unevenly people are shown: 0 all alike, near 1 all attention on one."""
    ordered = np.sort(np.asarray(exposure, dtype=np.float64))
    if not len(ordered) or not ordered.sum():
        return 0.0
    ranks = 2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1
    return float(ranks @ ordered / (len(ordered) * ordered.sum()))
