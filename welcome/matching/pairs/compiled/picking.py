"""Picking from packed pairs one by one, as ``picking`` does it for whole arrays."""

import numpy as np
from numba import njit

from welcome.matching.arrays import Ints
from welcome.matching.bits import bits_for
from welcome.matching.pairs.utility import SCORE_BITS


def cheap(packed: Ints, people: int, giving: Ints, taking: Ints, times: int, limit: int, floor: int) -> Ints:
    """Return the pairs that reach a floor and cost no more than a limit, less so many times their score."""
    bits = bits_for(people)
    found = np.empty(len(packed), dtype=np.int64)
    return found[: _cheap(packed, bits, giving, taking, times, limit, floor, found)].copy()


@njit(cache=True)
def _cheap(packed, bits, giving, taking, times, limit, floor, found):
    count = 0
    for pair in packed:
        score, second = pair & (1 << SCORE_BITS) - 1, pair >> SCORE_BITS & (1 << bits) - 1
        cost = giving[pair >> bits + SCORE_BITS] + taking[second] - times * score
        if cost <= limit and score >= floor:
            found[count] = pair
            count += 1
    return count


def best(packed: Ints, people: int, takers: int, each: int) -> Ints:
    """Pick the best pairs of everybody, seen from both ends; sorted.

    Whoever stands second is numbered from ``takers`` on: from 0 where both ends are alike.
    """
    return np.sort(packed[_is_among_best(packed, people, takers, bits_for(people), each)])


@njit(cache=True)
def _is_among_best(packed, people, takers, bits, each):
    best, held = np.empty((takers + people, each), np.int64), np.zeros(takers + people, np.int64)
    least = np.zeros(takers + people, np.int64)
    mask = (1 << bits) - 1
    for pair in packed:
        first, second, score = pair >> bits + SCORE_BITS, pair >> SCORE_BITS & mask, pair & (1 << SCORE_BITS) - 1
        for one, other in ((first, second), (second + takers, first)):
            # Of equal scores the smaller row comes first.
            key = score << bits | mask - other
            if held[one] < each:
                best[one, held[one]] = key
                held[one] += 1
            elif key > best[one, least[one]]:
                best[one, least[one]] = key
            else:
                continue
            if held[one] == each:
                least[one] = np.argmin(best[one])
    found = np.zeros(len(packed), np.bool_)
    for at in range(len(packed)):
        pair = packed[at]
        first, second, score = pair >> bits + SCORE_BITS, pair >> SCORE_BITS & mask, pair & (1 << SCORE_BITS) - 1
        for one, other in ((first, second), (second + takers, first)):
            key = score << bits | mask - other
            found[at] |= held[one] < each or key >= best[one, least[one]]
    return found
