"""Testing and scoring pairs one by one, as ``constraints`` and ``utility`` do it for whole arrays.

Every formula is the same to the last bit: sums are added in the same order, and rounded alike. All
that is known of a person stands side by side in one row of words.
"""

from collections.abc import Callable

import numpy as np
from numba import njit

from welcome.matching.arrays import Anything, Floats, Ints
from welcome.matching.bits import bits_for, size
from welcome.matching.pairs.constraints import Rule, rules_of
from welcome.matching.pairs.tongues import EASE
from welcome.matching.pairs.utility import ENOUGH_SLOTS, REMOTE, SCORE_BITS, UNIT
from welcome.matching.people.columns import ANY_GENDER
from welcome.matching.people.person import NATIVE, TEACHING_LEVEL
from welcome.matching.people.population import Population
from welcome.matching.programme import Part, Programme

# Multiplied by a single bit, the top six bits of this number tell which bit it is (de Bruijn).
ORDER = np.uint64(0x03F79D71B4CB0A89)
WHICH_BIT = np.zeros(64, dtype=np.int64)
WHICH_BIT[[(int(ORDER) << bit & (1 << 64) - 1) >> 58 for bit in range(64)]] = np.arange(64)
ONE, TOP = np.uint64(1), np.uint64(58)

# A row of words: these numbers first, then the sets, each in as many words as it needs.
SLOTS, AREA, ONLINE, ASYNCHRONOUS, GENDER, LIMIT, WISHED, FULL, SETS = range(9)
TEACHES, LEARNS, INTERESTED, CHILDREN, SITUATIONS, OFFERS, WISHES, SPEAKS = range(8)
# What a programme asks for.
EXCHANGES, NEEDS_INTEREST, NEEDS_LANGUAGE, NEEDS_TIME, IS_DIRECTED, UNKNOWN_REACHES, MINIMUM_LEVEL = range(7)
FLOOR, SHARES = range(2)
EVERYONE = np.uint64(ANY_GENDER)


def finder(population: Population, programme: Programme) -> Callable[[Ints, Ints], Ints]:
    """Return what finds the pairs of two groups of rows, packed as in ``welcome.matching.pairs.feasible``."""
    words, starts = _rows(population)
    asked, figures = _wishes(programme)
    closeness = population.closeness if population.closeness.size else np.zeros((1, 1))
    interests, weight, bits = population.interests, population.interest_weight, bits_for(len(population))
    rules = (words, starts, asked, float(programme.reach), closeness, population.forbidden, bits)
    worth = (words, starts, figures, interests, weight, closeness, bits)

    def find(left: Ints, right: Ints) -> Ints:
        found = np.empty(len(left) * len(right), dtype=np.int64)
        count = _find(*rules, left, right, found)
        return found[: _score(*worth, found[:count])].copy()

    return find


def _rows(population: Population) -> tuple[Anything, Ints]:
    """Write everybody as a row of words; return also where each set starts, and its end."""
    p = population
    numbers = [p.slots, p.area, p.online, p.asynchronous, p.gender, p.limit]
    numbers += [np.clip(size(p.wishes), 1, 3), np.maximum(1, p.interest_full)]
    sets = [p.teaches, p.learns, p.interested, p.children, p.situations, p.offers, p.wishes, *p.speaks]
    starts = np.cumsum([SETS, *(len(column) for column in sets)])
    columns = [np.asarray(column).astype(np.uint64)[None] for column in numbers]
    return np.ascontiguousarray(np.concatenate([*columns, *sets]).T), starts


def _wishes(programme: Programme) -> tuple[Ints, Floats]:
    """Write what a programme asks for as numbers."""
    rules = rules_of(programme)
    flags = [rule in rules for rule in (Rule.EXCHANGE, Rule.INTEREST, Rule.LANGUAGE, Rule.TIME)]
    asked = [*flags, programme.kind.is_directed, programme.unknown_area_reaches, programme.minimum_level]
    shares = programme.shares()
    figures = [programme.floor * UNIT, *(shares[part] for part in Part)]
    return np.array(asked, dtype=np.int64), np.array(figures, dtype=np.float64)


@njit(cache=True)
def _find(words, starts, asked, reach, closeness, forbidden, bits, left, right, found):
    """Write every pair of two groups that breaks no rule; a group with itself gives each pair once."""
    count, people = 0, len(words)
    same = left[0] == right[0] and not asked[IS_DIRECTED]
    speaks = SPEAKS + asked[MINIMUM_LEVEL]
    unlike = _next_unlike(words, starts, right)
    # No function takes the arrays from in here: handing them over would cost more than the rules.
    for at in range(len(left)):
        first, other = left[at], at if same else -1
        while other + 1 < len(right):
            other += 1
            second = right[other]
            if asked[EXCHANGES] and not (
                _meet(words, starts, first, TEACHES, second, LEARNS)
                and _meet(words, starts, first, LEARNS, second, TEACHES)
            ):
                other = unlike[other] - 1
                continue
            if asked[NEEDS_TIME] and not (
                words[first, SLOTS] & words[second, SLOTS] or words[first, ASYNCHRONOUS] & words[second, ASYNCHRONOUS]
            ):
                continue
            if asked[NEEDS_INTEREST] and not _meet(words, starts, first, INTERESTED, second, INTERESTED):
                continue
            if not words[first, ONLINE] & words[second, ONLINE]:
                here, there = np.int64(words[first, AREA]), np.int64(words[second, AREA])
                is_known = here >= 0 and there >= 0
                is_near = (closeness[here, there] if is_known else 0.0) >= reach
                if not is_near and (is_known or not asked[UNKNOWN_REACHES]):
                    continue
            if asked[NEEDS_LANGUAGE] and not _meet(words, starts, first, speaks, second, speaks):
                continue
            if words[first, LIMIT] != EVERYONE and not words[first, LIMIT] & words[second, GENDER]:
                continue
            if words[second, LIMIT] != EVERYONE and not words[second, LIMIT] & words[first, GENDER]:
                continue
            if len(forbidden):
                key = first * people + second
                place = np.searchsorted(forbidden, key)
                if place < len(forbidden) and forbidden[place] == key:
                    continue
            if first == second:
                continue
            swap = first > second and not asked[IS_DIRECTED]
            found[count] = second << bits | first if swap else first << bits | second
            count += 1
    return count


