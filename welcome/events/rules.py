"""What may be done with events and places: decisions on plain values, and their refusals."""

from dataclasses import dataclass
from datetime import datetime

from welcome.errors import Refusal
from welcome.events.models import EventKind, Pool
from welcome.events.plans import Facts, When
from welcome.i18n import lazy_gettext as _l

MOST_IN_PARTY = 6
LONGEST_DAYS = 31
#: Of an organisation's first event so many people are told, of the next so many more; then as many as it is for.
AUDIENCES = (100, 200, 400, 800)
#: An event counts as held when at least so many people came.
HELD_WITH = 3


class EndBeforeStart(Refusal):
    """An event cannot end before it starts."""

    message = _l("The event ends before it starts. Please check the day and the times.")


class TooLong(Refusal):
    """A date of several weeks is a mistake, or a series."""

    message = _l("One date can last 31 days at most. Please check the days.")


class StartIsPast(Refusal):
    """Nobody can come to what is over."""

    message = _l("This time is in the past. Please choose a day that is still to come.")


class SidesMissing(Refusal):
    """A bridging meetup needs both ends of the bridge."""

    message = _l("A bridging meetup needs places for newcomers and places for locals.")


class CapacityBelowGoing(Refusal):
    """A promise that was made is kept."""

    message = _l("%(going)s people are coming already. There cannot be fewer places than that.")


class NotOpen(Refusal):
    """A draft, a cancelled or a past date takes no answers."""

    message = _l("You cannot join this event any more.")


class PartyTooLarge(Refusal):
    """A party has its limits."""

    message = _l("You can come with at most %(most)s people, yourself included.")


class NoRoomForMore(Refusal):
    """Someone who has a place wants more of them than there are."""

    message = _l("There are not enough free places to bring more people. You keep the places you have.")


class SideNotSaid(Refusal):
    """A meetup that keeps places for both sides has to know the side."""

    message = _l("This meetup keeps places for newcomers and for locals. Please say which you are.")


class AlreadyCancelled(Refusal):
    """What is cancelled stays cancelled."""

    message = _l("This event is cancelled. You can copy it and publish it again.")


@dataclass(frozen=True, slots=True)
class Places:
    """Counters of one date: all that are left, and of these those still held for each side."""

    seats_left: int | None
    newcomer_left: int | None
    local_left: int | None


def check_when(when: When) -> None:
    """Refuse a date that ends before it starts or never seems to end."""
    if when.end < when.start or (when.end == when.start and not when.is_all_day):
        raise EndBeforeStart
    if when.length.days > LONGEST_DAYS:
        raise TooLong


def check_coming(starts_at: datetime, now: datetime) -> None:
    """Refuse a start that is over."""
    if starts_at <= now:
        raise StartIsPast


def check_facts(facts: Facts) -> None:
    """Refuse a bridging meetup without both sides."""
    if facts.kind is EventKind.BRIDGING and not (facts.newcomer_places and facts.local_places):
        raise SidesMissing


def capacity_of(facts: Facts) -> int | None:
    """Return how many may come: at a bridging meetup at least the places of both sides."""
    if facts.kind is not EventKind.BRIDGING:
        return facts.capacity
    return max((facts.newcomer_places or 0) + (facts.local_places or 0), facts.capacity or 0)


def places_after(
    capacity: int | None, newcomer_places: int | None, local_places: int | None, taken: dict[Pool, int], is_opened: bool
) -> Places:
    """Count what is left when the number of places changes; refuse fewer than are taken.

    Places held for a side give way where open places were promised before.
    """
    going = sum(taken.values())
    if capacity is not None and capacity < going:
        raise CapacityBelowGoing(going=going)
    left = None if capacity is None else capacity - going
    if newcomer_places is None or local_places is None:
        return Places(left, None, None)
    if is_opened or left is None:
        return Places(left, 0, 0)
    newcomer = min(left, max(0, newcomer_places - taken.get(Pool.NEWCOMER, 0)))
    local = min(left - newcomer, max(0, local_places - taken.get(Pool.LOCAL, 0)))
    return Places(left, newcomer, local)


def pools_for(side: str | None, newcomer_left: int | None, local_left: int | None) -> tuple[Pool, ...]:
    """Return the places that a person may take, in the order in which they are tried.

    Who is both takes from the side that has more, so that neither side runs out for no reason.
    """
    if newcomer_left is None or local_left is None:
        return (Pool.ALL,)
    if side is None:
        raise SideNotSaid
    if side == "both":
        own = (Pool.NEWCOMER, Pool.LOCAL) if newcomer_left >= local_left else (Pool.LOCAL, Pool.NEWCOMER)
        return (*own, Pool.ALL)
    return (Pool.LOCAL if side == "local" else Pool.NEWCOMER, Pool.ALL)


def check_party(party: int) -> None:
    """Refuse a party of nobody or of a crowd."""
    if not 1 <= party <= MOST_IN_PARTY:
        raise PartyTooLarge(most=MOST_IN_PARTY)


def audience_after(held: int) -> int | None:
    """Return how many people may be told of one event by an organisation that has held so many; None: any number."""
    return AUDIENCES[held] if held < len(AUDIENCES) else None
