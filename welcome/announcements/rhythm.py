"""When somebody's letters are due by their own clock, also where clocks change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from welcome.errors import Refusal
from welcome.events.times import computed_instant
from welcome.i18n import lazy_gettext as _l
from welcome.post.hours import Hours, length_of

LONGEST_QUIET = timedelta(hours=14)  #: so that a reminder of the day before still comes in time
A_WEEK = timedelta(days=7)
USUAL_WEEKDAY, USUAL_HOUR = 3, 18  #: Thursday evening, before the weekend is planned
FIRST_HOUR, LAST_HOUR = 7, 21


class TooQuiet(Refusal):
    """Quiet hours in which a day could be missed."""

    message = _l("Letters can wait for 14 hours at most. Please choose a shorter time.")


def check_quiet(hours: Hours) -> None:
    """Refuse quiet hours that are too long for letters to come in time."""
    if length_of(hours) > LONGEST_QUIET:
        raise TooQuiet


def local_day(instant: datetime, zone: str) -> date:
    """Return the day that somebody's calendar shows."""
    return instant.astimezone(ZoneInfo(zone)).date()


def at_hour(day: date, hour: int, zone: str) -> datetime:
    """Return the instant of an hour on the wall; one that the clocks jump over is the hour after it."""
    return computed_instant(datetime.combine(day, time(hour)), zone)


def next_weekly(weekday: int, hour: int, zone: str, last_on: date | None, now: datetime) -> datetime:
    """Return the next time for a weekly letter: in the future, and a week or more after the last one."""
    day = local_day(now, zone)
    if last_on is not None:
        day = max(day, last_on + A_WEEK)
    day += timedelta(days=(weekday - day.weekday()) % 7)
    instant = at_hour(day, hour, zone)
    return instant if instant > now else at_hour(day + A_WEEK, hour, zone)