@njit(cache=True)
def _next_unlike(words, starts, rows):
    """Return for each of some rows where the next one stands that teaches or learns something else."""
    unlike = np.full(len(rows), len(rows))
    for at in range(len(rows) - 2, -1, -1):
        here, there = words[rows[at]], words[rows[at + 1]]
        is_alike = (here[starts[TEACHES] : starts[INTERESTED]] == there[starts[TEACHES] : starts[INTERESTED]]).all()
        unlike[at] = unlike[at + 1] if is_alike else at + 1
    return unlike


@njit(cache=True, inline="always")
def _meet(words, starts, first, one, second, other):
    """Say whether one set of the first and another of the second, equally long, share anything."""
    begin, shift = starts[one], starts[other] - starts[one]
    for word in range(begin, starts[one + 1]):
        if words[first, word] & words[second, word + shift]:
            return True
    return False


@njit(cache=True)
def _score(words, starts, figures, interests, weight, closeness, bits, found):
    """Score pairs as ``utility.scores`` does, and pack them; return how many reach the floor."""
    count = 0
    for pair in found:
        first, second = pair >> bits, pair & (1 << bits) - 1
        ease = 0.0
        for level in range(NATIVE, 0, -1):
            if _meet(words, starts, first, SPEAKS + level, second, SPEAKS + level):
                ease = EASE * level / NATIVE
                break
        liked = likes = np.int64(0)
        for word in range(starts[INTERESTED], starts[INTERESTED + 1]):
            shared = words[first, word] & words[second, word]
            while shared:
                lowest = shared & (~shared + ONE)
                code = (word - starts[INTERESTED]) * 64 + WHICH_BIT[(lowest * ORDER) >> TOP]
                liked += interests[first, code] * weight[code]
                likes += interests[second, code] * weight[code]
                shared ^= lowest
        both_write = np.float64(words[first, ASYNCHRONOUS] & words[second, ASYNCHRONOUS])
        both_online = np.float64(words[first, ONLINE] & words[second, ONLINE])
        free = _count(words[first, SLOTS] & words[second, SLOTS])
        time = max(min(1.0, free / ENOUGH_SLOTS), REMOTE * both_write)
        here, there = np.int64(words[first, AREA]), np.int64(words[second, AREA])
        near = max(closeness[here, there] if here >= 0 and there >= 0 else 0.0, REMOTE * both_online)
        life = _meet(words, starts, first, SITUATIONS, second, SITUATIONS)
        young = _meet(words, starts, first, CHILDREN, second, CHILDREN)
        situation = 0.5 * life + 0.5 * young
        forth = _gains(
            figures,
            max(_gain(words, starts, first, second), ease),
            min(1.0, liked / np.int64(words[first, FULL])),
            time,
            near,
            situation,
            _goals(words, starts, first, second),
        )
        back = _gains(
            figures,
            max(_gain(words, starts, second, first), ease),
            min(1.0, likes / np.int64(words[second, FULL])),
            time,
            near,
            situation,
            _goals(words, starts, second, first),
        )
        total = forth + back
        score = np.int64(np.rint(2 * (forth * back) / (total if total > 0 else 1.0) * UNIT))
        if score >= figures[FLOOR]:
            found[count] = pair << SCORE_BITS | score
            count += 1
    return count


@njit(cache=True, inline="always")
def _gains(figures, language, interests, time, near, situation, goals):
    """Add the weighted parts up, in the order of ``Part``."""
    told = 0.0 + figures[SHARES] * language
    told = told + figures[SHARES + 1] * interests
    told = told + figures[SHARES + 2] * time
    told = told + figures[SHARES + 3] * near
    told = told + figures[SHARES + 4] * situation
    return told + figures[SHARES + 5] * goals


@njit(cache=True, inline="always")
def _gain(words, starts, learner, teacher):
    for level in range(NATIVE, TEACHING_LEVEL - 1, -1):
        speaks, learns = starts[SPEAKS + level] - starts[TEACHES], starts[LEARNS] - starts[TEACHES]
        for word in range(starts[TEACHES], starts[TEACHES + 1]):
            if words[teacher, word] & words[teacher, word + speaks] & words[learner, word + learns]:
                return level / NATIVE
    return 0.0


@njit(cache=True, inline="always")
def _goals(words, starts, wisher, helper):
    met, offers = 0, starts[OFFERS] - starts[WISHES]
    for word in range(starts[WISHES], starts[WISHES + 1]):
        met += _count(words[wisher, word] & words[helper, word + offers])
    return min(1.0, met / np.int64(words[wisher, WISHED]))


@njit(cache=True, inline="always")
def _count(bits):
    count = 0
    while bits:
        bits &= bits - ONE
        count += 1
    return count
