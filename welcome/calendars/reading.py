"""Reading other people's calendar files: odd, old or hostile ones too. Nothing here touches the database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from warnings import catch_warnings

import icalendar
from icalendar.prop.broken import vBroken

from welcome.calendars.lines import (
    CalendarTooLarge,
    event_blocks,
    known_zone,
    whole_lines,
    zone_aliases,
    zone_of_calendar,
)
from welcome.errors import Refusal
from welcome.events.plans import When
from welcome.events.rules import check_when
from welcome.events.times import computed_instant, wall_time
from welcome.i18n import gettext as _
from welcome.i18n import lazy_gettext as _l

MOST_ENTRIES = 5_000
LONGEST_UID = 255
USUAL_LENGTH = timedelta(hours=1)


class EntryBroken(Refusal):
    """One entry of the file cannot be used; the others can."""

    message = _l("This entry cannot be used.")


class NoUid(EntryBroken):
    """Without a name it could not be found again."""

    message = _l("The entry has no UID.")


class NoStart(EntryBroken):
    """Without a start there is no event."""

    message = _l("The entry has no start (DTSTART).")


class TimeBroken(EntryBroken):
    """A time that is none."""

    message = _l("A date or time of the entry is not understood.")


class RuleBroken(EntryBroken):
    """A rule that is none."""

    message = _l("The rule for repeating (RRULE) is not understood.")


class RangeUnknown(EntryBroken):
    """A change to all later dates at once."""

    message = _l("Changes to all later dates (RANGE) cannot be taken over yet.")


class ZoneUnknown(EntryBroken):
    """A zone that no table knows."""

    message = _l("The time zone %(zone)s is not known.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry that was left out, and why."""

    line: int
    uid: str
    sentence: str

    def __str__(self) -> str:
        return str(_("Line %(line)s (%(uid)s): %(sentence)s", line=self.line, uid=self.uid, sentence=self.sentence))


@dataclass(frozen=True, slots=True)
class Entry:
    """One VEVENT: a single event, the rule of a series, or a change to one of its dates."""

    uid: str
    line: int
    when: When
    title: str
    about: str = ""
    place: str = ""
    url: str | None = None
    is_free: bool = False
    is_cancelled: bool = False
    sequence: int = 0
    rule: str | None = None
    changes: datetime | None = None  #: the wall time of the date that this entry changes
    extra: tuple[datetime, ...] = ()
    without: tuple[datetime | date, ...] = ()


