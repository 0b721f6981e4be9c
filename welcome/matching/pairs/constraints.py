"""The rules that never bend: each says, for many pairs at once, whether two people may meet."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from welcome.matching.arrays import Bools, Floats, Ints, Rows
from welcome.matching.bits import meet
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme

MENTOR, MENTEE = 1, 2
NEWCOMER, LOCAL = 1, 2


class Rule(StrEnum):
    """The hard rules, and reasons that are none: shown or asked too often, no place left."""

    CAPACITY = "capacity"
    ROLE = "role"
    EXCHANGE = "exchange"
    INTEREST = "interest"
    LANGUAGE = "language"
    TIME = "time"
    REACH = "reach"
    LIMITS = "limits"
    FORBIDDEN = "forbidden"
    FLOOR = "floor"
    EXPOSURE = "exposure"
    ASKED = "asked"
    PLACES = "places"


Check = Callable[[Population, Programme, Rows, Rows], Bools]


def gives(population: Population, kind: Kind, rows: Rows) -> Bools:
    """Say who can be the giving side: a mentor, a host; in a pool of equals everybody."""
    if kind is Kind.MENTORSHIP:
        return np.asarray((population.role[rows] & MENTOR) != 0)
    if kind is Kind.HOSTING:
        return np.asarray((population.side[rows] & LOCAL) != 0)
    return np.ones(population.side[rows].shape, dtype=np.bool_)


def takes(population: Population, kind: Kind, rows: Rows) -> Bools:
    """Say who can be the receiving side: a mentee, a guest; in a pool of equals everybody."""
    if kind is Kind.MENTORSHIP:
        return np.asarray((population.role[rows] & MENTEE) != 0)
    if kind is Kind.HOSTING:
        return np.asarray((population.side[rows] & NEWCOMER) != 0)
    return np.ones(population.side[rows].shape, dtype=np.bool_)


def closeness(population: Population, first: Rows, second: Rows) -> Floats:
    """Look up how near two people live, in [0, 1]; 0 where an area is not given."""
    if not population.closeness.size:
        return np.zeros(np.broadcast_shapes(population.area[first].shape, population.area[second].shape))
    left, right = population.area[first], population.area[second]
    if left.shape == (1,):
        # One person and many: a row of the table is taken once.
        near = np.append(population.closeness[left[0]], 0.0)[right]
        return near if left[0] >= 0 else np.zeros(right.shape)
    known = (left >= 0) & (right >= 0)
    return np.where(known, population.closeness[left, right], 0.0)


def shared_slots(population: Population, first: Rows, second: Rows) -> Ints:
    """Count the free parts of the week that two people share."""
    return np.bitwise_count(population.slots[first] & population.slots[second]).astype(np.int64)


def _capacity(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    return np.asarray((population.capacity[first] > 0) & (population.capacity[second] > 0))


def _role(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    kind = programme.kind
    forth = gives(population, kind, first) & takes(population, kind, second)
    return forth | (takes(population, kind, first) & gives(population, kind, second))


def _exchange(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    teaches, learns = population.teaches, population.learns
    forth = meet(teaches[:, first], learns[:, second])
    return forth & meet(learns[:, first], teaches[:, second])


def _interest(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    return population.shares_interest(first, second)


def _language(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    speaks = population.speaks[programme.minimum_level]
    return meet(speaks[:, first], speaks[:, second])


def _time(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    free = (population.slots[first] & population.slots[second]) != 0
    return np.asarray(free | (population.asynchronous[first] & population.asynchronous[second]))


def _reach(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    near = closeness(population, first, second) >= programme.reach
    if programme.unknown_area_reaches:
        near |= (population.area[first] < 0) | (population.area[second] < 0)
    return np.asarray(near | (population.online[first] & population.online[second]))


def _limits(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    forth = allows(population.limit[first], population.gender[second])
    return forth & allows(population.limit[second], population.gender[first])


def allows(limit: Ints, gender: Ints) -> Bools:
    """Say whether limits admit genders; a limit admits nobody whose gender is not given."""
    return np.asarray((limit == 255) | ((limit & gender) != 0))


def _forbidden(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    return ~population.is_forbidden(first, second)


CHECKS: dict[Rule, Check] = {
    Rule.ROLE: _role,
    Rule.EXCHANGE: _exchange,
    Rule.CAPACITY: _capacity,
    Rule.LANGUAGE: _language,
    Rule.TIME: _time,
    Rule.REACH: _reach,
    Rule.LIMITS: _limits,
    Rule.INTEREST: _interest,
    Rule.FORBIDDEN: _forbidden,
}


def rules_of(programme: Programme) -> tuple[Rule, ...]:
    """List the hard rules of a programme, the most selective first."""
    idle = {
        Rule.ROLE: not programme.kind.is_directed,
        Rule.EXCHANGE: programme.kind is not Kind.EXCHANGE,
        Rule.INTEREST: programme.kind is not Kind.ACTIVITY,
        Rule.TIME: not programme.needs_shared_slot,
        Rule.LANGUAGE: programme.minimum_level == 0,
    }
    return tuple(rule for rule in CHECKS if not idle.get(rule, False))


def may_meet(population: Population, programme: Programme, first: Rows, second: Rows) -> Bools:
    """Say which pairs of rows break no hard rule.

    Parameters
    ----------
    first, second : rows; index arrays broadcast against each other, so that ``(r, 1)`` with
        ``(1, c)`` gives a block, and two arrays of one length give pairs.

    Returns
    -------
    ndarray of bool, of the broadcast shape. A row paired with itself counts as allowed.
    """
    fine: Bools | None = None
    for rule in rules_of(programme):
        passed = CHECKS[rule](population, programme, first, second)
        fine = passed if fine is None else fine & passed
    if fine is None:
        raise ValueError("a programme without rules")
    return fine
