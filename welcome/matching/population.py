"""Many people as columns of arrays: some 300 bytes each, compared a column at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from welcome.matching.arrays import Anything, Bools, Floats, Ints, Rows, Words
from welcome.matching.bits import meet, pack, words_for
from welcome.matching.people import NATIVE, Person

SIDES = {"newcomer": 1, "local": 2, "both": 3}
ROLES = {None: 0, "mentor": 1, "mentee": 2, "both": 3}
ANY_GENDER = 255
# Sharing the five dearest interests is full marks: nobody needs to share twenty.
DEAREST = 5
# What all people have together.
SHARED = ("interest_weight", "closeness", "forbidden", "vocabulary")


@dataclass(frozen=True)
class Vocabulary:
    """The codes behind the bits of a population, each list in a fixed order."""

    languages: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()

    @classmethod
    def of(cls, people: Iterable[Person]) -> "Vocabulary":
        """Collect every code that these people use, in alphabetical order."""
        found: dict[str, set[str]] = {entry.name: set() for entry in fields(cls)}
        for person in people:
            found["languages"].update(person.languages)
            found["interests"].update(person.interests)
            found["topics"].update(person.offers, person.wishes)
            found["situations"].update(person.situations)
            found["children"].update(person.children)
            found["genders"].update(person.limit() or (), [person.gender] if person.gender else [])
        return cls(**{name: tuple(sorted(codes)) for name, codes in found.items()})


@dataclass(frozen=True)
class Population:
    """Columns over ``n`` people; ``W`` stands for the words that a set of codes needs.

    Attributes
    ----------
    side : uint8 (n,)            1 newcomer, 2 local, 3 both
    role : uint8 (n,)            1 mentor, 2 mentee, 3 both, 0 none
    level : uint8 (L, n)         level of every language
    speaks : uint64 (8, W, n)    languages spoken at the level of the first axis or better
    teaches, learns : uint64 (W, n)
    interests : uint8 (n, K)     strength 0..3
    interested : uint64 (W, n)   the same without strength
    interest_weight : int64 (K,) rarity, small whole numbers so that sums are exact
    interest_full : int64 (n,)   what counts as full marks for this person's interests
    slots : uint32 (n,)          21 bits
    area : int32 (n,)            row of ``closeness``; -1 not given
    online, asynchronous : bool (n,)
    capacity : uint8 (n,)
    waiting_since : float64 (n,) in days; smaller has waited longer
    gender : uint8 (n,)          one bit, or 0 when not given
    limit : uint8 (n,)           genders this person deals with; 255 everyone
    children, situations, offers, wishes : uint64 (W, n)
    closeness : float64 (A, A)   in [0, 1], 1 within an area
    forbidden : int64 (2m,)      sorted ``first * n + second``, both directions: blocks, cooldown
    vocabulary : Vocabulary
    """

    side: Anything
    role: Anything
    level: Anything
    speaks: Words
    teaches: Words
    learns: Words
    interests: Anything
    interested: Words
    interest_weight: Ints
    interest_full: Ints
    slots: Anything
    area: Anything
    online: Bools
    asynchronous: Bools
    capacity: Anything
    waiting_since: Floats
    gender: Anything
    limit: Anything
    children: Words
    situations: Words
    offers: Words
    wishes: Words
    closeness: Floats
    forbidden: Ints
    vocabulary: Vocabulary

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.side)

    @classmethod
    def of(
        cls,
        people: Sequence[Person],
        *,
        closeness: Floats | None = None,
        forbidden: Ints | Sequence[tuple[int, int]] = (),
        vocabulary: Vocabulary | None = None,
    ) -> "Population":
        """Turn records into columns.

        Parameters
        ----------
        people : sequence of n Person
        closeness : array of shape (areas, areas), optional
            How near two areas are, in [0, 1]. Default: near within an area, far between areas.
        forbidden : array of shape (m, 2)
            Pairs of rows that must not meet (again): blocks, cooldown, history.
        vocabulary : Vocabulary, optional
            Codes in a fixed order; default: those in use.

        Raises
        ------
        ValueError
            If an area, a code or a forbidden row does not exist, or genders outnumber 7.
        """
        words = vocabulary or Vocabulary.of(people)
        if len(words.genders) >= 8:
            raise ValueError("at most 7 genders can be told apart")
        area = np.array([-1 if p.area is None else p.area for p in people], dtype=np.int32)
        near = np.eye(int(area.max(initial=-1)) + 1) if closeness is None else closeness
        near = np.asarray(near, dtype=np.float64)
        if len(area) and (area.max() >= len(near) or area.min() < -1):
            raise ValueError("an area is outside the closeness table")
        level = _levels(people, words.languages)
        interests, weight, full = _interests(people, words.interests)
        return cls(
            side=np.array([SIDES[p.side] for p in people], dtype=np.uint8),
            role=np.array([ROLES[p.role] for p in people], dtype=np.uint8),
            level=level,
            speaks=_speaks(level),
            teaches=pack([p.teaches() for p in people], words.languages),
            learns=pack([p.learns() for p in people], words.languages),
            interests=interests,
            interested=pack([p.interests for p in people], words.interests),
            interest_weight=weight,
            interest_full=full,
            slots=np.array([p.slots for p in people], dtype=np.uint32),
            area=area,
            online=np.array([p.online for p in people], dtype=np.bool_),
            asynchronous=np.array([p.asynchronous for p in people], dtype=np.bool_),
            capacity=np.array([p.capacity for p in people], dtype=np.uint8),
            waiting_since=np.array([p.waiting_since for p in people], dtype=np.float64),
            gender=_gender(people, words.genders),
            limit=_limit(people, words.genders),
            children=pack([p.children for p in people], words.children),
            situations=pack([p.situations for p in people], words.situations),
            offers=pack([p.offers for p in people], words.topics),
            wishes=pack([p.wishes for p in people], words.topics),
            closeness=near,
            forbidden=_keys(forbidden, len(people)),
            vocabulary=words,
        )

    def columns(self) -> dict[str, Anything]:
        """Return the columns that belong to people, by name, with one row a person."""
        told = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name not in SHARED}
        return {
            name: column if column.ndim == 1 or name == "interests" else np.moveaxis(column, -1, 0)
            for name, column in told.items()
        }

    def take(self, rows: Ints) -> "Population":
        """Return the same people in another order; every row must occur once."""
        place = np.argsort(rows)
        pairs = np.column_stack(np.divmod(self.forbidden, max(1, len(self))))
        turned = {
            name: column[rows] if column.ndim == 1 or name == "interests" else np.moveaxis(column[rows], 0, -1)
            for name, column in self.columns().items()
        }
        columns: dict[str, Any] = {name: np.ascontiguousarray(column) for name, column in turned.items()}
        return replace(self, forbidden=_keys(place[pairs], len(self)), **columns)

    def is_forbidden(self, first: Rows, second: Rows) -> Bools:
        """Say which pairs of rows must not meet; the arguments broadcast."""
        everybody = np.arange(len(self))
        left = everybody[first] if isinstance(first, slice) else first
        right = everybody[second] if isinstance(second, slice) else second
        keys = left * len(self) + right
        if not len(self.forbidden):
            return np.zeros(keys.shape, dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.forbidden, keys), len(self.forbidden) - 1)
        return np.asarray(self.forbidden[at] == keys)

    def bridges(self, first: Rows, second: Rows) -> Bools:
        """Say which pairs join a newcomer and a local; the arguments broadcast."""
        return np.asarray((self.side[first] | self.side[second]) == SIDES["both"])

    def shares_interest(self, first: Rows, second: Rows) -> Bools:
        """Say which pairs share at least one interest; the arguments broadcast."""
        return meet(self.interested[:, first], self.interested[:, second])

    def forbidding(self, pairs: Ints | Sequence[tuple[int, int]]) -> "Population":
        """Return the same people with these pairs forbidden as well."""
        more = np.union1d(self.forbidden, _keys(pairs, len(self)))
        return replace(self, forbidden=more)


def _levels(people: Sequence[Person], languages: Sequence[str]) -> Anything:
    """Write the level of every language of every person, shape (L, n)."""
    place = {code: at for at, code in enumerate(languages)}
    level = np.zeros((len(languages), len(people)), dtype=np.uint8)
    for row, person in enumerate(people):
        for code, spoken in person.languages.items():
            level[place[code], row] = spoken.level
    return level


def _speaks(level: Anything) -> Words:
    """Pack who speaks what at each level or better, shape (8, W, n)."""
    languages, people = level.shape
    words = words_for([""] * languages)
    speaks = np.zeros((NATIVE + 1, words, people), dtype=np.uint64)
    for minimum in range(NATIVE + 1):
        for at in range(languages):
            bits = (level[at] >= max(1, minimum)).astype(np.uint64)
            speaks[minimum, at // 64] |= bits << np.uint64(at % 64)
    return speaks


def _interests(people: Sequence[Person], codes: Sequence[str]) -> tuple[Anything, Ints, Ints]:
    """Write strengths, the weight of each interest by its rarity, and everybody's full marks."""
    place = {code: at for at, code in enumerate(codes)}
    strength = np.zeros((len(people), len(codes)), dtype=np.uint8)
    for row, person in enumerate(people):
        for code, much in person.interests.items():
            strength[row, place[code]] = much
    return strength, *_interest_weights(strength)


