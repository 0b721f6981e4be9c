"""Quiet hours: letters that can wait do so until their reader's morning, by the reader's own clock."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from flask import current_app

from welcome.post.letters import Context, Unwanted

Hours = tuple[int, int]  #: from and until, in minutes after midnight; the same twice: no quiet hours

A_DAY = 24 * 60
#: A letter about something that begins is of no use when it comes later than this before.
LATEST = timedelta(hours=2)
TOO_LATE = "it would have come too late"


def read_hours(text: str) -> Hours:
    """Read "21:30-08:00"; an empty text is no quiet hours."""
    if not text:
        return 0, 0
    first, last = (time.fromisoformat(part) for part in text.split("-"))
    return first.hour * 60 + first.minute, last.hour * 60 + last.minute


def hours_of(chosen: tuple[int | None, int | None]) -> Hours:
    """Return a reader's quiet hours: those that they chose, else the instance's."""
    begin, end = chosen
    return read_hours(current_app.config["QUIET_HOURS"]) if begin is None or end is None else (begin, end)


def length_of(hours: Hours) -> timedelta:
    """Return how long quiet hours last."""
    return timedelta(minutes=(hours[1] - hours[0]) % A_DAY)


def quiet_until(now: datetime, zone: str, hours: Hours) -> datetime | None:
    """Return when the quiet hours end that a moment lies in, or None where it lies in none."""
    begin, end = hours
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    is_over_midnight = begin > end
    is_late = is_over_midnight and minute >= begin
    is_quiet = is_late or (minute < end if is_over_midnight else begin <= minute < end)
    if not is_quiet:
        return None
    return _after(now, local.date() + timedelta(days=is_late), end, zone)


def _after(now: datetime, day: date, minute: int, zone: str) -> datetime:
    """Return the instant of a time on the wall; of one that comes twice the first that is still to come.

    A time that clocks jump over comes when they jump.
    """
    clock = ZoneInfo(zone)
    wall = datetime.combine(day, time(minute // 60, minute % 60), clock)
    instants = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    if instants[1] < instants[0]:
        minutes = (instants[1] + timedelta(minutes=number) for number in count())
        return next(at for at in minutes if at.astimezone(clock).replace(tzinfo=None) > wall.replace(tzinfo=None))
    return instants[0] if instants[0] > now else instants[1]


def is_too_late(until: datetime, needed_by: datetime | None) -> bool:
    """Whether a letter that waits so long comes when it is of no use any more."""
    return needed_by is not None and until > needed_by - LATEST


def in_time(context: Context | Unwanted, now: datetime) -> Context | Unwanted:
    """Keep back what would come after what it is about, as when nothing could be sent for days."""
    needed_by = None if isinstance(context, Unwanted) else context.get("needed_by")
    return Unwanted(TOO_LATE) if needed_by is not None and needed_by <= now else context
