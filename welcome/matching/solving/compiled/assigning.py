"""The dearest assignment of the double cover, exactly: an auction for good prices, then shortest paths.

The auction (Bertsekas 1988; bids in shrinking steps) fills nearly every place with nearly the right
one. Its prices are kept, whoever is not exactly content is set free, and shortest augmenting paths
(Dijkstra over reduced costs, as in Jonker and Volgenant 1987) finish. All numbers are whole, so the
answer is exact, and it does not depend on the steps of the auction but for ties.
"""

import numpy as np
from numba import njit

from welcome.matching.arrays import Anything, Bools, Ints
from welcome.matching.solving.compiled import paths
from welcome.matching.solving.compiled.paths import FAR

# The auction divides the largest weight by these for its steps; ties over wide ranges need none.
STEPS = (30, 300, 3000)
WIDEST_AUCTION = 1 << 21
# Bids are in parts of a unit, so that weights far below the last step are told apart.
PARTS = 8
# Where more than one place in so many must be assigned anew, there is an auction after an earlier answer too.
MANY_FREE = 100
BIDS_FOR_EACH_ARC = 50


def assign(
    size: int, first: Ints, second: Ints, weight: Ints, may_stay: Bools, before: tuple[Ints, ...] | None
) -> tuple[Ints, Ints, Ints] | None:
    """Assign every left place to a right one for the largest sum of weights.

    Parameters
    ----------
    size : int
    first, second, weight : int64 (m,)
        Links; each may be used in both directions.
    may_stay : bool (size,)
        Places that may be assigned to themselves, for a weight of 0.
    before : tuple of arrays like those returned, optional
        The answer to a similar problem, to begin from in place of an auction.

    Returns
    -------
    successor : int64 (size,)
    price : int64 (size,)
        The least right prices that are not negative, and what is left for the left place with
        them, added up: twice the dual price of every place.
    right_price : int64 (size,)
    None
        if there is no assignment.
    """
    start, there, worth = _arcs(size, first, second, weight)
    state = _nobody(size)
    price = np.zeros(size, dtype=np.int64)
    top = PARTS * int(weight.max(initial=0))
    steps = sorted({max(1, top // part) for part in STEPS}, reverse=True) if top <= WIDEST_AUCTION else []
    if before is not None:
        price[:] = before[2]
        _resume(start, there, worth, may_stay, before[0], *state)
        paths.release(start, there, worth, may_stay, price, *state)
        steps = steps[-1:] if np.count_nonzero(state[0] < 0) > size // MANY_FREE else []
    price *= PARTS
    for step in steps:
        state = _nobody(size) if before is None else state
        _auction(start, there, worth, may_stay, price, *state, step, top)
    price = (price + PARTS // 2) // PARTS
    paths.release(start, there, worth, may_stay, price, *state)
    if not paths.finish(start, there, worth, may_stay, price, *state):
        return None
    right_of, _, earned = state
    least = paths.least(start, there, worth, may_stay, price, *state)
    return right_of.astype(np.int64), earned - least[right_of] + least, least


def _nobody(size: int) -> tuple[Anything, Anything, Ints]:
    """Return an assignment of nobody: of each left place, of each right place, and what it earns."""
    nobody = np.full(size, -1, dtype=np.int32)
    return nobody, nobody.copy(), np.zeros(size, dtype=np.int64)


@njit(cache=True)
def _arcs(size, first, second, weight):
    """Lay out both directions of every link by the place they leave."""
    start = np.zeros(size + 1, np.int64)
    for link in range(len(first)):
        start[first[link] + 1] += 1
        start[second[link] + 1] += 1
    for place in range(size):
        start[place + 1] += start[place]
    free = start[:-1].copy()
    there, worth = np.empty(start[size], np.int32), np.empty(start[size], np.int64)
    for link in range(len(first)):
        for here, other in ((first[link], second[link]), (second[link], first[link])):
            there[free[here]], worth[free[here]] = other, weight[link]
            free[here] += 1
    return start, there, worth


@njit(cache=True)
def _auction(start, there, worth, may_stay, price, right_of, left_of, earned, step, top):
    """Let every free left place bid for what it gains most from, until none is free; prices are in parts."""
    size = len(price)
    waiting, free = np.empty(size, np.int64), 0
    for left in range(size - 1, -1, -1):
        if right_of[left] < 0:
            waiting[free] = left
            free += 1
    bids = BIDS_FOR_EACH_ARC * (len(there) + size)
    while free and bids:
        free -= 1
        bids -= 1
        left = waiting[free]
        best, second, right, gain = -FAR, -FAR, -1, 0
        if may_stay[left]:
            best, right = -price[left], left
        for arc in range(start[left], start[left + 1]):
            value = PARTS * worth[arc] - price[there[arc]]
            if value > best:
                best, second, right, gain = value, best, there[arc], worth[arc]
            elif value > second:
                second = value
        if right < 0:
            return
        price[right] += step + (best - second if second > -FAR else 4 * top)
        before = left_of[right]
        left_of[right], right_of[left], earned[left] = left, right, gain
        if before >= 0:
            right_of[before] = -1
            waiting[free] = before
            free += 1


@njit(cache=True)
def _resume(start, there, worth, may_stay, successor, right_of, left_of, earned):
    """Take an earlier assignment over as far as it is still possible."""
    for left in range(len(successor)):
        right = successor[left]
        if right == left and may_stay[left]:
            right_of[left] = left_of[left] = left
            earned[left] = 0
        for arc in range(start[left], start[left + 1]):
            if there[arc] == right:
                right_of[left], left_of[right], earned[left] = right, left, worth[arc]
