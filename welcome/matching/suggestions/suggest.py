"""Suggestions for one person, now: an exact look at everybody, never an approximation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypedDict, Unpack

import numpy as np

from welcome.matching.arrays import Floats, Ints
from welcome.matching.pairs.constraints import Rule, closeness
from welcome.matching.pairs.nearby import fitting, meetable
from welcome.matching.pairs.openings import Opening, what_would_help
from welcome.matching.pairs.reasons import NEAR, Explanation, explain_all
from welcome.matching.pairs.utility import UNIT, scores
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme
from welcome.matching.suggestions.attention import Attention, weariness

# Within the first five somebody bridges and somebody lives near, if anybody does.
FIRST = 5


@dataclass(frozen=True)
class Suggestion:
    """One person to suggest: the row, the rank after what spreads attention, and the reasons."""

    row: int
    rank: float
    why: Explanation


@dataclass(frozen=True)
class Ranking:
    """The rows to suggest, the best first, each with its rank; and how many were not shown, by reason.

    ``fitting`` counts all who break no rule and reach the programme's floor.
    """

    rows: Ints
    ranks: Floats
    fitting: int
    held_back: Mapping[Rule, int]


@dataclass(frozen=True)
class Suggestions:
    """The answer to "whom could I meet?".

    Attributes
    ----------
    chosen : tuple of Suggestion, the best first
    fitting : int
        How many people break no rule, also those not shown.
    removed : mapping of Rule to int
        How many people each hard rule removed, in the order in which the rules were asked; counted
        when somebody asks, as a full list needs no excuse.
    openings : tuple of Opening
        What one change would help, the most helpful first; looked for when somebody asks.
    """

    chosen: tuple[Suggestion, ...]
    fitting: int
    _held_back: Mapping[Rule, int] = field(repr=False)
    _asked: tuple[Population, Programme, int] = field(repr=False, compare=False)

    @cached_property
    def removed(self) -> dict[Rule, int]:
        """Count the people whom each rule removed."""
        _, counted = fitting(*self._asked)
        return {rule: number for rule, number in {**counted, **self._held_back}.items() if number}

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        """List what one change would help."""
        return what_would_help(*self._asked)


class Asking(TypedDict, total=False):
    """What else may be said of who asks; see ``suggest``."""

    count: int
    attention: Attention | None
    hidden: Collection[int]
    wished: Collection[int]


def suggest(population: Population, programme: Programme, row: int, **asking: Unpack[Asking]) -> Suggestions:
    """Suggest people to one person, and say why.

    Parameters
    ----------
    population : Population of n people
    programme : Programme
    row : int
        Who asks.
    count : int, default=5
        How many to suggest at most.
    attention : Attention, optional
        Prices, exposure and questions that wait. Ranking by score alone would show the same few
        people to everybody.
    hidden : collection of rows
        People not to suggest again: asked, declined, met.
    wished : collection of rows
        People who would like to see this one again, as this one would them: they come first, where no
        rule is in the way.

    Returns
    -------
    Suggestions

    Raises
    ------
    IndexError
        If the row does not exist.
    """
    found = rank(population, programme, row, **asking)
    reasons = explain_all(population, programme, row, found.rows)
    chosen = zip(found.rows.tolist(), found.ranks.tolist(), reasons, strict=True)
    return Suggestions(
        tuple(Suggestion(*one) for one in chosen), found.fitting, found.held_back, (population, programme, row)
    )


def rank(
    population: Population,
    programme: Programme,
    row: int,
    *,
    count: int = 5,
    attention: Attention | None = None,
    hidden: Collection[int] = (),
    wished: Collection[int] = (),
) -> Ranking:
    """Choose whom to suggest to one person, without the reasons; for arguments and errors see ``suggest``.

    Notes
    -----
    Ranked by score less what a person's attention is taken by (``attention.weariness``); ties are
    broken by row order.
    """
    if not 0 <= row < len(population):
        raise IndexError("no such row")
    rows = meetable(population, programme, row)
    values = scores(population, programme, np.array([row]), rows) / UNIT
    held_back: dict[Rule, int] = {}
    if programme.floor:
        high = values >= programme.floor
        held_back[Rule.FLOOR] = int(np.count_nonzero(~high))
        rows, values = rows[high], values[high]
    count_fitting = len(rows)
    if hidden:
        open_ = ~np.isin(rows, list(hidden))
        rows, values = rows[open_], values[open_]
    if attention is not None:
        asked, capped = attention.busy(rows)
        held_back |= {Rule.ASKED: int(asked.sum()), Rule.EXPOSURE: int(capped.sum())}
        kept = ~(asked | capped)
        rows, values = rows[kept], (values - weariness(attention, rows))[kept]
    if wished:
        values = values + np.isin(rows, list(wished))  # a score is at most 1
    order = np.argsort(-values, kind="stable")
    rows, values = rows[order], values[order]
    shown = varied(population, row, rows, count)
    return Ranking(rows[shown], values[shown], count_fitting, held_back)


def varied(population: Population, row: int, rows: Ints, count: int) -> list[int]:
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
