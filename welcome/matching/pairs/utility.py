"""What one person gains from another: named parts in [0, 1] that add up to a score.

The score of a pair is the harmonic mean of both directions (RECON, Pizzato et al. 2010): a pair is
only as good as it is for the one who gains less.
"""

from collections.abc import Callable, Collection, Mapping

import numpy as np

from welcome.matching.arrays import Anything, Floats, Ints, Rows, is_list, is_one
from welcome.matching.bits import meet, shared_count, size
from welcome.matching.pairs.constraints import closeness, shared_slots
from welcome.matching.pairs.tongues import ease, help_with
from welcome.matching.people.population import Population
from welcome.matching.programme import Part, Programme

# Scores are kept in whole ten-thousandths: sums are exact, and equal means equal.
UNIT = 10_000
SCORE_BITS = 14  # UNIT.bit_length()
# Three shared free slots are enough to offer for a first meeting.
ENOUGH_SLOTS = 3
# Meeting online, or at no fixed time, is worth half of meeting nearby, or at ease.
REMOTE = 0.5

Parts = Mapping[Part, tuple[Floats, Floats]]


def parts(population: Population, first: Rows, second: Rows, wanted: Collection[Part] = tuple(Part)) -> Parts:
    """Compute parts, all unless told which, for both sides of many pairs.

    Returns
    -------
    mapping of Part to (what the first gains, what the second gains)
        Arrays of the broadcast shape, values in [0, 1].
    """
    return {part: _PARTS[part](population, first, second) for part in Part if part in wanted}


def directed(found: Parts, programme: Programme) -> tuple[Floats, Floats]:
    """Add the weighted parts up for each side."""
    shares = programme.shares()
    forth = sum((shares[part] * found[part][0] for part in found), start=np.float64(0))
    back = sum((shares[part] * found[part][1] for part in found), start=np.float64(0))
    return np.asarray(forth), np.asarray(back)


def reciprocal(forth: Floats, back: Floats) -> Floats:
    """Return the harmonic mean of both directions, 0 where both are 0."""
    total = forth + back
    return np.asarray(2 * (forth * back) / np.where(total > 0, total, 1.0))


def scores(population: Population, programme: Programme, first: Rows, second: Rows) -> Ints:
    """Score pairs of rows in whole ten-thousandths; symmetric in its two arguments."""
    weighed = [part for part, share in programme.shares().items() if share]
    forth, back = directed(parts(population, first, second, weighed), programme)
    return np.rint(reciprocal(forth, back) * UNIT).astype(np.int64)


def _language(population: Population, first: Rows, second: Rows) -> tuple[Floats, Floats]:
    """Value help with a language that one learns or, without any, how easily two people talk."""
    easy = ease(population, first, second)
    forth, back = help_with(population, first, second), help_with(population, second, first)
    return np.maximum(forth, easy), np.maximum(back, easy)


def _interests(population: Population, first: Rows, second: Rows) -> tuple[Floats, Floats]:
    """Value the interests that the other shares, by rarity and by how dear they are to each."""
    weight = population.interest_weight
    if is_one(first) and is_list(second):
        mine = np.flatnonzero(population.interests[first[0]])
        left, right = population.interests[first[:, None], mine], population.interests[second[:, None], mine]
        weight = weight[mine]
    else:
        left, right = population.interests[first], population.interests[second]
    forth = _dot(left * weight, right > 0) / np.maximum(1, population.interest_full[first])
    back = _dot(left > 0, right * weight) / np.maximum(1, population.interest_full[second])
    return np.minimum(1.0, forth), np.minimum(1.0, back)


def _dot(left: Anything, right: Anything) -> Floats:
    """Multiply rows and add up, over blocks by matrix product; whole numbers, so exact either way."""
    left, right = left.astype(np.float32), right.astype(np.float32)
    if left.ndim == 3 and right.ndim == 3:
        return np.asarray(left[:, 0] @ right[0].T, dtype=np.float64)
    return np.asarray(np.einsum("...k,...k->...", left, right), dtype=np.float64)


def _time(population: Population, first: Rows, second: Rows) -> tuple[Floats, Floats]:
    """Value shared free time: three slots are full marks, writing at any time is half."""
    value = np.minimum(1.0, shared_slots(population, first, second) / ENOUGH_SLOTS)
    both = population.asynchronous[first] & population.asynchronous[second]
    time = np.asarray(np.maximum(value, REMOTE * both), dtype=np.float64)
    return time, time


def _nearness(population: Population, first: Rows, second: Rows) -> tuple[Floats, Floats]:
    """Value closeness of the areas; meeting online is worth half."""
    both = population.online[first] & population.online[second]
    near = np.asarray(np.maximum(closeness(population, first, second), REMOTE * both), dtype=np.float64)
    return near, near


def _situation(population: Population, first: Rows, second: Rows) -> tuple[Floats, Floats]:
    """Value a shared situation in life, and children of the same age, half each."""
    life = meet(population.situations[:, first], population.situations[:, second])
    young = meet(population.children[:, first], population.children[:, second])
    shared = np.asarray(0.5 * life + 0.5 * young, dtype=np.float64)
    return shared, shared


def _goals(population: Population, first: Rows, second: Rows) -> tuple[Floats, Floats]:
    """Value how many of each one's wishes (three are full marks) the other offers help with."""
    return _wishes_met(population, first, second), _wishes_met(population, second, first)


def _wishes_met(population: Population, first: Rows, second: Rows) -> Floats:
    met = shared_count(population.wishes[:, first], population.offers[:, second])
    wished = np.clip(size(population.wishes[:, first]), 1, 3)
    return np.asarray(np.minimum(1.0, met / wished), dtype=np.float64)


_PARTS: dict[Part, Callable[[Population, Rows, Rows], tuple[Floats, Floats]]] = {
    Part.LANGUAGE: _language,
    Part.INTERESTS: _interests,
    Part.TIME: _time,
    Part.NEARNESS: _nearness,
    Part.SITUATION: _situation,
    Part.GOALS: _goals,
}
