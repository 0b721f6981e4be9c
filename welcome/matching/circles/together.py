"""People who are wanted in one circle: who belongs together, and where they sit before the rest is chosen."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.circles.clusters import Circle
from welcome.matching.circles.gathering import LARGEST, Gathering

# Of so many circles that would hold a group, the one that is worth most is taken.
MOST_TRIED = 300


def joined(pairs: Iterable[tuple[int, int]]) -> list[Circle]:
    """Merge pairs that have somebody in common into groups."""
    groups: list[set[int]] = []
    for pair in pairs:
        merged = set(pair).union(*(group for group in groups if group & set(pair)))
        groups = [*(group for group in groups if not group & merged), merged]
    return sorted(tuple(sorted(group)) for group in groups)


def told_apart(least_each: int, together: Iterable[tuple[int, int]]) -> list[int]:
    """Return what decides a round of circles besides its people, settings and seed, for its digest."""
    return [least_each, *(row for pair in together for row in pair)]


def keeps_whole(circle: Circle, groups: Sequence[Circle]) -> bool:
    """Say whether a circle holds all or none of each group."""
    return all(len(set(circle) & set(group)) in (0, len(group)) for group in groups)


def seat(gathering: Gathering, groups: Sequence[Circle], rows: Ints) -> list[Circle]:
    """Find a circle for each group, with as few others as it takes; a group that breaks a rule is passed over."""
    free, held = set(rows.tolist()), list[Circle]()
    for group in groups:
        if free.issuperset(group) and _may_sit(gathering, group):
            others = np.array(sorted(free.difference(group)), dtype=np.int64)
            circles = list(islice(_around(gathering, group, gathering.joinable(group, others)), MOST_TRIED))
            if circles:
                held.append(max(circles, key=gathering.worth))
                free.difference_update(held[-1])
    return held


def _may_sit(gathering: Gathering, group: Circle) -> bool:
    return all(len(gathering.joinable(group[:at], np.array([row]))) for at, row in enumerate(group) if at)


def _around(gathering: Gathering, circle: Circle, others: Ints) -> Iterator[Circle]:
    """Yield the smallest circles that hold these people, others being those who could join."""
    if gathering.is_valid(circle):
        yield tuple(sorted(circle))
    elif len(circle) < LARGEST:
        for at, row in enumerate(others.tolist()):
            larger = (*circle, row)
            yield from _around(gathering, larger, gathering.joinable(larger, others[at + 1 :]))


def fill(gathering: Gathering, held: Iterable[Circle], left: Ints) -> list[Circle]:
    """Let those who are left sit down where they fit and there is room."""
    filled, waiting = [], left.tolist()
    for circle in held:
        grown = circle
        for row in list(waiting):
            if gathering.is_valid((*grown, row)):
                grown = (*grown, row)
                waiting.remove(row)
        filled.append(tuple(sorted(grown)))
    return filled
