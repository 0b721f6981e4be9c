"""Every pair of people that may meet, with its score: block by block, leaving nobody out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from welcome.matching.arrays import Bools, Ints, Words
from welcome.matching.bits import meet, shared_count
from welcome.matching.constraints import CHECKS, gives, rules_of, takes
from welcome.matching.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.progress import Progress, untold
from welcome.matching.utility import UNIT, scores

BLOCK = 512
# Into how many parts the blocks are dealt out to workers.
SHARES = 16


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
    blocks = list(_blocks(population, programme))
    if n_jobs in (None, 1):
        found = []
        for done, (left, right) in enumerate(blocks):
            progress(done / len(blocks), "pairs")
            found.append(_test_block(population, programme, left, right))
    else:
        # Every worker gets blocks from everywhere, as some hold many more pairs than others.
        shares = [blocks[start::SHARES] for start in range(SHARES)]
        run = delayed(_test_blocks)
        found = Parallel(n_jobs=n_jobs)(run(population, programme, share) for share in shares if share)
    pairs = _together(found)
    pairs = pairs.take(np.lexsort((pairs.second, pairs.first)))
    return _one_way(population, pairs) if programme.kind.is_directed else pairs


def _test_blocks(population: Population, programme: Programme, blocks: list[tuple[Ints, Ints]]) -> Pairs:
    return _together([_test_block(population, programme, left, right) for left, right in blocks])


def _together(found: list[Pairs]) -> Pairs:
    nobody = Pairs(np.arange(0), np.arange(0), np.arange(0))
    columns = [(pairs.first, pairs.second, pairs.score) for pairs in [nobody, *found]]
    return Pairs(*(np.concatenate(column) for column in zip(*columns, strict=True)))


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


def _blocks(population: Population, programme: Programme) -> Iterator[tuple[Ints, Ints]]:
    """Cut the people into groups of similar languages, and yield the groups that could meet."""
    order = np.lexsort((population.teaches[0], population.learns[0]))
    order = order[population.capacity[order] > 0]
    givers = _cut(order[gives(population, programme.kind, order)])
    takers = _cut(order[takes(population, programme.kind, order)])
    for at, left in enumerate(givers):
        for right in takers if programme.kind.is_directed else givers[at:]:
            if programme.kind is not Kind.EXCHANGE or _could_exchange(population, left, right):
                yield left, right


def _cut(rows: Ints) -> list[Ints]:
    return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]


def _could_exchange(population: Population, left: Ints, right: Ints) -> bool:
    """Say whether anybody in two groups could exchange languages: only then are pairs looked at."""

    def all_of(column: Words, rows: Ints) -> Words:
        return np.asarray(np.bitwise_or.reduce(column[:, rows], axis=1, keepdims=True))

    teaches, learns = population.teaches, population.learns
    forth = meet(all_of(teaches, left), all_of(learns, right))
    return bool((forth & meet(all_of(learns, left), all_of(teaches, right)))[0])


def _test_block(population: Population, programme: Programme, left: Ints, right: Ints) -> Pairs:
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
    return Pairs(first, second, score).take(good)
