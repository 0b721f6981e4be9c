"""The clocks of a zone for calendar files: each change written out by itself.

Rules for the changes, or lists of them, are read differently by different programs; a single change is read alike.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import icalendar

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """From a moment on, clocks show something else."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


def vtimezone(zone: str, first: datetime, last: datetime) -> icalendar.Timezone:
    """Describe a zone for everything from one moment to another, and a year around it."""
    component = icalendar.Timezone()
    component.add("tzid", zone)
    years = range(first.year - 1, last.year + 2)
    start = _offset(zone, datetime(years[0], 1, 1, tzinfo=UTC))
    component.add_component(_part(_since(zone, datetime(years[0], 1, 1, tzinfo=UTC), start)))
    for year in years:
        for change in changes(zone, year):
            component.add_component(_part(change))
    return component


@cache
def changes(zone: str, year: int) -> tuple[Change, ...]:
    """Return when the clocks of a zone change in a year."""
    found, day = [], datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        before, after = _offset(zone, day), _offset(zone, day + DAY)
        if before != after:
            found.append(_since(zone, _moment(zone, day, day + DAY), before))
        day += DAY
    return tuple(found)


def _moment(zone: str, low: datetime, high: datetime) -> datetime:
    """Return the second at which the clocks change between two moments."""
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def _since(zone: str, at: datetime, before: timedelta) -> Change:
    there = at.astimezone(ZoneInfo(zone))
    return Change(at, before, _offset(zone, at), there.tzname() or zone, bool(there.dst()))


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


def _part(change: Change) -> icalendar.Component:
    """Write a change down; its start is what the clocks showed just before."""
    part = icalendar.TimezoneDaylight() if change.is_summer else icalendar.TimezoneStandard()
    part.add("dtstart", (change.at + change.before).replace(tzinfo=None))
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part
