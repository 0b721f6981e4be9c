"""Every pair of people that may meet, with its score: block by block, leaving nobody out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from welcome.matching.arrays import Anything, Bools, Ints
from welcome.matching.bits import bits_for, meet, shared_count
from welcome.matching.pairs.constraints import CHECKS, gives, rules_of, takes
from welcome.matching.pairs.utility import SCORE_BITS, UNIT, scores
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.tiers import Tier, tier

BLOCK = 256

Block = tuple[Ints, Ints]


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows that may meet.

    Attributes
    ----------
    first, second : int64 (m,)
        In a directed programme the first gives and the second takes; otherwise first < second.
    score : int64 (m,)
        Whole ten-thousandths.
    """

    first: Ints
    second: Ints
    score: Ints

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.first)

    def take(self, which: Bools | Ints) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.first[which], self.second[which], self.score[which])

    def plus(self, other: "Pairs") -> "Pairs":
        """Return these pairs and then others."""
        return Pairs(*(np.append(getattr(self, n), getattr(other, n)) for n in ("first", "second", "score")))

    def pack(self, people: int) -> Ints:
        """Write every pair as one number: first, second, score."""
        bits = bits_for(people)
        return np.asarray((self.first << bits | self.second) << SCORE_BITS | self.score)

    @classmethod
    def unpack(cls, packed: Ints, people: int) -> "Pairs":
        """Read pairs written as one number each."""
        bits = bits_for(people)
        second = packed >> SCORE_BITS & (1 << bits) - 1
        return cls(packed >> SCORE_BITS + bits, second, packed & (1 << SCORE_BITS) - 1)


def feasible_pairs(population: Population, programme: Programme) -> Pairs:
    """Find and score every pair that breaks no hard rule and reaches the programme's floor; sorted."""
    find = finder(population, programme)
    found = [find(left, right) for left, right in blocks_of(population, programme)]
    return Pairs.unpack(np.sort(np.concatenate([np.arange(0), *found])), len(population))


def finder(population: Population, programme: Programme) -> Callable[[Ints, Ints], Ints]:
    """Return what finds the pairs between two groups of rows, packed: see ``Pairs.pack``."""
    find: Callable[[Ints, Ints], Ints] = partial(_test_block, population, programme)
    if tier() is Tier.COMPILED:
        # numba takes a second to load, and is not everywhere.
        from welcome.matching.pairs.compiled import finding

        find = finding.finder(population, programme)
    everybody = np.arange(len(population))
    if not programme.kind.is_directed or not _is_either(population, programme, everybody).any():
        return find

    def find_one_way(left: Ints, right: Ints) -> Ints:
        packed = find(left, right)
        return packed[_is_one_way(population, programme, Pairs.unpack(packed, len(population)))]

    return find_one_way


def _is_either(population: Population, programme: Programme, rows: Ints) -> Bools:
    return gives(population, programme.kind, rows) & takes(population, programme.kind, rows)


def _is_one_way(population: Population, programme: Programme, pairs: Pairs) -> Bools:
    """Where two people could each give to the other, let the one give who offers more.

    Of equals the one gives who has waited less, so that the longer wait ends in receiving.
    """
    both = _is_either(population, programme, pairs.first) & _is_either(population, programme, pairs.second)
    giver, taker = pairs.first[both], pairs.second[both]
    offered = shared_count(population.offers[:, giver], population.wishes[:, taker])
    returned = shared_count(population.offers[:, taker], population.wishes[:, giver])
    later = population.waiting_since[giver] - population.waiting_since[taker]
    ahead = np.where(later != 0, later > 0, giver < taker)
    is_right = np.ones(len(pairs), dtype=np.bool_)
    is_right[both] = (offered > returned) | ((offered == returned) & ahead)
    return is_right


def blocks_of(population: Population, programme: Programme) -> Iterator[Block]:
    """Cut the people into groups of one town and similar languages, and yield the groups that could meet."""
    rows = np.flatnonzero(population.capacity > 0)
    town = _towns(population, programme)
    rows = rows[np.lexsort((population.teaches[0, rows], population.learns[0, rows], town[rows]))]
    givers = _cut(population, rows[gives(population, programme.kind, rows)])
    takers = _cut(population, rows[takes(population, programme.kind, rows)]) if programme.kind.is_directed else givers
    left, right = _Outlines(population, town, givers), _Outlines(population, town, takers)
    for at, group in enumerate(givers):
        could = left.could_reach(at, right)
        if programme.kind is Kind.EXCHANGE:
            could &= left.could_exchange(at, right)
        for other in np.flatnonzero(could).tolist():
            if programme.kind.is_directed or other >= at:
                yield group, takers[other]


def _towns(population: Population, programme: Programme) -> Ints:
    """Number the towns, areas within reach of each other; -1 for people who gave no area."""
    linked = connected_components(csr_array(population.closeness >= programme.reach))[1]
    return np.append(linked, -1)[population.area].astype(np.int64)


def _cut(population: Population, rows: Ints) -> list[Ints]:
    """Cut rows into blocks; who meets online, or gave no area, reaches far and does not share a block with others."""
    how = np.where(population.area[rows] < 0, 2, population.online[rows])
    alike = [rows[how == one] for one in range(3)]
    return [some[start : start + BLOCK] for some in alike for start in range(0, len(some), BLOCK)]


class _Outlines:
    """What the people of each group have together: only groups that could meet are looked at."""

    def __init__(self, population: Population, town: Ints, groups: list[Ints]) -> None:
        starts = np.cumsum([0, *(len(group) for group in groups)])[:-1]
        rows = np.concatenate([np.arange(0), *groups])

        def all_of(column: Anything, how: np.ufunc = np.bitwise_or) -> Anything:
            return how.reduceat(column[..., rows], starts, axis=-1) if len(rows) else column[..., :0]

        self.teaches, self.learns = all_of(population.teaches), all_of(population.learns)
        self.nearest, self.furthest = all_of(town, np.minimum), all_of(town, np.maximum)
        self.online = all_of(population.online)

    def could_exchange(self, at: int, others: "_Outlines") -> Bools:
        """Say with which other groups anybody of one group could exchange languages."""
        forth = meet(self.teaches[:, [at]], others.learns)
        return forth & meet(self.learns[:, [at]], others.teaches)

    def could_reach(self, at: int, others: "_Outlines") -> Bools:
        """Say with which other groups anybody of one group could meet; groups are sorted by town."""
        overlap = (self.nearest[at] <= others.furthest) & (others.nearest <= self.furthest[at])
        is_unknown = (self.nearest[at] < 0) | (others.nearest < 0)
        return np.asarray(overlap | is_unknown | self.online[at] & others.online)


def _test_block(population: Population, programme: Programme, left: Ints, right: Ints) -> Ints:
    """Ask the first rule about the whole block, and each other rule about what is left."""
    asked, *others = rules_of(programme)
    passed = CHECKS[asked](population, programme, left[:, None], right[None, :])
    rows, columns = np.nonzero(np.broadcast_to(passed, (len(left), len(right))))
    first, second = left[rows], right[columns]
    keep = first != second
    if not programme.kind.is_directed:
        if left[0] == right[0]:
            keep = first < second
        first, second = np.minimum(first, second), np.maximum(first, second)
    first, second = first[keep], second[keep]
    for rule in others:
        passed = CHECKS[rule](population, programme, first, second)
        first, second = first[passed], second[passed]
    score = scores(population, programme, first, second)
    good = score >= programme.floor * UNIT
    return Pairs(first, second, score).take(good).pack(len(population))
