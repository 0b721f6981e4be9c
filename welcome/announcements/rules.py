"""Who hears of an event: decisions on plain values.

A welcome event is for those who have just arrived. A bridging meetup is for both sides: those who share an interest or
live near, those who were invited least lately first, and not many more than there are places. An open event is for
those who like what happens there, or live around the corner, and who are not told of something every other day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

USUAL_WEEKS = 12
NEAR = 0.6
UNKNOWN_CLOSENESS = 0.3
ASKED_PER_PLACE = 6
MOST_A_WEEK = 3


@dataclass(frozen=True, slots=True)
class Person:
    """What counts when it is decided whether somebody hears of an event."""

    member_id: int
    is_newcomer: bool
    is_local: bool
    shared: int  #: strength of the interests that the event is about
    closeness: float  #: of their area to the event's, 0 to 1
    speaks: bool  #: one of the event's languages, at the level that is needed
    told_lately: int  #: invitations in the last weeks
    told_this_week: int


@dataclass(frozen=True, slots=True)
class Room:
    """How many places are free; None: as many as come."""

    seats_left: int | None
    newcomer_left: int | None = None
    local_left: int | None = None

    def places_for(self, *, is_newcomer: bool, is_local: bool) -> int | None:
        """Count the places that somebody of that side can still take."""
        if self.seats_left is None:
            return None
        newcomers, locals_ = self.newcomer_left or 0, self.local_left or 0
        return self.seats_left - newcomers - locals_ + is_newcomer * newcomers + is_local * locals_


def arrival_window(starts_on: date, weeks: int | None) -> tuple[date, date]:
    """Return the first and the last arrival that an event on that day is for; arrivals are known by month alone."""
    earliest = starts_on - timedelta(weeks=weeks or USUAL_WEEKS)
    return earliest.replace(day=1), starts_on


def speaks_enough(mine: dict[str, int], needed: dict[str, int]) -> bool:
    """Whether somebody can follow in one of the languages (needed: level 0 asks for nothing)."""
    return not needed or any(mine.get(code, 0) >= level for code, level in needed.items())


def is_for(person: Person) -> bool:
    """Whether an event fits somebody."""
    fits = person.shared > 0 or person.closeness >= NEAR
    return person.speaks and fits and person.told_this_week < MOST_A_WEEK


def in_turn(people: Iterable[Person], most: int | None) -> list[int]:
    """Return whom to tell: those told least lately first, then those whom it fits best."""
    fitting = [person for person in people if is_for(person)]
    fitting.sort(key=lambda one: (one.told_lately, -(one.shared / 3 + one.closeness), one.member_id))
    return [person.member_id for person in fitting[:most]]


def from_both_sides(people: Iterable[Person], room: Room) -> list[int]:
    """Return whom to tell of a bridging meetup: some for each place of each side. Who is both counts once."""
    everybody = list(people)
    newcomers = in_turn(
        (person for person in everybody if person.is_newcomer),
        _asked(room.places_for(is_newcomer=True, is_local=False)),
    )
    taken = set(newcomers)
    rest = (person for person in everybody if person.is_local and person.member_id not in taken)
    return newcomers + in_turn(rest, _asked(room.places_for(is_newcomer=False, is_local=True)))


def among_all(people: Iterable[Person], room: Room) -> list[int]:
    """Return whom to tell of an event that is open to all."""
    return in_turn(people, _asked(room.seats_left))


def _asked(places: int | None) -> int | None:
    return None if places is None else ASKED_PER_PLACE * places