def _interest_weights(strength: Anything) -> tuple[Ints, Ints]:
    """Weigh interests by rarity (inverse document frequency) in whole numbers from 1 upwards."""
    holders = np.maximum(1, np.count_nonzero(strength, axis=0))
    weight = np.rint(1 + 2 * np.log(max(1, len(strength)) / holders)).astype(np.int64)
    marks = strength.astype(np.int64) * weight
    marks.sort(axis=1)
    return weight, marks[:, -DEAREST:].sum(axis=1)


def _gender(people: Sequence[Person], genders: Sequence[str]) -> Anything:
    """Write each gender as one bit."""
    bit = {code: 1 << at for at, code in enumerate(genders)}
    return np.array([bit[p.gender] if p.gender else 0 for p in people], dtype=np.uint8)


def _limit(people: Sequence[Person], genders: Sequence[str]) -> Anything:
    """Write the genders each person deals with as bits."""
    bit = {code: 1 << at for at, code in enumerate(genders)}
    limits = [p.limit() for p in people]
    sums = [ANY_GENDER if x is None else sum(bit[code] for code in x) for x in limits]
    return np.array(sums, dtype=np.uint8)


def _keys(pairs: Ints | Sequence[tuple[int, int]], count: int) -> Ints:
    """Number pairs of rows in both directions, sorted."""
    rows = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    if rows.size and (rows.min() < 0 or rows.max() >= count):
        raise ValueError("a forbidden pair names a row that does not exist")
    first, second = rows[:, 0], rows[:, 1]
    return np.unique(np.concatenate([first * count + second, second * count + first]))
