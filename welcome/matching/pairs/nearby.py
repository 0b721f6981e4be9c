"""Who may meet somebody: people sorted by area, so that a question looks at few of all of them."""

import numpy as np

from welcome.matching.arrays import Bools, Ints
from welcome.matching.pairs.constraints import CHECKS, Rule, rules_of
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme

# Where more than this share of all live within reach, looking at everybody in order is faster.
TOO_MANY = 0.25


def meetable(population: Population, programme: Programme, row: int) -> Ints:
    """Find the rows that break no hard rule towards one row, in order; exact."""
    me, rules = np.array([row]), list(rules_of(programme))
    near = within_reach(population, programme, row)
    if near is None:
        left = np.flatnonzero(CHECKS[rules.pop(0)](population, programme, me, slice(None)))
    else:
        left = near
        rules.remove(Rule.REACH)
    for rule in rules:
        left = left[CHECKS[rule](population, programme, me, left)]
    return np.sort(left[left != row])


def within_reach(population: Population, programme: Programme, row: int) -> Ints | None:
    """List the rows near enough to one row, or None where that is nearly everybody."""
    area, by_area = int(population.area[row]), population.by_area
    near: Bools = np.zeros(len(by_area.begin) - 1, dtype=np.bool_)
    near[0] = programme.unknown_area_reaches
    if area < 0:
        near[:] = programme.unknown_area_reaches
    else:
        near[1:] |= population.closeness[area] >= programme.reach
    online = by_area.online if population.online[row] else by_area.online[:0]
    if np.diff(by_area.begin)[near].sum() + len(online) > TOO_MANY * len(population):
        return None
    parts = [by_area.rows[by_area.begin[at] : by_area.begin[at + 1]] for at in np.flatnonzero(near).tolist()]
    return np.concatenate([*parts, online[~near[population.area[online] + 1]]])


def fitting(population: Population, programme: Programme, row: int) -> tuple[Ints, dict[Rule, int]]:
    """Find the rows that break no hard rule, and count how many each rule removed.

    Each rule is asked about those only whom the rules before it let pass; the counts and the
    rows found add up to everybody else.
    """
    me = np.array([row])
    removed: dict[Rule, int] = {}
    left: Ints | None = None
    for rule in rules_of(programme):
        passed = CHECKS[rule](population, programme, me, slice(None) if left is None else left)
        if left is None:
            passed = np.broadcast_to(passed, (len(population),)).copy()
            removed[rule] = int(len(passed) - 1 - np.count_nonzero(np.delete(passed, row)))
            passed[row] = False
            left = np.flatnonzero(passed)
        else:
            removed[rule] = int(len(left) - np.count_nonzero(passed))
            left = left[passed]
    return (np.arange(0) if left is None else left), removed
