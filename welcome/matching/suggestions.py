"""Suggestions for one person, now: an exact look at everybody, never an approximation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Floats, Ints
from welcome.matching.constraints import CHECKS, Rule, closeness, rules_of
from welcome.matching.openings import Opening, what_would_help
from welcome.matching.population import Population
from welcome.matching.programme import Programme
from welcome.matching.reasons import NEAR, Explanation, explain_all
from welcome.matching.utility import UNIT, scores

# The share of a person's price that is taken off the score when suggestions are ranked.
PRICE_WEIGHT = 0.5
# What is taken off the score of somebody shown as often as the cap allows, and less in proportion.
CROWDING_WEIGHT = 0.6
# Within the first five somebody bridges and somebody lives near, if anybody does.
FIRST = 5


@dataclass(frozen=True)
class Suggestion:
    """One person to suggest: the row, the rank after the price, and the reasons."""

    row: int
    rank: float
    why: Explanation


@dataclass(frozen=True)
class Suggestions:
    """The answer to "whom could I meet?".

    Attributes
    ----------
    chosen : tuple of Suggestion, the best first
    fitting : int
        How many people break no rule, also those not shown.
    removed : mapping of Rule to int
        How many people each hard rule removed, in the order in which the rules were asked.
    openings : tuple of Opening
        What one change would help, the most helpful first.
    """

    chosen: tuple[Suggestion, ...]
    fitting: int
    removed: Mapping[Rule, int]
    openings: tuple[Opening, ...]


def suggest(
    population: Population,
    programme: Programme,
    row: int,
    *,
    count: int = 5,
    prices: Floats | None = None,
    exposure: Ints | None = None,
    cap: int | None = None,
    hidden: Collection[int] = (),
) -> Suggestions:
    """Suggest people to one person.

    Parameters
    ----------
    population : Population of n people
    programme : Programme
    row : int
        Who asks.
    count : int
        How many to suggest at most.
    prices : array of shape (n,), optional
        How sought-after everybody is, in [0, 1]: the dual prices of the last round
        (``Round.prices_``). Ranking by score alone would show the same few people to everybody.
    exposure, cap : array of shape (n,) and int, optional
        How often everybody was shown this week; whoever comes near the cap is ranked lower, and
        whoever reached it is left out.
    hidden : collection of rows
        People not to suggest again: asked, declined, met.

    Returns
    -------
    Suggestions

    Raises
    ------
    IndexError
        If the row does not exist.

    Notes
    -----
    Ranked by score minus a share of the price (Su, Bayoumi, Joachims 2022, by dual prices); ties
    are broken by row order.
    """
    if not 0 <= row < len(population):
        raise IndexError("no such row")
    rows, removed = fitting(population, programme, row)
    values = scores(population, programme, np.array([row]), rows) / UNIT
    removed[Rule.FLOOR] = int(np.count_nonzero(values < programme.floor))
    rows, values = rows[values >= programme.floor], values[values >= programme.floor]
    count_fitting = len(rows)
    open_ = ~np.isin(rows, list(hidden))
    if exposure is not None and cap is not None:
        removed[Rule.EXPOSURE] = int(np.count_nonzero(open_ & (exposure[rows] >= cap)))
        open_ &= exposure[rows] < cap
    rows, values = rows[open_], values[open_]
    rank = values if prices is None else values - PRICE_WEIGHT * prices[rows]
    if exposure is not None and cap is not None:
        rank = rank - CROWDING_WEIGHT * exposure[rows] / cap
    order = np.lexsort((rows, -rank))
    rows, rank = rows[order], rank[order]
    kept = _varied(population, row, rows, count)
    reasons = explain_all(population, programme, row, rows[kept])
    chosen = [Suggestion(int(rows[at]), float(rank[at]), why) for at, why in zip(kept, reasons, strict=True)]
    told = {rule: number for rule, number in removed.items() if number}
    return Suggestions(tuple(chosen), count_fitting, told, what_would_help(population, programme, row))


def fitting(population: Population, programme: Programme, row: int) -> tuple[Ints, dict[Rule, int]]:
    """Find the rows that break no hard rule, and count how many each rule removed.

    Each rule is asked about those only whom the rules before it let pass; the counts and the
    rows found add up to everybody else.
    """
    me = np.array([row])
    removed: dict[Rule, int] = {}
    left: Ints | None = None
    for rule in rules_of(programme):
        passed = CHECKS[rule](population, programme, me, slice(None) if left is None else left)
        if left is None:
            passed = np.broadcast_to(passed, (len(population),)).copy()
            removed[rule] = int(len(passed) - 1 - np.count_nonzero(np.delete(passed, row)))
            passed[row] = False
            left = np.flatnonzero(passed)
        else:
            removed[rule] = int(len(left) - np.count_nonzero(passed))
            left = left[passed]
    return (np.arange(0) if left is None else left), removed


def _varied(population: Population, row: int, rows: Ints, count: int) -> list[int]:
    """Take the first places of a ranking, so that somebody bridges and somebody lives near."""
    chosen = list(range(min(count, len(rows))))
    first = min(FIRST, len(chosen))
    kept: set[int] = set()
    me = np.array([row])
    for good in (population.bridges(me, rows), closeness(population, me, rows) >= NEAR):
        held = [at for at in chosen[:first] if good[at]]
        free = [place for place in range(first) if chosen[place] not in kept]
        if not held and free and good.any():
            held = [int(np.argmax(good))]
            chosen[free[-1]] = held[0]
        kept.update(held[:1])
    return sorted(set(chosen))
