"""Why two people suit each other: named points for both sides, the facts behind them, one caution.

Nothing here is a sentence: the rooms above say it in the reader's language.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from welcome.matching.arrays import Ints, Words
from welcome.matching.bits import unpack
from welcome.matching.pairs.constraints import closeness
from welcome.matching.pairs.utility import UNIT, directed, parts, reciprocal
from welcome.matching.people.person import SLOTS
from welcome.matching.people.population import Population
from welcome.matching.programme import Part, Programme

GOOD_ENOUGH = 3  # B1: below this a common language is thin
NEAR = 0.7


class Nearness(StrEnum):
    """How near two people live, in words."""

    SAME = "same"
    NEAR = "near"
    REACHABLE = "reachable"
    ONLINE = "online"
    UNKNOWN = "unknown"


class Caution(StrEnum):
    """The one thing to know before asking."""

    THIN_LANGUAGE = "thin-language"
    ONLY_ONLINE = "only-online"
    NO_SHARED_SLOT = "no-shared-slot"
    ONE_SLOT = "one-slot"
    UNKNOWN_AREA = "unknown-area"


class Reason(NamedTuple):
    """One part of one side's score: ``points = weight * value``; all points add up to the score."""

    part: Part
    value: float
    points: float


class Common(NamedTuple):
    """A language that both speak, with both levels (1 A1 ... 6 C2, 7 native)."""

    language: str
    mine: int
    theirs: int


@dataclass(frozen=True)
class Facts:
    """What two people have in common, as codes, seen from the first of them."""

    common: tuple[Common, ...]
    i_teach: tuple[str, ...]
    they_teach: tuple[str, ...]
    interests: tuple[str, ...]
    slots: tuple[int, ...]
    nearness: Nearness
    situations: tuple[str, ...]
    children: tuple[str, ...]
    they_offer: tuple[str, ...]
    i_offer: tuple[str, ...]
    asynchronous: bool


@dataclass(frozen=True)
class Explanation:
    """Why two rows suit each other.

    Attributes
    ----------
    score : float
        The reciprocal score in [0, 1].
    gain, their_gain : float
        What each side gains; the reasons' points add up to it.
    mine, theirs : tuple of Reason
        Positive parts for each side, the weightiest first.
    facts : Facts
    bridges : bool
        Whether the pair joins a newcomer and a local.
    caution : Caution, optional
    """

    score: float
    gain: float
    their_gain: float
    mine: tuple[Reason, ...]
    theirs: tuple[Reason, ...]
    facts: Facts
    bridges: bool
    caution: Caution | None


def explain(population: Population, programme: Programme, first: int, second: int) -> Explanation:
    """Explain one pair of rows, seen from the first.

    Returns
    -------
    Explanation
        ``explain(p, s, a, b)`` and ``explain(p, s, b, a)`` are mirror images.
    """
    return explain_all(population, programme, first, np.array([second]))[0]


def explain_all(population: Population, programme: Programme, first: int, others: Ints) -> list[Explanation]:
    """Explain the pairs of one row with several others, seen from the one."""
    left = np.array([first])
    found, shares = parts(population, left, others), programme.shares()
    forth, back = directed(found, programme)
    score = np.rint(reciprocal(forth, back) * UNIT) / UNIT
    bridges = population.bridges(left, others)
    told = [facts(population, programme, first, other) for other in others.tolist()]
    return [
        Explanation(
            score=float(score[at]),
            gain=float(forth[at]),
            their_gain=float(back[at]),
            mine=_reasons({part: float(found[part][0][at]) for part in Part}, shares),
            theirs=_reasons({part: float(found[part][1][at]) for part in Part}, shares),
            facts=told[at],
            bridges=bool(bridges[at]),
            caution=_caution(told[at]),
        )
        for at in range(len(others))
    ]


def _reasons(values: dict[Part, float], shares: dict[Part, float]) -> tuple[Reason, ...]:
    reasons = [Reason(part, value, value * shares[part]) for part, value in values.items()]
    return tuple(sorted((r for r in reasons if r.points > 0), key=lambda r: -r.points))


def facts(population: Population, programme: Programme, first: int, second: int) -> Facts:
    """List what two rows have in common, seen from the first."""
    words = population.vocabulary
    slots = int(population.slots[first] & population.slots[second])

    def both(left: Words, right: Words, vocabulary: tuple[str, ...]) -> tuple[str, ...]:
        return unpack(left[:, first] & right[:, second], vocabulary)

    return Facts(
        common=_common(population, programme, first, second),
        i_teach=both(population.teaches, population.learns, words.languages),
        they_teach=both(population.learns, population.teaches, words.languages),
        interests=_dearest(population, first, second),
        slots=tuple(slot for slot in range(SLOTS) if slots >> slot & 1),
        nearness=_nearness(population, programme, first, second),
        situations=both(population.situations, population.situations, words.situations),
        children=both(population.children, population.children, words.children),
        they_offer=both(population.wishes, population.offers, words.topics),
        i_offer=both(population.offers, population.wishes, words.topics),
        asynchronous=bool(population.asynchronous[first] and population.asynchronous[second]),
    )


def _common(population: Population, programme: Programme, first: int, second: int) -> tuple[Common, ...]:
    """List the languages both speak well enough, the easiest first."""
    least = max(1, programme.minimum_level)
    levels = zip(population.level[:, first].tolist(), population.level[:, second].tolist(), strict=True)
    found = [
        Common(code, mine, theirs)
        for code, (mine, theirs) in zip(population.vocabulary.languages, levels, strict=True)
        if min(mine, theirs) >= least
    ]
    return tuple(sorted(found, key=lambda common: -min(common.mine, common.theirs)))


def _dearest(population: Population, first: int, second: int) -> tuple[str, ...]:
    """List the shared interests, those that weigh most for both together first."""
    mine = population.interests[first].astype(np.int64)
    theirs = population.interests[second].astype(np.int64)
    marks = mine * theirs * population.interest_weight
    order = np.argsort(-marks, kind="stable")
    return tuple(population.vocabulary.interests[at] for at in order.tolist() if marks[at])


def _nearness(population: Population, programme: Programme, first: int, second: int) -> Nearness:
    near = float(closeness(population, np.array([first]), np.array([second]))[0])
    if near >= 1:
        return Nearness.SAME
    if near >= NEAR:
        return Nearness.NEAR
    if near >= programme.reach and near > 0:
        return Nearness.REACHABLE
    if population.online[first] and population.online[second]:
        return Nearness.ONLINE
    return Nearness.UNKNOWN


def _caution(told: Facts) -> Caution | None:
    """Pick the most important warning."""
    easiest = max((min(common.mine, common.theirs) for common in told.common), default=0)
    if easiest < GOOD_ENOUGH:
        return Caution.THIN_LANGUAGE
    if told.nearness is Nearness.ONLINE:
        return Caution.ONLY_ONLINE
    if not told.slots:
        return Caution.NO_SHARED_SLOT
    if told.nearness is Nearness.UNKNOWN:
        return Caution.UNKNOWN_AREA
    return Caution.ONE_SLOT if len(told.slots) == 1 else None
