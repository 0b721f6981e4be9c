"""Why somebody was left out of a round, and the one change that would have helped most."""

from typing import NamedTuple

import numpy as np

from welcome.matching.arrays import Bools, Ints
from welcome.matching.pairs.constraints import Rule, gives, takes
from welcome.matching.pairs.nearby import fitting
from welcome.matching.pairs.openings import Opening, what_would_help
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme

# Looking for the change that helps takes a scan of everybody: so many are explained in full.
MOST_EXPLAINED = 1_000


class Unmatched(NamedTuple):
    """Why a row was left out.

    Attributes
    ----------
    rule : Rule
        The hard rule that removed the last who were left; PLACES if somebody fitted, but all who
        did were needed by others.
    opening : Opening, optional
        The change that would open most people.
    """

    rule: Rule
    opening: Opening | None


def left_out(population: Population, programme: Programme, matched: Bools) -> Ints:
    """Return the rows that take part and were not matched."""
    everybody = np.arange(len(population))
    part = gives(population, programme.kind, everybody) | takes(population, programme.kind, everybody)
    return np.flatnonzero(part & (population.capacity > 0) & ~matched)


def why_unmatched(population: Population, programme: Programme, fits: Bools, rows: Ints) -> dict[int, Unmatched]:
    """Give the binding rule of everybody who was left out, by row; ``fits`` says who fitted anybody."""
    found = {}
    for at, row in enumerate(rows.tolist()):
        rule = Rule.PLACES if fits[row] else _last_rule(population, programme, row)
        opening = None
        if at < MOST_EXPLAINED:
            opening = next(iter(what_would_help(population, programme, row)), None)
        found[row] = Unmatched(rule, opening)
    return found


def _last_rule(population: Population, programme: Programme, row: int) -> Rule:
    """Find the rule that removed the last people; the programme's floor comes after all rules."""
    rows, removed = fitting(population, programme, row)
    if len(rows):
        return Rule.FLOOR
    counted = [rule for rule, number in removed.items() if number]
    return counted[-1] if counted else Rule.PLACES
