"""Dates that repeat: rules of iCalendar (RFC 5545) counted on local wall time, with a limit that no rule can pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dateutil.rrule import rrule, rrulestr

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

MOST_DATES = 1000
LONGEST_RULE = 300
SLOW_ENOUGH = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}
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


class Rhythm(StrEnum):
    """How often an organiser's series repeats."""

    ONCE = "once"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A series in an organiser's words: every week, ten times."""

    rhythm: Rhythm = Rhythm.ONCE
    times: int = 1

    def rule(self, start: datetime) -> str | None:
        """Write the rule down; monthly means the same weekday of the month (the last one for a fifth)."""
        if self.rhythm is Rhythm.ONCE or self.times < 2:
            return None
        if self.rhythm is Rhythm.MONTHLY:
            week = (start.day - 1) // 7 + 1
            return f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{DAYS[start.weekday()]};COUNT={self.times}"
        pace = ";INTERVAL=2" if self.rhythm is Rhythm.FORTNIGHTLY else ""
        return f"FREQ=WEEKLY{pace};COUNT={self.times}"


def dates_of(
    rule: str,
    start: datetime,
    *,
    until: datetime | None = None,
    extra: Iterable[datetime] = (),
    without: Iterable[datetime] = (),
    most: int = MOST_DATES,
) -> list[datetime]:
    """Return the naive local starts that a rule gives, from its first date up to ``until``, in order.

    The first date counts even when the rule misses it, as calendars do. Raises RuleNotUnderstood, RuleTooFast, or
    TooManyDates once there are more than ``most``.
    """
    left_out = set(without)
    found = {start, *extra}
    for tried, moment in enumerate(_parse(rule, start)):
        if until is not None and moment > until:
            break
        found.add(moment)
        if tried > most or len(found) > most:
            raise TooManyDates(most=most)
    return sorted(moment for moment in found if moment not in left_out)


def _parse(rule: str, start: datetime) -> rrule:
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    if len(rule) > LONGEST_RULE or "FREQ" not in parts:
        raise RuleNotUnderstood
    if parts["FREQ"] not in SLOW_ENOUGH or {"BYHOUR", "BYMINUTE", "BYSECOND"} & parts.keys():
        raise RuleTooFast
    try:
        return rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as problem:
        raise RuleNotUnderstood from problem


def local_until(rule: str, offset: timedelta) -> str:
    """Turn an UNTIL in UTC into local wall time, on which the rule is counted."""
    parts = []
    for part in rule.upper().split(";"):
        name, _, value = part.partition("=")
        if name == "UNTIL" and value.endswith("Z"):
            local = datetime.strptime(value, "%Y%m%dT%H%M%SZ") + offset  # noqa: DTZ007 (wall time on purpose)
            value = f"{local:%Y%m%dT%H%M%S}"
        parts.append(f"{name}={value}" if value else name)
    return ";".join(parts)