@dataclass(slots=True)
class Reading:
    """What a file holds: its entries and what was wrong."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_calendar(content: bytes, zone: str) -> Reading:
    """Read a calendar file; ``zone`` is for times that say none. Raises CalendarTooLarge or CalendarBroken."""
    lines = whole_lines(content)
    calendar_zone = zone_of_calendar(lines) or zone
    aliases = zone_aliases(lines)
    reading = Reading()
    for number, block in event_blocks(lines):
        if len(reading.entries) + len(reading.problems) >= MOST_ENTRIES:
            raise CalendarTooLarge
        try:
            reading.entries.append(_Row(block, calendar_zone, aliases).entry(number))
        except Refusal as refusal:
            reading.problems.append(Problem(number, _uid_in(block), str(refusal)))
    return reading


def _uid_in(block: str) -> str:
    found = re.search(r"^UID[^:\n]*:(.*)$", block, re.MULTILINE | re.IGNORECASE)
    return found.group(1).strip()[:80] if found else _("no UID")


class _Row:
    """One VEVENT on its way to an Entry."""

    def __init__(self, block: str, calendar_zone: str, aliases: dict[str, str]) -> None:
        try:
            with catch_warnings(action="ignore"):  # it warns of guessing what zone /vendor.org/Asia/Tokyo is
                self.component: Any = icalendar.Event.from_ical(block)
        except (ValueError, KeyError, IndexError) as problem:
            raise EntryBroken from problem
        self.calendar_zone = calendar_zone
        self.aliases = aliases

    def entry(self, line: int) -> Entry:
        """Read everything that we use of it."""
        uid = self._text("uid")
        if not uid:
            raise NoUid
        if len(uid) > LONGEST_UID:
            uid = sha256(uid.encode()).hexdigest()
        when = self._when()
        check_when(when)
        return Entry(
            uid=uid,
            line=line,
            when=when,
            title=" ".join(self._text("summary").split())[:200] or _("Event without a title"),
            about=self._text("description").strip(),
            place=" ".join(self._text("location").split())[:300],
            url=self._url(),
            is_free=self._text("x-cost-type").lower() == "free",
            is_cancelled=self._text("status").upper() == "CANCELLED",
            sequence=self._sequence(),
            rule=self._rule(),
            changes=self._changes(when.zone),
            extra=tuple(_at_midnight(moment) for moment in self._moments("rdate", when.zone)),
            without=tuple(self._moments("exdate", when.zone)),
        )

    def _text(self, name: str) -> str:
        value = self.component.get(name, "")
        return str(value[0] if isinstance(value, list) else value)

    def _url(self) -> str | None:
        url = self._text("url").strip()
        return url if url.startswith(("https://", "http://")) and len(url) <= 500 else None

    def _sequence(self) -> int:
        text = self._text("sequence").strip()
        return int(text) if text.isdecimal() and len(text) < 9 else 0

    def _rule(self) -> str | None:
        rule = self.component.get("rrule")
        if rule is None:
            return None
        if isinstance(rule, list) or not isinstance(rule, icalendar.vRecur):
            raise RuleBroken
        return bytes(rule.to_ical()).decode()  # type: ignore[no-untyped-call]

    def _when(self) -> When:
        start = self._moment("dtstart")
        if start is None:
            raise NoStart
        zone = self._zone("dtstart")
        end = self._end(start, zone)
        is_all_day = not isinstance(start, datetime)
        return When(_at_midnight(start), _at_midnight(end), zone, is_all_day)

    def _end(self, start: date, zone: str) -> date:
        """Return the end; where a file says none, a day for a day and an hour for a time."""
        end = self._moment("dtend", zone)
        if end is not None:
            return end if end != start or isinstance(end, datetime) else end + timedelta(days=1)
        said = self.component.get("duration")
        duration = None if isinstance(said, vBroken) else getattr(said, "dt", None)
        if isinstance(duration, timedelta) and duration > timedelta(0):
            return start + duration
        return start + (USUAL_LENGTH if isinstance(start, datetime) else timedelta(days=1))

    def _moment(self, name: str, zone: str | None = None) -> date | None:
        value = self.component.get(name)
        if value is None:
            return None
        first = value[0] if isinstance(value, list) else value
        moment = None if isinstance(first, vBroken) else getattr(first, "dt", None)
        if not isinstance(moment, date):
            raise TimeBroken
        return self._wall(moment, self._zone(name), zone or self._zone(name))

    def _zone(self, name: str) -> str:
        value = self.component.get(name)
        tzid = getattr(value[0] if isinstance(value, list) else value, "params", {}).get("TZID")
        if tzid is None:
            return self.calendar_zone
        zone = known_zone(str(tzid), self.aliases)
        if zone is None:
            raise ZoneUnknown(zone=str(tzid)[:60])
        return zone

    def _wall(self, moment: date, own_zone: str, zone: str) -> date:
        """Turn what a file says into wall time in ``zone``: an instant in UTC, a time somewhere, or a day."""
        if not isinstance(moment, datetime):
            return moment
        if moment.tzinfo is not None and moment.utcoffset() == timedelta(0) and moment.tzname() == "UTC":
            return wall_time(moment.astimezone(UTC), zone)
        naive = moment.replace(tzinfo=None)
        if own_zone == zone:
            return naive
        return wall_time(computed_instant(naive, own_zone), zone)

    def _moments(self, name: str, zone: str) -> Iterator[date]:
        values = self.component.get(name, [])
        for listed in values if isinstance(values, list) else [values]:
            if isinstance(listed, vBroken):
                raise TimeBroken
            own = known_zone(str(getattr(listed, "params", {}).get("TZID", "")), self.aliases) or zone
            for one in getattr(listed, "dts", ()):
                moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
                yield self._wall(moment, own, zone)

    def _changes(self, zone: str) -> datetime | None:
        if "recurrence-id" not in self.component:
            return None
        if "RANGE" in self.component["recurrence-id"].params:
            raise RangeUnknown
        moment = self._moment("recurrence-id", zone)
        return None if moment is None else _at_midnight(moment)


def _at_midnight(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())
