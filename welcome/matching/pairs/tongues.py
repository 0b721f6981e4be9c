"""What two people gain by their languages: help with one that is learnt, and how easily they talk.

One person beside many (a suggestion) asks for the few languages of the one; many beside many (a
round) asks for all at once, bit by bit. Both give the same numbers.
"""

import numpy as np

from welcome.matching.arrays import Bools, Floats, Ints, Rows, Words, is_list, is_one
from welcome.matching.bits import WORD, meet
from welcome.matching.people.person import NATIVE, TEACHING_LEVEL
from welcome.matching.people.population import Population

# A common language without anything to learn is worth at most this much.
EASE = 0.6


def help_with(population: Population, learner: Rows, teacher: Rows) -> Floats:
    """Value the best language that the teacher helps the learner with, by the teacher's level."""
    if is_one(learner) and is_list(teacher):
        codes = _codes(population.learns, learner)
        levels = population.level[codes[:, None], teacher]
        return _best(levels * _holds(population.teaches, codes, teacher)) / NATIVE
    if is_one(teacher) and is_list(learner):
        codes = _codes(population.teaches, teacher)
        levels = population.level[codes[:, None], teacher]
        return _best(levels * _holds(population.learns, codes, learner)) / NATIVE
    best = np.zeros(_shape(population, learner, teacher))
    for level in range(TEACHING_LEVEL, NATIVE + 1):
        helps = population.teaches[:, teacher] & population.speaks[level][:, teacher]
        best = np.where(meet(helps, population.learns[:, learner]), level / NATIVE, best)
    return best


def ease(population: Population, first: Rows, second: Rows) -> Floats:
    """Value how easily two people talk: the best level that both reach in one language."""
    if is_one(first) and is_list(second):
        codes = np.flatnonzero(population.level[:, first[0]])
        levels = np.minimum(population.level[codes[:, None], first], population.level[codes[:, None], second])
        return EASE * _best(levels) / NATIVE
    best = np.zeros(_shape(population, first, second))
    for level in range(1, NATIVE + 1):
        spoken = population.speaks[level]
        best = np.where(meet(spoken[:, first], spoken[:, second]), EASE * level / NATIVE, best)
    return best


def _codes(sets: Words, row: Ints) -> Ints:
    """List the numbers of the codes that one row holds."""
    bits = np.unpackbits(sets[:, row[0]].astype("<u8").view(np.uint8), bitorder="little")
    return np.flatnonzero(bits)


def _holds(sets: Words, codes: Ints, rows: Ints) -> Bools:
    """Say who holds which of these codes, shape (codes, rows)."""
    shift = (codes % WORD).astype(np.uint64)[:, None]
    return np.asarray(sets[(codes // WORD)[:, None], rows] >> shift & np.uint64(1), dtype=np.bool_)


def _best(levels: Ints) -> Floats:
    """Return the highest level of each column, 0 where there is no row."""
    return np.asarray(levels.max(axis=0, initial=0), dtype=np.float64)


def _shape(population: Population, first: Rows, second: Rows) -> tuple[int, ...]:
    """Return the shape that rows broadcast to."""
    return np.broadcast_shapes(population.side[first].shape, population.side[second].shape)
