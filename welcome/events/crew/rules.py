"""What those who make an event together may do: decisions on plain values, and their refusals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

A_MINUTE = timedelta(minutes=1)
LONGEST_SHIFT = timedelta(hours=16)
FARTHEST = timedelta(days=7)


class ShiftTooLong(Refusal):
    """Nobody helps through day and night."""

    message = _l("A shift can last 16 hours at most. Please make two of it.")


class ShiftFarAway(Refusal):
    """A shift belongs to its date."""

    message = _l("The shift is more than a week away from the event. Please check its day.")


class ShiftFull(Refusal):
    """Somebody else was faster."""

    message = _l("This shift has no free place any more. Thank you for wanting to help!")


class ShiftOver(Refusal):
    """What has begun, or was called off, needs nobody any more."""

    message = _l("You cannot take this shift any more.")


class ShiftOverlaps(Refusal):
    """Nobody is in two places at once."""

    message = _l("You help at the same time already: %(name)s.")


class FewerThanHelp(Refusal):
    """A promise that was made is kept."""

    message = _l("%(taken)s people have taken this shift already. There cannot be fewer places than that.")


class ShiftIsTaken(Refusal):
    """Who has promised to help is not forgotten."""

    message = _l("Somebody has taken this shift. Talk to them first: once they have given it back you can remove it.")


class NotAFair(Refusal):
    """There are no stands at this event."""

    message = _l("There are no stands at this event.")


class NoStandLeft(Refusal):
    """There are only so many tables."""

    message = _l("All stands are given away. Make room for more of them first.")


class OwnEvent(Refusal):
    """Who organises an event need not be invited to do so."""

    message = _l("This organisation organises the event already.")


@dataclass(frozen=True, slots=True)
class Plan:
    """A shift as it is planned: so many minutes after the date's start, and how long it lasts."""

    name: str
    starts_after: int
    lasts: int
    places: int
    note: str = ""


def planned(date_start: datetime, start: datetime, end: datetime) -> tuple[int, int]:
    """Return after how many minutes a shift starts and how many it lasts; all by the clock on the wall.

    An end that lies before the start is on the next day.
    """
    if end <= start:
        end += timedelta(days=1)
    if end - start > LONGEST_SHIFT:
        raise ShiftTooLong
    if abs(start - date_start) > FARTHEST:
        raise ShiftFarAway
    return (start - date_start) // A_MINUTE, (end - start) // A_MINUTE


def check_free(starts_at: datetime, ends_at: datetime, taken: Iterable[tuple[datetime, datetime, str]]) -> None:
    """Refuse a shift at a time at which somebody helps already."""
    for start, end, name in taken:
        if start < ends_at and starts_at < end:
            raise ShiftOverlaps(name=name)


def places_left(places: int, taken: int) -> int:
    """Count what is left when a shift gets more or fewer places."""
    if places < taken:
        raise FewerThanHelp(taken=taken)
    return places - taken
