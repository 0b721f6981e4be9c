"""Dates that repeat: rules of iCalendar (RFC 5545) counted on local wall time, with a limit that no rule can pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from dateutil.rrule import rrulestr

from welcome.errors import Refusal
from welcome.events.times import wall_time
from welcome.i18n import lazy_gettext as _l

MOST_DATES = 1000
LONGEST_RULE = 300
LONGEST_SERIES = timedelta(days=3660)
LONGEST_WITHOUT_RENEWAL = timedelta(days=366)
SLOW_ENOUGH = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}
CYCLE = 400  #: years after which the calendar is the same again, to the weekday
TOO_FAST = {"HOURLY", "MINUTELY", "SECONDLY"}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class RuleNotUnderstood(Refusal):
    """Not a rule of RFC 5545."""

    message = _l("The rule for repeating is not understood.")


class RuleTooFast(Refusal):
    """Nobody can come to something every second."""

    message = _l("An event can repeat every day at most, not every hour, minute or second.")


class TooManyDates(Refusal):
    """A rule that yields more dates than anybody will look at."""

    message = _l("This rule gives more than %(most)s dates. Please give it an end.")


class BeginsInPause(Refusal):
    """The first date of a series is one of its dates."""

    message = _l("The first date is in a month that you leave out. Please choose another day, or keep this month.")


class LongerThanAYear(Refusal):
    """A series ends unless somebody wants it to go on."""

    message = _l("A series can be planned for a year. Two weeks before it ends we write to you: one tap renews it.")


class Rhythm(StrEnum):
    """How often an organiser's series repeats."""

    ONCE = "once"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A series in an organiser's words: every first Tuesday, until June, not in August; or every week, ten times."""

    rhythm: Rhythm = Rhythm.ONCE
    times: int = 1
    until: date | None = None
    pauses: tuple[int, ...] = ()  #: months in which it does not take place

    def rule(self, start: datetime) -> str | None:
        """Write the rule down; monthly means the same weekday of the month (the last one for a fifth)."""
        if self.rhythm is Rhythm.ONCE or (self.times < 2 and self.until is None):
            return None
        if start.month in self.pauses:
            raise BeginsInPause
        if self.until and self.until > start.date() + LONGEST_WITHOUT_RENEWAL:
            raise LongerThanAYear
        if self.rhythm is Rhythm.MONTHLY:
            week = (start.day - 1) // 7 + 1
            pace = f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{DAYS[start.weekday()]}"
        else:
            pace = "FREQ=WEEKLY" + (";INTERVAL=2" if self.rhythm is Rhythm.FORTNIGHTLY else "")
        if self.pauses:
            pace += ";BYMONTH=" + ",".join(str(month) for month in range(1, 13) if month not in self.pauses)
        return ending(pace, self.until) if self.until else f"{pace};COUNT={self.times}"


def endless(rule: str) -> str:
    """Return a rule without its end."""
    return ";".join(part for part in rule.split(";") if not part.upper().startswith(("COUNT=", "UNTIL=")))


def ending(rule: str, until: date) -> str:
    """Return a rule that lasts until a day, that day included."""
    return f"{endless(rule)};UNTIL={until:%Y%m%d}"


def dates_of(
    rule: str,
    start: datetime,
    *,
    until: datetime | None = None,
    zone: str = "UTC",
    extra: Iterable[datetime] = (),
    without: Iterable[datetime] = (),
    most: int = MOST_DATES,
) -> list[datetime]:
    """Return the naive local starts that a rule gives, from its first date up to ``until``, in order.

    The first date counts even when the rule misses it, as calendars do. ``zone`` is where an UNTIL in UTC is turned
    into wall time. Raises RuleNotUnderstood, RuleTooFast, or TooManyDates when there are more than ``most``.
    """
    left_out = set(without)
    found = {start, *extra}
    moments, count = _parse(rule, start, until or start + LONGEST_SERIES, zone)
    if count is not None and count > most:
        raise TooManyDates(most=most)
    for tried, moment in enumerate(islice(moments, count)):
        found.add(moment)
        if tried >= most:
            raise TooManyDates(most=most)
    if len(found) > most:
        raise TooManyDates(most=most)
    return sorted(moment for moment in found if moment not in left_out)


def _parse(rule: str, start: datetime, until: datetime, zone: str) -> tuple[Iterable[datetime], int | None]:
    """Return the moments of a rule up to ``until``, and how many of them count.

    A rule that never matches is searched up to the year 9999, whatever its end. Days and weekdays come back every 400
    years, so it is counted as far in the future as there are dates, where that search is short.
    """
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    if len(rule) > LONGEST_RULE or "FREQ" not in parts or "BYEASTER" in parts:
        raise RuleNotUnderstood
    if parts["FREQ"] not in SLOW_ENOUGH | TOO_FAST:
        raise RuleNotUnderstood
    if parts["FREQ"] in TOO_FAST or any("," in parts.get(name, "") for name in ("BYHOUR", "BYMINUTE", "BYSECOND")):
        raise RuleTooFast
    try:
        count = int(parts.pop("COUNT")) if "COUNT" in parts else None
        end = min(until, _end(parts.pop("UNTIL"), zone)) if "UNTIL" in parts else until
        if int(parts.get("INTERVAL", "1")) < 1 or (count is not None and count < 1):
            raise RuleNotUnderstood
        text = ";".join(f"{name}={value}" for name, value in parts.items())
        ahead = (MAXYEAR - max(start.year, until.year)) // CYCLE * CYCLE
        far = rrulestr(f"{text};UNTIL={_later(end, ahead):%Y%m%dT%H%M%S}", dtstart=_later(start, ahead))
        return (_later(moment, -ahead) for moment in far), count
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as problem:
        raise RuleNotUnderstood from problem


def _later(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)


def _end(text: str, zone: str) -> datetime:
    """Read UNTIL in any form: a day (all of it), a wall time, or an instant in UTC; with or without signs between."""
    text = text.replace("-", "").replace(":", "")
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d") + timedelta(days=1, seconds=-1)  # noqa: DTZ007 (wall time)
    end = datetime.strptime(text.removesuffix("Z").ljust(15, "0"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 (wall time)
    return wall_time(end.replace(tzinfo=UTC), zone) if text.endswith("Z") else end
