"""All pairs of a round as a supply: kept in memory where they fit, found anew for each look where they do not.

A look goes over every pair with a sieve and brings back the few that matter. It is cut by blocks of
people and can be shared out to processes and machines: sieves go out, what they keep comes back.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from welcome.matching.arrays import Ints
from welcome.matching.pairs.feasible import Block, Pairs, blocks_of, finder
from welcome.matching.pairs.picking import best
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme
from welcome.matching.progress import Progress, untold
from welcome.matching.tiers import Tier, tier, using

# So many pairs are kept, eight bytes each; beyond, each look finds them again.
MOST_KEPT = 32_000_000
# The best so many pairs of everybody are given to the solver first.
EACH = 16
# So few pairs go to the solver at once.
FEW = 100_000
# Pairs are looked at in pieces of this size.
PIECE = 1 << 19
# Into how many shares the blocks are dealt out: each worker gets blocks from everywhere.
SHARES = 16

# Of packed pairs of so many people it returns those to bring back. It is sent to other processes.
Sieve = Callable[[Ints, int], Ints]


class Field:
    """Every pair that may meet.

    Parameters
    ----------
    population, programme
    n_jobs : int, optional
        Worker processes, as joblib understands them; several machines by
        ``joblib.parallel_config("dask")``. What is found is the same however many there are.
    progress : callable, optional
        Told the share done while pairs are first looked for.

    Attributes
    ----------
    count : int
        How many pairs there are.
    fits : bool (n,)
        Who has anybody to be paired with.
    """

    def __init__(
        self,
        population: Population,
        programme: Programme,
        *,
        n_jobs: int | None = None,
        progress: Progress = untold,
    ) -> None:
        self.population = population
        self.programme = programme
        self.n_jobs = n_jobs
        self._blocks = list(blocks_of(population, programme))
        pool = _Pool(len(population), MOST_KEPT, is_directed=programme.kind.is_directed)
        for part in self._share_out(_collect, MOST_KEPT, progress):
            pool.merge(part)
        self.count, self.fits = pool.count, pool.fits
        self._kept = pool.packed() if pool.is_whole else None
        self._best = pool.best() if self._kept is None or self.count > FEW else self._kept

    @property
    def people(self) -> int:
        """The number of rows."""
        return len(self.population)

    def best(self) -> Pairs:
        """Return the best pairs of everybody, or all there are if they are few; sorted."""
        return Pairs.unpack(np.sort(self._best), self.people)

    def sift(self, sieve: Sieve, progress: Progress = untold) -> Pairs:
        """Look at every pair and return those that a sieve lets through, sorted."""
        if self._kept is not None:
            progress(0.0, "pairs")
            found = [sieve(piece, self.people) for piece in _pieces(self._kept)]
        else:
            found = list(self._share_out(_sift, sieve, progress))
        return Pairs.unpack(np.sort(np.concatenate([np.arange(0), *found])), self.people)

    def _share_out(self, work: Callable[..., Any], settings: object, progress: Progress) -> Iterator[Any]:
        """Do some work on every share of the blocks, here or elsewhere."""
        if self.n_jobs in (None, 1):
            yield work(self.population, self.programme, self._blocks, tier(), settings, progress)
            return
        shares = [self._blocks[start::SHARES] for start in range(SHARES) if start < len(self._blocks)]
        run = delayed(work)
        jobs = (run(self.population, self.programme, share, tier(), settings) for share in shares)
        progress(0.0, "pairs")
        yield from Parallel(n_jobs=self.n_jobs)(jobs)


class _Pool:
    """Pairs as they are found: all of them, or the best of everybody once they are too many."""

    def __init__(self, people: int, most: int, *, is_directed: bool) -> None:
        self.people = people
        self.is_directed = is_directed
        self.most = most
        self.count = 0
        self.fits = np.zeros(people, dtype=np.bool_)
        self.is_whole = True
        self._held: list[Ints] = []
        self._size = 0

    def add(self, packed: Ints) -> None:
        """Take pairs in."""
        pairs = Pairs.unpack(packed, self.people)
        self.fits[pairs.first] = self.fits[pairs.second] = True
        self.count += len(packed)
        self._hold(packed)

    def merge(self, other: "_Pool") -> None:
        """Take in what another pool holds."""
        self.fits |= other.fits
        self.count += other.count
        self.is_whole &= other.is_whole
        self._hold(other.packed())

    def packed(self) -> Ints:
        """Return what is held, in one piece."""
        self._held = [np.concatenate([np.arange(0), *self._held])]
        return self._held[0]

    def best(self) -> Ints:
        """Return the best pairs of everybody, sorted; which they are does not depend on the order."""
        return best(self.packed(), self.people, self.people if self.is_directed else 0, EACH)

    def _hold(self, packed: Ints) -> None:
        self._held.append(packed)
        self._size += len(packed)
        if self._size > self.most:
            self.is_whole = False
            self._held = [self.best()]
            # Where even the best are many, they may double before they are looked through again.
            self._size = len(self._held[0])
            self.most = max(self.most, 2 * self._size)


def _collect(
    population: Population,
    programme: Programme,
    blocks: Sequence[Block],
    asked: Tier,
    most_kept: int,
    progress: Progress = untold,
) -> _Pool:
    pool = _Pool(len(population), most_kept, is_directed=programme.kind.is_directed)
    for packed in _search(population, programme, blocks, asked, progress):
        pool.add(packed)
    return pool


def _sift(
    population: Population,
    programme: Programme,
    blocks: Sequence[Block],
    asked: Tier,
    sieve: Sieve,
    progress: Progress = untold,
) -> Ints:
    found = _search(population, programme, blocks, asked, progress)
    with using(asked):
        return np.concatenate([np.arange(0), *(sieve(packed, len(population)) for packed in found)])


def _search(
    population: Population, programme: Programme, blocks: Sequence[Block], asked: Tier, progress: Progress
) -> Iterator[Ints]:
    """Find the pairs of some blocks, in pieces worth looking at."""
    held: list[Ints] = []
    with using(asked):
        find = finder(population, programme)
        for done, (left, right) in enumerate(blocks):
            progress(done / len(blocks), "pairs")
            held.append(find(left, right))
            if sum(map(len, held)) >= PIECE:
                yield np.concatenate(held)
                held = []
    yield np.concatenate([np.arange(0), *held])


def _pieces(packed: Ints) -> list[Ints]:
    return [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
