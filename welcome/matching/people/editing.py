"""Columns that follow edits: who changed, came or left is written anew, everybody else is copied."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.people.columns import full_marks, pair_keys, rarity
from welcome.matching.people.person import Person
from welcome.matching.people.population import Population


def edit(
    population: Population,
    changed: Mapping[int, Person],
    *,
    added: Sequence[Person] = (),
    removed: Collection[int] = (),
) -> Population:
    """Return a population after edits: the same as made anew from everybody, only sooner.

    Parameters
    ----------
    population : Population
        Left as it is.
    changed : mapping of row to Person
        What these people say now; they keep their rows, unless somebody before them leaves.
    added : sequence of Person
        Who came; they follow after all others.
    removed : collection of rows
        Who left. Those after them move up, and pairs that were forbidden stay so.

    Raises
    ------
    ValueError
        If somebody uses a code that the vocabulary lacks: then the columns must be made anew.
    """
    rows, people = list(changed), [*changed.values(), *added]
    new = Population.of(people, closeness=population.closeness, vocabulary=population.vocabulary).columns()
    stays, is_touched = np.ones(len(population), dtype=np.bool_), np.zeros(len(population), dtype=np.bool_)
    stays[list(removed)], is_touched[rows] = False, True
    columns: dict[str, Any] = {}
    for name in new:
        axis = 0 if name == "interests" else -1
        column = getattr(population, name).copy()
        np.moveaxis(column, axis, 0)[rows] = new[name][: len(rows)]
        if added or removed:
            come = np.moveaxis(new[name][len(rows) :], 0, axis)
            column = np.concatenate([np.compress(stays, column, axis), come], axis)
        columns[name] = column
    touched = np.flatnonzero(np.append(is_touched[stays], np.ones(len(added), dtype=np.bool_)))
    weight = rarity(columns["interests"])
    if np.array_equal(weight, population.interest_weight):
        columns["interest_full"][touched] = full_marks(columns["interests"][touched], weight)
    else:
        columns["interest_full"] = full_marks(columns["interests"], weight)
    forbidden = _forbidden(population, np.flatnonzero(stays), len(added)) if removed or added else population.forbidden
    return replace(population, interest_weight=weight, forbidden=forbidden, **columns)


def _forbidden(population: Population, stays: Ints, added: int) -> Ints:
    """Number the forbidden pairs of those who stay anew."""
    place = np.full(len(population), -1)
    place[stays] = np.arange(len(stays))
    pairs = place[np.column_stack(np.divmod(population.forbidden, max(1, len(population))))]
    return pair_keys(pairs[(pairs >= 0).all(axis=1)], len(stays) + added)
