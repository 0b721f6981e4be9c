"""Many people as columns of arrays: some 300 bytes each, compared a column at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from welcome.matching.arrays import Anything, Bools, Floats, Ints, Rows, Words
from welcome.matching.bits import meet, pack
from welcome.matching.people.columns import (
    gender_column,
    interest_columns,
    level_column,
    limit_column,
    pair_keys,
    speaks_column,
)
from welcome.matching.people.person import Person

SIDES = {"newcomer": 1, "local": 2, "both": 3}
ROLES = {None: 0, "mentor": 1, "mentee": 2, "both": 3}
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

    def check(self, people: Iterable[Person]) -> None:
        """Raise ValueError if people use a code that is not here."""
        used = Vocabulary.of(people)
        for entry in fields(self):
            strange = set(getattr(used, entry.name)) - set(getattr(self, entry.name))
            if strange:
                raise ValueError(f"unknown {entry.name}: {', '.join(sorted(strange))}")


class ByArea(NamedTuple):
    """Rows sorted by area, those without one first; where each area begins; and who meets online."""

    rows: Ints
    begin: Ints
    online: Ints


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
        if vocabulary is not None:
            vocabulary.check(people)
        if len(words.genders) >= 8:
            raise ValueError("at most 7 genders can be told apart")
        area = np.array([-1 if p.area is None else p.area for p in people], dtype=np.int32)
        near = np.eye(int(area.max(initial=-1)) + 1) if closeness is None else closeness
        near = np.asarray(near, dtype=np.float64)
        if len(area) and (area.max() >= len(near) or area.min() < -1):
            raise ValueError("an area is outside the closeness table")
        level = level_column(people, words.languages)
        interests, weight, full = interest_columns(people, words.interests)
        return cls(
            side=np.array([SIDES[p.side] for p in people], dtype=np.uint8),
            role=np.array([ROLES[p.role] for p in people], dtype=np.uint8),
            level=level,
            speaks=speaks_column(level),
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
            gender=gender_column(people, words.genders),
            limit=limit_column(people, words.genders),
            children=pack([p.children for p in people], words.children),
            situations=pack([p.situations for p in people], words.situations),
            offers=pack([p.offers for p in people], words.topics),
            wishes=pack([p.wishes for p in people], words.topics),
            closeness=near,
            forbidden=pair_keys(forbidden, len(people)),
            vocabulary=words,
        )

    @cached_property
    def by_area(self) -> ByArea:
        """Sort people by area. Made anew after each edit: whole numbers of 16 bits sort in no time."""
        areas = len(self.closeness)
        kept = self.area.astype(np.int16) if areas < 1 << 15 else self.area
        begin = np.concatenate([[0], np.cumsum(np.bincount(self.area + 1, minlength=areas + 1))])
        return ByArea(np.argsort(kept, kind="stable"), begin, np.flatnonzero(self.online))

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
        return replace(self, forbidden=pair_keys(place[pairs], len(self)), **columns)

    def is_forbidden(self, first: Rows, second: Rows) -> Bools:
        """Say which pairs of rows must not meet; the arguments broadcast."""
        if not len(self.forbidden):
            return np.zeros(np.broadcast_shapes(self.side[first].shape, self.side[second].shape), dtype=np.bool_)
        everybody = np.arange(len(self))
        left = everybody[first] if isinstance(first, slice) else first
        right = everybody[second] if isinstance(second, slice) else second
        keys = left * len(self) + right
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
        more = np.union1d(self.forbidden, pair_keys(pairs, len(self)))
        return replace(self, forbidden=more)
