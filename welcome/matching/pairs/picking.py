"""Picking few out of very many packed pairs: the best of everybody, or those that cost little."""

from types import ModuleType

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.bits import bits_for
from welcome.matching.pairs.feasible import Pairs
from welcome.matching.pairs.utility import SCORE_BITS, UNIT
from welcome.matching.tiers import Tier, tier


def best(packed: Ints, people: int, takers: int, each: int) -> Ints:
    """Pick the best pairs of everybody, seen from both ends; sorted.

    Whoever stands second is numbered from ``takers`` on: from 0 where both ends are alike, so that who both gives
    and takes counts as two where they are not.
    """
    if tier() is Tier.COMPILED:
        return np.asarray(_compiled().best(packed, people, takers, each))
    bits = bits_for(people)
    pairs = Pairs.unpack(packed, people)
    worse = (UNIT - pairs.score) << bits + 1
    ends = np.concatenate(
        [
            pairs.first << bits + 1 + SCORE_BITS | worse | pairs.second << 1,
            pairs.second + takers << bits + 1 + SCORE_BITS | worse | pairs.first << 1 | 1,
        ]
    )
    ends.sort()
    one = ends >> bits + 1 + SCORE_BITS
    begins = np.flatnonzero(np.diff(one, prepend=-1))
    rank = np.arange(len(one)) - np.repeat(begins, np.diff(begins, append=len(one)))
    ends, one = ends[rank < each], one[rank < each]
    other, is_turned = ends >> 1 & (1 << bits) - 1, (ends & 1).astype(np.bool_)
    first, second = np.where(is_turned, other, one), np.where(is_turned, one - takers, other)
    score = UNIT - (ends >> bits + 1 & (1 << SCORE_BITS) - 1)
    return np.unique(Pairs(first, second, score).pack(people))


def cheap(packed: Ints, people: int, giving: Ints, taking: Ints, times: int, limit: int, floor: int) -> Ints:
    """Return the pairs that reach a floor and cost no more than a limit, less so many times their score."""
    if tier() is Tier.COMPILED:
        return np.asarray(_compiled().cheap(packed, people, giving, taking, times, limit, floor))
    pairs = Pairs.unpack(packed, people)
    cost = giving[pairs.first] + taking[pairs.second] - times * pairs.score
    return packed[(cost <= limit) & (pairs.score >= floor)]


def _compiled() -> ModuleType:
    # numba takes a second to load, and is not everywhere.
    from welcome.matching.pairs.compiled import picking

    return picking
