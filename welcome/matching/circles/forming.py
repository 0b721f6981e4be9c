"""Circles of three to six people around an activity, so that as few as possible are left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from welcome.matching.arrays import Ints
from welcome.matching.bits import unpack
from welcome.matching.circles.gathering import LARGEST, Gathering
from welcome.matching.circles.generation import STEP, generate
from welcome.matching.circles.packing import pack
from welcome.matching.circles.together import fill, joined, seat, told_apart
from welcome.matching.circles.weaving import weave
from welcome.matching.pairs.constraints import LOCAL, NEWCOMER
from welcome.matching.people.fingerprint import digest, fair_order
from welcome.matching.people.person import SLOTS
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.progress import Progress, Steady, part_of, untold

# Up to so many possible circles are all tried against each other.
MOST_CIRCLES = 20_000
# More people than this are not even listed out.
MOST_LISTED = 60
# Up to so many people, circles come from column generation.
MOST_GENERATED = 500
# The share of the work that it is to look at who could sit with whom.
LOOKED = 0.2

Rows = tuple[int, ...]


class Circle(NamedTuple):
    """A circle: its rows, and the slots, activities and languages that all of them share."""

    rows: tuple[int, ...]
    score: float
    slots: tuple[int, ...]
    activities: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True)
class CirclesReport:
    """The figures of a round of circles.

    Attributes
    ----------
    people, placeable, placed : int
        Who takes part; who has enough people around for any circle; who was placed.
    bound : int
        What the number placed cannot exceed: the certificate.
    is_proven : bool
        Whether number and total are proven to be the best.
    is_number_proven : bool
        Whether the number placed is proven to be the largest.
    """

    people: int
    placeable: int
    placed: int
    bound: int
    is_proven: bool
    is_number_proven: bool


class Circles:
    """The best circles of one population.

    Parameters
    ----------
    programme : Programme, optional
        Of kind activity; the default one unless told.
    least_each : int
        How many newcomers, and how many locals, each circle has at least. With 2, circles begin
        at four people.
    random_state : int
        Decides between equals.

    Attributes
    ----------
    circles_ : list of Circle, sorted by rows
    unplaced_ : int64 (k,)
        Rows that take part and are in no circle.
    report_ : CirclesReport
    digest_ : str

    Notes
    -----
    Where few circles are possible, all are listed and the best set is found by branch and cut
    (set packing, HiGHS): the most people placed, then the largest total worth by size. Among some
    hundreds of people, circles come from column generation, whose linear programme bounds what any
    circles could place. Above, circles are woven: seeded by scarcity, then mended by inserting,
    borrowing, and forming those around people left out anew; each side's number is the bound then.
    """

    circles_: list[Circle]
    unplaced_: Ints
    report_: CirclesReport
    digest_: str

    def __init__(self, programme: Programme | None = None, *, least_each: int = 2, random_state: int = 0) -> None:
        """Store the settings, nothing else."""
        self.programme = programme
        self.least_each = least_each
        self.random_state = random_state

    def fit(
        self, population: Population, *, together: Iterable[tuple[int, int]] = (), progress: Progress = untold
    ) -> Self:
        """Form circles.

        Parameters
        ----------
        population : Population
        together : pairs of rows
            Who is wanted in one circle with whom. Those who break a rule together, or find no others to make a
            circle with, are not held together.
        progress : callable
            Told the share done and the step; what it raises ends the work.

        Raises
        ------
        ValueError
            If the programme is of another kind, or ``least_each`` is not 0 to 3.
        """
        programme = self.programme or Programme(Kind.ACTIVITY)
        if programme.kind is not Kind.ACTIVITY or not 0 <= self.least_each <= LARGEST // 2:
            raise ValueError("circles ask for a programme of kind activity, and least_each from 0 to 3")
        pairs = [(int(one), int(other)) for one, other in together]
        order = fair_order(population, self.random_state)
        place = np.argsort(order)
        gathering = Gathering(population.take(order), programme, self.least_each)
        part = np.flatnonzero(gathering.population.capacity > 0)
        tell = Steady(progress)
        able = _placeable(gathering, part, part_of(tell, 0.0, LOOKED))
        groups = joined((int(place[one]), int(place[other])) for one, other in pairs)
        chosen, bound, is_proven = _choose(gathering, able, groups, part_of(tell, LOOKED, 1.0))
        rows = [tuple(sorted(order[list(circle)].tolist())) for circle in chosen]
        told = Gathering(population, programme, self.least_each)
        self.circles_ = sorted(_tell(told, circle) for circle in rows)
        placed = np.array(sorted(row for circle in rows for row in circle), dtype=np.int64)
        self.unplaced_ = np.setdiff1d(order[part], placed)
        is_largest = len(placed) == bound
        self.report_ = CirclesReport(len(part), len(able), len(placed), bound, is_proven, is_largest)
        self.digest_ = digest(population, programme, self.random_state, told_apart(self.least_each, pairs), None)
        return self


def join(population: Population, programme: Programme, circle: Sequence[int], row: int) -> bool:
    """Say whether a late-comer may join a circle that exists; sides are not asked again."""
    gathering = Gathering(population, programme, 0)
    return len(circle) < LARGEST and row not in circle and gathering.is_valid([*circle, row])


def _placeable(gathering: Gathering, rows: Ints, tell: Progress) -> Ints:
    """Find the rows with enough people around them for any circle: nobody else can be placed."""

    def could(at: int, row: int) -> bool:
        tell(at / len(rows), STEP)
        around = np.intersect1d(gathering.neighbours(row), rows)
        group = [row, *around.tolist()]
        return len(group) >= gathering.smallest and gathering.is_balanced(group)

    return np.array([row for at, row in enumerate(rows.tolist()) if could(at, row)], dtype=np.int64)


def _choose(gathering: Gathering, rows: Ints, groups: list[Rows], tell: Progress) -> tuple[list[Rows], int, bool]:
    """Choose circles, and say how many people any could hold, and whether these are proven the best."""
    listed = gathering.every(rows, MOST_CIRCLES) if len(rows) <= MOST_LISTED else None
    packed = None if listed is None else pack(gathering, listed, groups)
    if packed is not None:
        return packed, sum(map(len, packed)), True
    held = seat(gathering, groups, rows)
    rest = np.setdiff1d(rows, [row for circle in held for row in circle])
    found, bound = _find(gathering, rest, tell)
    if not held:
        return found, bound, False
    left = np.setdiff1d(rest, [row for circle in found for row in circle])
    return [*fill(gathering, held, left), *found], _by_sides(gathering, rows), False


def _find(gathering: Gathering, rows: Ints, tell: Progress) -> tuple[list[Rows], int]:
    """Find circles where there are too many to be listed, and bound how many people any could hold."""
    bound = _by_sides(gathering, rows)
    woven = weave(gathering, rows, regroup=len(rows) > MOST_GENERATED, tell=tell)
    if len(rows) > MOST_GENERATED or sum(map(len, woven)) == bound:
        return woven, bound
    found = generate(gathering, rows, woven, tell)
    mended = weave(gathering, rows, found.circles, tell=tell)
    return mended, min(bound, bound if found.bound is None else found.bound)


def _by_sides(gathering: Gathering, rows: Ints) -> int:
    """Bound how many people can be placed by how many there are of each side."""
    least, side = gathering.least_each, gathering.population.side[rows]
    scarce = min(int(np.count_nonzero(side != other)) for other in (NEWCOMER, LOCAL))
    return min(len(rows), scarce // least * LARGEST) if least else len(rows)


def _tell(gathering: Gathering, rows: Rows) -> Circle:
    shared, words = gathering.shared(rows), gathering.population.vocabulary
    return Circle(
        rows,
        gathering.worth(rows),
        tuple(slot for slot in range(SLOTS) if shared.slots >> slot & 1),
        unpack(shared.interests, words.interests),
        unpack(shared.languages, words.languages),
    )
