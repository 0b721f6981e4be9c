"""When somebody's letters are due by their own clock, also where clocks change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from welcome.events.times import computed_instant

A_WEEK = timedelta(days=7)
USUAL_WEEKDAY, USUAL_HOUR = 3, 18  #: Thursday evening, before the weekend is planned
FIRST_HOUR, LAST_HOUR = 7, 21


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
