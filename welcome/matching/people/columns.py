"""How each column of a population is written from the records of people."""

from collections.abc import Sequence

import numpy as np

from welcome.matching.arrays import Anything, Ints, Words
from welcome.matching.bits import words_for
from welcome.matching.people.person import NATIVE, Person

ANY_GENDER = 255
# Sharing the five dearest interests is full marks: nobody needs to share twenty.
DEAREST = 5


def level_column(people: Sequence[Person], languages: Sequence[str]) -> Anything:
    """Write the level of every language of every person, shape (L, n)."""
    place = {code: at for at, code in enumerate(languages)}
    level = np.zeros((len(languages), len(people)), dtype=np.uint8)
    for row, person in enumerate(people):
        for code, spoken in person.languages.items():
            level[place[code], row] = spoken.level
    return level


def speaks_column(level: Anything) -> Words:
    """Pack who speaks what at each level or better, shape (8, W, n)."""
    languages, people = level.shape
    words = words_for([""] * languages)
    speaks = np.zeros((NATIVE + 1, words, people), dtype=np.uint64)
    for minimum in range(NATIVE + 1):
        for at in range(languages):
            bits = (level[at] >= max(1, minimum)).astype(np.uint64)
            speaks[minimum, at // 64] |= bits << np.uint64(at % 64)
    return speaks


def interest_columns(people: Sequence[Person], codes: Sequence[str]) -> tuple[Anything, Ints, Ints]:
    """Write strengths, the weight of each interest by its rarity, and everybody's full marks."""
    place = {code: at for at, code in enumerate(codes)}
    strength = np.zeros((len(people), len(codes)), dtype=np.uint8)
    for row, person in enumerate(people):
        for code, much in person.interests.items():
            strength[row, place[code]] = much
    weight = rarity(strength)
    return strength, weight, full_marks(strength, weight)


def rarity(strength: Anything) -> Ints:
    """Weigh interests by rarity (inverse document frequency) in whole numbers from 1 upwards."""
    holders = np.maximum(1, np.add.reduce(strength != 0, axis=0, dtype=np.int32))
    return np.asarray(np.rint(1 + 2 * np.log(max(1, len(strength)) / holders)), dtype=np.int64)


def full_marks(strength: Anything, weight: Ints) -> Ints:
    """Return what counts as full marks for each person: the weight of the dearest interests."""
    marks = strength.astype(np.int64) * weight
    marks.sort(axis=1)
    return np.asarray(marks[:, -DEAREST:].sum(axis=1))


def gender_column(people: Sequence[Person], genders: Sequence[str]) -> Anything:
    """Write each gender as one bit."""
    bit = {code: 1 << at for at, code in enumerate(genders)}
    return np.array([bit[p.gender] if p.gender else 0 for p in people], dtype=np.uint8)


def limit_column(people: Sequence[Person], genders: Sequence[str]) -> Anything:
    """Write the genders each person deals with as bits."""
    bit = {code: 1 << at for at, code in enumerate(genders)}
    limits = [p.limit() for p in people]
    sums = [ANY_GENDER if x is None else sum(bit[code] for code in x) for x in limits]
    return np.array(sums, dtype=np.uint8)


def pair_keys(pairs: Ints | Sequence[tuple[int, int]], count: int) -> Ints:
    """Number pairs of rows in both directions, sorted."""
    rows = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    if rows.size and (rows.min() < 0 or rows.max() >= count):
        raise ValueError("a forbidden pair names a row that does not exist")
    first, second = rows[:, 0], rows[:, 1]
    return np.unique(np.concatenate([first * count + second, second * count + first]))
