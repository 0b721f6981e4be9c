"""What one change would help: how many more people would fit if a person altered one thing."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from welcome.matching.arrays import Ints, Words
from welcome.matching.bits import meet
from welcome.matching.pairs.constraints import CHECKS, Rule, rules_of
from welcome.matching.people.person import NATIVE, SLOTS, TEACHING_LEVEL
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme


class Change(StrEnum):
    """What a person may alter. Safety limits are not among them: nobody is asked to lift those."""

    SLOT = "slot"
    ASYNCHRONOUS = "asynchronous"
    ONLINE = "online"
    TEACH = "teach"
    LEARN = "learn"
    INTEREST = "interest"


@dataclass(frozen=True)
class Opening:
    """One change, what it concerns (a slot number, a code, or nothing) and how many it opens."""

    change: Change
    code: str | int | None
    people: int


def what_would_help(population: Population, programme: Programme, row: int) -> tuple[Opening, ...]:
    """List single changes of one person by the number of people they would open, most first.

    A change counts those who break exactly one hard rule now, and would break none after it.
    Each kind of change is named once, with its best code.
    """
    alone = _failing_only(population, programme, row)
    found: list[Opening] = []
    if Rule.TIME in alone:
        found += _time(population, alone[Rule.TIME])
    if Rule.REACH in alone and not population.online[row]:
        found.append(Opening(Change.ONLINE, None, int(population.online[alone[Rule.REACH]].sum())))
    if Rule.EXCHANGE in alone:
        found += _exchange(population, row, alone[Rule.EXCHANGE])
    if Rule.INTEREST in alone:
        held = np.count_nonzero(population.interests[alone[Rule.INTEREST]], axis=0)
        codes = population.vocabulary.interests
        found += _best(Change.INTEREST, list(codes), held.tolist())
    return tuple(sorted((o for o in found if o.people), key=lambda o: -o.people))


def _failing_only(population: Population, programme: Programme, row: int) -> dict[Rule, Ints]:
    """Find, for each rule, the rows that break this rule and no other."""
    me, everybody = np.array([row]), (len(population),)
    passed = {
        rule: np.broadcast_to(CHECKS[rule](population, programme, me, slice(None)), everybody)
        for rule in rules_of(programme)
    }
    count = np.zeros(everybody, dtype=np.int8)
    for fine in passed.values():
        count += fine
    nearly = np.flatnonzero(count == len(passed) - 1)
    nearly = nearly[nearly != row]
    return {rule: nearly[~fine[nearly]] for rule, fine in passed.items()}


def _best(change: Change, codes: list[str] | list[int], counts: list[int]) -> list[Opening]:
    """Return the code with the highest count, the first of equals."""
    if not counts:
        return []
    at = counts.index(max(counts))
    return [Opening(change, codes[at], counts[at])]


def _time(population: Population, rows: Ints) -> list[Opening]:
    free = population.slots[rows]
    counts = [int(np.count_nonzero(free >> slot & 1)) for slot in range(SLOTS)]
    found = _best(Change.SLOT, list(range(SLOTS)), counts)
    found.append(Opening(Change.ASYNCHRONOUS, None, int(population.asynchronous[rows].sum())))
    return found


def _exchange(population: Population, row: int, rows: Ints) -> list[Opening]:
    """Try to teach, or to learn, each language that this person could."""
    teaches, learns = population.teaches, population.learns
    me = np.array([row])
    they_teach_me = rows[meet(learns[:, me], teaches[:, rows])]
    i_teach_them = rows[meet(teaches[:, me], learns[:, rows])]
    level = population.level[:, row]
    able, willing = np.flatnonzero(level >= TEACHING_LEVEL).tolist(), np.flatnonzero(level < NATIVE).tolist()
    codes = population.vocabulary.languages

    def holders(sets: Words, at: int) -> int:
        return int(np.count_nonzero(sets[at // 64] >> np.uint64(at % 64) & np.uint64(1)))

    wanted, given = learns[:, they_teach_me], teaches[:, i_teach_them]
    return [
        *_best(Change.TEACH, [codes[at] for at in able], [holders(wanted, at) for at in able]),
        *_best(Change.LEARN, [codes[at] for at in willing], [holders(given, at) for at in willing]),
    ]
