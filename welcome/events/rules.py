"""What may be done with events and places: decisions on plain values, and their refusals."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from welcome.errors import Refusal
from welcome.events.answers.models import Pool
from welcome.events.models import EventKind
from welcome.events.plans import Facts, When
from welcome.i18n import lazy_gettext as _l

MOST_IN_PARTY = 6
LONGEST_DAYS = 31
FARTHEST = timedelta(days=10 * 366)
#: Of an organisation's first event so many people are told, of the next so many more; then as many as it is for.
AUDIENCES = (100, 200, 400, 800)
#: An event counts as held when at least so many people came.
HELD_WITH = 3
OF_SIDE = {"newcomer": (Pool.NEWCOMER,), "local": (Pool.LOCAL,)}


class EndBeforeStart(Refusal):
    """An event cannot end before it starts."""

    message = _l("The event ends before it starts. Please check the day and the times.")


class TooLong(Refusal):
    """A date of several weeks is a mistake, or a series."""

    message = _l("One date can last 31 days at most. Please check the days.")


class TooFarAway(Refusal):
    """A year with a digit too many, or a wrong one."""

    message = _l("That is more than ten years away. Please check the year.")


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


class NoOrganisation(Refusal):
    """Who organises one event with others has no organisation to write new ones for."""

    message = _l("You organise for no organisation. Ask one of the city guide to name you as its organiser.")


class AlreadyCancelled(Refusal):
    """What is cancelled stays cancelled."""

    message = _l("This event is cancelled. You can copy it and publish it again.")


class TooFewToKeep(Refusal):
    """Places can only be kept out of those that there are."""

    message = _l("There are not enough places to keep that many for people who come for the first time.")


class NotInvited(Refusal):
    """A kind no is a no."""

    message = _l("The organisers could not give you a place at this event.")


class HoldIsOver(Refusal):
    """A place that was held went on to the next in line."""

    message = _l("This place is not held for you any more.")


@dataclass(frozen=True, slots=True)
class Promised:
    """How many places an event has, and how many of them it keeps for whom."""

    capacity: int | None
    newcomer_places: int | None = None
    local_places: int | None = None
    first_timer_places: int | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Counters of one date: all that are left, and of these those still held for each side and for first-timers."""

    seats_left: int | None
    newcomer_left: int | None
    local_left: int | None
    first_timer_left: int | None = None


def check_when(when: When) -> None:
    """Refuse a date that ends before it starts or never seems to end."""
    if when.end < when.start or (when.end == when.start and not when.is_all_day):
        raise EndBeforeStart
    if when.length.days > LONGEST_DAYS:
        raise TooLong


def check_coming(starts_at: datetime, now: datetime) -> None:
    """Refuse a start that is over, or so far away that the year must be a slip of the finger."""
    if starts_at <= now:
        raise StartIsPast
    if starts_at > now + FARTHEST:
        raise TooFarAway


def check_facts(facts: Facts) -> None:
    """Refuse a bridging meetup without both sides."""
    if facts.kind is EventKind.BRIDGING and not (facts.newcomer_places and facts.local_places):
        raise SidesMissing


def check_kept(promised: Promised) -> None:
    """Refuse to keep places for first-timers that there are not, beside those of the two sides."""
    sides = (promised.newcomer_places or 0) + (promised.local_places or 0)
    if (promised.capacity or 0) - sides < (promised.first_timer_places or 0):
        raise TooFewToKeep


def capacity_of(facts: Facts) -> int | None:
    """Return how many may come: at a bridging meetup at least the places of both sides."""
    if facts.kind is not EventKind.BRIDGING:
        return facts.capacity
    return max((facts.newcomer_places or 0) + (facts.local_places or 0), facts.capacity or 0)


def places_after(
    promised: Promised, taken: dict[Pool, int], *, is_opened: bool = False, is_for_regulars: bool = False
) -> Places:
    """Count what is left when the number of places changes; refuse fewer than are taken.

    Places that are kept for somebody give way where open places were promised before.
    """
    going = sum(taken.values())
    if promised.capacity is not None and promised.capacity < going:
        raise CapacityBelowGoing(going=going)
    left = None if promised.capacity is None else promised.capacity - going
    rest = left or 0
    kept: list[int | None] = []
    for pool, places, is_over in (
        (Pool.NEWCOMER, promised.newcomer_places, is_opened),
        (Pool.LOCAL, promised.local_places, is_opened),
        (Pool.FIRST_TIMER, promised.first_timer_places, is_for_regulars),
    ):
        wanted = 0 if is_over else max(0, (places or 0) - taken.get(pool, 0))
        kept.append(None if places is None else min(rest, wanted))
        rest -= kept[-1] or 0
    return Places(left, *kept)


def pools_for(side: str | None, left: Places, *, is_new: bool = False) -> tuple[Pool, ...]:
    """Return the places that a person may take, in the order in which they are tried.

    Who is new to a series takes those kept for first-timers, and leaves the others to the regulars. Who is both takes
    from the side that has more, so that neither side runs out for no reason.
    """
    first = (Pool.FIRST_TIMER,) if is_new and left.first_timer_left is not None else ()
    if left.newcomer_left is None or left.local_left is None:
        return (*first, Pool.ALL)
    if side is None:
        raise SideNotSaid
    own: tuple[Pool, ...] = OF_SIDE.get(side, (Pool.NEWCOMER, Pool.LOCAL))
    if left.newcomer_left < left.local_left:
        own = own[::-1]
    return (*first, *own, Pool.ALL)


def hold_until(hours: int, starts_at: datetime, now: datetime) -> datetime:
    """Return by when a place has to be confirmed: never so late that the next in line could not come any more."""
    return min(now + timedelta(hours=hours), now + (starts_at - now) / 2)


def check_party(party: int, children: int = 0) -> None:
    """Refuse a party of nobody, of a crowd, or of children alone."""
    if not (1 <= party <= MOST_IN_PARTY and 0 <= children < party):
        raise PartyTooLarge(most=MOST_IN_PARTY)


def audience_after(held: int) -> int | None:
    """Return how many people may be told of one event by an organisation that has held so many; None: any number."""
    return AUDIENCES[held] if held < len(AUDIENCES) else None
