"""What one person gains from another: named parts in [0, 1] that add up to a score.

The score of a pair is the harmonic mean of both directions (RECON, Pizzato et al. 2010): a pair is
only as good as it is for the one who gains less.
"""

from collections.abc import Mapping

import numpy as np

from welcome.matching.arrays import Anything, Floats, Ints, Rows
from welcome.matching.bits import meet, shared_count, size
from welcome.matching.constraints import closeness, shared_slots
from welcome.matching.people import NATIVE, TEACHING_LEVEL
from welcome.matching.population import Population
from welcome.matching.programme import Part, Programme

# Scores are kept in whole ten-thousandths: sums are exact, and equal means equal.
UNIT = 10_000
SCORE_BITS = 14  # UNIT.bit_length()
# Three shared free slots are enough to offer for a first meeting.
ENOUGH_SLOTS = 3
# Meeting online, or at no fixed time, is worth half of meeting nearby, or at ease.
REMOTE = 0.5
# A common language without anything to learn is worth at most this much.
EASE = 0.6

Parts = Mapping[Part, tuple[Floats, Floats]]


def parts(population: Population, first: Rows, second: Rows) -> Parts:
    """Compute every part for both sides of many pairs.

    Returns
    -------
    mapping of Part to (what the first gains, what the second gains)
        Arrays of the broadcast shape, values in [0, 1].
    """
    time = _time(population, first, second)
    near = _nearness(population, first, second)
    situation = _situation(population, first, second)
    ease = _ease(population, first, second)
    return {
        Part.LANGUAGE: (
            np.maximum(_gain(population, first, second), ease),
            np.maximum(_gain(population, second, first), ease),
        ),
        Part.INTERESTS: _interests(population, first, second),
        Part.TIME: (time, time),
        Part.NEARNESS: (near, near),
        Part.SITUATION: (situation, situation),
        Part.GOALS: (_goals(population, first, second), _goals(population, second, first)),
    }


def directed(found: Parts, programme: Programme) -> tuple[Floats, Floats]:
    """Add the weighted parts up for each side."""
    shares = programme.shares()
    forth = sum((shares[part] * found[part][0] for part in Part), start=np.float64(0))
    back = sum((shares[part] * found[part][1] for part in Part), start=np.float64(0))
    return np.asarray(forth), np.asarray(back)


def reciprocal(forth: Floats, back: Floats) -> Floats:
    """Return the harmonic mean of both directions, 0 where both are 0."""
    total = forth + back
    return np.asarray(2 * (forth * back) / np.where(total > 0, total, 1.0))


def scores(population: Population, programme: Programme, first: Rows, second: Rows) -> Ints:
    """Score pairs of rows in whole ten-thousandths; symmetric in its two arguments."""
    forth, back = directed(parts(population, first, second), programme)
    return np.rint(reciprocal(forth, back) * UNIT).astype(np.int64)


def _gain(population: Population, learner: Rows, teacher: Rows) -> Floats:
    """Value the best language that the teacher helps the learner with, by the teacher's level."""
    best = np.zeros(_shape(population, learner, teacher))
    for level in range(TEACHING_LEVEL, NATIVE + 1):
        helps = population.teaches[:, teacher] & population.speaks[level][:, teacher]
        best = np.where(meet(helps, population.learns[:, learner]), level / NATIVE, best)
    return best


def _ease(population: Population, first: Rows, second: Rows) -> Floats:
    """Value how easily two people talk: the best level that both reach in one language."""
    best = np.zeros(_shape(population, first, second))
    for level in range(1, NATIVE + 1):
        spoken = population.speaks[level]
        best = np.where(meet(spoken[:, first], spoken[:, second]), EASE * level / NATIVE, best)
    return best


def _shape(population: Population, first: Rows, second: Rows) -> tuple[int, ...]:
    """Return the shape that rows broadcast to."""
    return np.broadcast_shapes(population.side[first].shape, population.side[second].shape)


def _interests(population: Population, first: Rows, second: Rows) -> tuple[Floats, Floats]:
    """Value the interests that the other shares, by rarity and by how dear they are to each."""
    left, right = population.interests[first], population.interests[second]
    weight = population.interest_weight
    forth = _dot(left * weight, right > 0) / np.maximum(1, population.interest_full[first])
    back = _dot(left > 0, right * weight) / np.maximum(1, population.interest_full[second])
    return np.minimum(1.0, forth), np.minimum(1.0, back)


def _dot(left: Anything, right: Anything) -> Floats:
    """Multiply rows and add up, over blocks by matrix product; whole numbers, so exact either way."""
    left, right = left.astype(np.float32), right.astype(np.float32)
    if left.ndim == 3 and right.ndim == 3:
        return np.asarray(left[:, 0] @ right[0].T, dtype=np.float64)
    return np.asarray(np.einsum("...k,...k->...", left, right), dtype=np.float64)


def _time(population: Population, first: Rows, second: Rows) -> Floats:
    """Value shared free time: three slots are full marks, writing at any time is half."""
    value = np.minimum(1.0, shared_slots(population, first, second) / ENOUGH_SLOTS)
    both = population.asynchronous[first] & population.asynchronous[second]
    return np.asarray(np.maximum(value, REMOTE * both), dtype=np.float64)


def _nearness(population: Population, first: Rows, second: Rows) -> Floats:
    """Value closeness of the areas; meeting online is worth half."""
    both = population.online[first] & population.online[second]
    return np.asarray(np.maximum(closeness(population, first, second), REMOTE * both), dtype=np.float64)


def _situation(population: Population, first: Rows, second: Rows) -> Floats:
    """Value a shared situation in life, and children of the same age, half each."""
    life = meet(population.situations[:, first], population.situations[:, second])
    young = meet(population.children[:, first], population.children[:, second])
    return np.asarray(0.5 * life + 0.5 * young, dtype=np.float64)


def _goals(population: Population, first: Rows, second: Rows) -> Floats:
    """Value how many of the first's wishes (three are full marks) the second offers help with."""
    met = shared_count(population.wishes[:, first], population.offers[:, second])
    wished = np.clip(size(population.wishes[:, first]), 1, 3)
    return np.asarray(np.minimum(1.0, met / wished), dtype=np.float64)
