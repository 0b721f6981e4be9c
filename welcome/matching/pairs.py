"""Every pair of people that may meet, with its score: block by block, leaving nobody out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from welcome.matching.arrays import Anything, Bools, Ints
from welcome.matching.bits import meet, shared_count
from welcome.matching.constraints import CHECKS, gives, rules_of, takes
from welcome.matching.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.progress import Progress, untold
from welcome.matching.tiers import Tier, tier, using
from welcome.matching.utility import SCORE_BITS, UNIT, scores

BLOCK = 256
# Into how many parts the blocks are dealt out to workers.
SHARES = 16

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

    @classmethod
    def unpack(cls, packed: Ints, count: int) -> "Pairs":
        """Read pairs of ``count`` rows, each written as one number: first, second, score."""
        first, second = np.divmod(packed >> SCORE_BITS, max(1, count))
        return cls(first, second, packed & ((1 << SCORE_BITS) - 1))


def feasible_pairs(
    population: Population, programme: Programme, *, n_jobs: int | None = None, progress: Progress = untold
) -> Pairs:
    """Find and score every pair that breaks no hard rule and reaches the programme's floor.

    Parameters
    ----------
    n_jobs : int, optional
        Worker processes, as joblib understands them; on several machines by
        ``joblib.parallel_config("dask")``. The work is cut by blocks of people, so the answer is the
        same however many there are.
    progress : callable, optional
        Told the share done after each block.

    Returns
    -------
    Pairs, sorted by (first, second)
    """
    blocks = list(blocks_of(population, programme))
    if n_jobs in (None, 1):
        find = finder(population, programme)
        found = []
        for done, (left, right) in enumerate(blocks):
            progress(done / len(blocks), "pairs")
            found.append(find(left, right))
    else:
        # Every worker gets blocks from everywhere, as some hold many more pairs than others.
        shares = [blocks[start::SHARES] for start in range(SHARES)]
        run = delayed(_find_all)
        found = Parallel(n_jobs=n_jobs)(run(population, programme, share, tier()) for share in shares if share)
    pairs = Pairs.unpack(np.sort(np.concatenate([np.arange(0), *found])), len(population))
    return _one_way(population, pairs) if programme.kind.is_directed else pairs


def _find_all(population: Population, programme: Programme, blocks: Sequence[Block], asked: Tier) -> Ints:
    """Look at some blocks, in another process perhaps."""
    with using(asked):
        find = finder(population, programme)
        return np.concatenate([find(left, right) for left, right in blocks])


def finder(population: Population, programme: Programme) -> Callable[[Ints, Ints], Ints]:
    """Return what finds the pairs between two groups of rows, packed: see ``Pairs.unpack``."""
    if tier() is Tier.COMPILED:
        # numba takes a second to load, and is not everywhere.
        from welcome.matching.compiled.pairs import finder as compiled

        return compiled(population, programme)
    return partial(_test_block, population, programme)


def _one_way(population: Population, pairs: Pairs) -> Pairs:
    """Where two people could each give to the other, let the one give who offers more.

    Of equals the one gives who has waited less, so that the longer wait ends in receiving.
    """
    count = len(population)
    forth, back = pairs.first * count + pairs.second, pairs.second * count + pairs.first
    doubled = np.isin(back, forth)
    giver, taker = pairs.first[doubled], pairs.second[doubled]
    offered = shared_count(population.offers[:, giver], population.wishes[:, taker])
    returned = shared_count(population.offers[:, taker], population.wishes[:, giver])
    later = population.waiting_since[giver] - population.waiting_since[taker]
    keep = np.ones(len(pairs), dtype=np.bool_)
    ahead = np.where(later != 0, later > 0, giver < taker)
    keep[doubled] = (offered > returned) | ((offered == returned) & ahead)
    return pairs.take(keep)


def blocks_of(population: Population, programme: Programme) -> Iterator[Block]:
    """Cut the people into groups of one town and similar languages, and yield the groups that could meet."""
    rows = np.flatnonzero(population.capacity > 0)
    town = _towns(population, programme)
    rows = rows[np.lexsort((population.teaches[0, rows], population.learns[0, rows], town[rows]))]
    givers = _cut(rows[gives(population, programme.kind, rows)])
    takers = _cut(rows[takes(population, programme.kind, rows)]) if programme.kind.is_directed else givers
    left, right = _Outlines(population, town, givers), _Outlines(population, town, takers)
    for at, group in enumerate(givers):
        could = left.could_reach(at, right)
        if programme.kind is Kind.EXCHANGE:
            could &= left.could_exchange(at, right)
        for other in np.flatnonzero(could).tolist():
            if programme.kind.is_directed or other >= at:
                yield group, takers[other]


def _towns(population: Population, programme: Programme) -> Ints:
    """Number the towns, areas within reach of each other; -1 for people who meet from anywhere."""
    linked = connected_components(csr_array(population.closeness >= programme.reach))[1]
    anywhere = population.online | (population.area < 0)
    return np.where(anywhere, -1, np.append(linked, -1)[population.area])


def _cut(rows: Ints) -> list[Ints]:
    return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]


class _Outlines:
    """What the people of each group have together: only groups that could meet are looked at."""

    def __init__(self, population: Population, town: Ints, groups: list[Ints]) -> None:
        starts = np.cumsum([0, *(len(group) for group in groups)])[:-1]
        rows = np.concatenate([np.arange(0), *groups])

        def all_of(column: Anything) -> Anything:
            return np.bitwise_or.reduceat(column[..., rows], starts, axis=-1) if len(rows) else column[..., :0]

        self.teaches, self.learns = all_of(population.teaches), all_of(population.learns)
        self.anywhere = all_of(town < 0)
        self.nearest, self.furthest = (
            how.reduceat(town[rows], starts) if len(rows) else rows for how in (np.minimum, np.maximum)
        )

    def could_exchange(self, at: int, others: "_Outlines") -> Bools:
        """Say with which other groups anybody of one group could exchange languages."""
        forth = meet(self.teaches[:, [at]], others.learns)
        return forth & meet(self.learns[:, [at]], others.teaches)

    def could_reach(self, at: int, others: "_Outlines") -> Bools:
        """Say with which other groups anybody of one group could meet; groups are sorted by town."""
        overlap = (self.nearest[at] <= others.furthest) & (others.nearest <= self.furthest[at])
        return np.asarray(overlap | self.anywhere[at] | others.anywhere)


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
    return np.asarray((first * len(population) + second) << SCORE_BITS | score)[good]
