"""Reading other people's calendar files: odd, old or hostile ones too. Nothing here touches the database."""

import re
from hashlib import sha256
from typing import Any
from warnings import catch_warnings

import icalendar
from icalendar.prop.broken import vBroken

from welcome.calendars.entries import MOST_DATES_OF_SERIES, CalendarHostile, Entry, EntryBroken, NoUid, Problem, Reading
from welcome.calendars.lines import CalendarTooLarge, event_blocks, whole_lines
from welcome.calendars.moments import Moments, at_midnight
from welcome.calendars.zones import Zones
from welcome.errors import Refusal
from welcome.events.recurrence import RuleNotUnderstood, RuleTooFast, TooManyDates
from welcome.events.rules import check_when

MOST_ENTRIES = 5_000
LONGEST_UID = 255
#: A rule that nobody's calendar has.
HOSTILE = re.compile(
    r"^RRULE\b.*(?:FREQ=(?P<fast>HOURLY|MINUTELY|SECONDLY)|COUNT=[1-9]\d{4})", re.MULTILINE | re.IGNORECASE
)
#: What the library raises for lines that nobody would write; it makes no promise about it.
ODD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError)


def read_calendar(content: bytes, zone: str) -> Reading:
    """Read a calendar file; ``zone`` is for times that say none. Raises CalendarTooLarge or CalendarBroken."""
    lines = whole_lines(content)
    zones, reading = Zones(lines, zone), Reading()
    blocks = list(event_blocks(lines))
    if len(blocks) > MOST_ENTRIES:
        raise CalendarTooLarge
    for number, block in blocks:
        _refuse_hostile(number, block)
    for number, block in blocks:
        try:
            reading.entries.append(_Row(block, zones).entry(number))
        except Refusal as refusal:
            reading.problems.append(Problem(number, _uid_in(block), refusal))
        except ODD:
            reading.problems.append(Problem(number, _uid_in(block), EntryBroken()))
    return reading


def _refuse_hostile(number: int, block: str) -> None:
    """Refuse at a glance what would be refused after all of it was understood."""
    found = HOSTILE.search(block)
    if found:
        why = RuleTooFast() if found["fast"] else TooManyDates(most=MOST_DATES_OF_SERIES)
        raise CalendarHostile(line=number, uid=_uid_in(block), sentence=str(why))


def _uid_in(block: str) -> str:
    found = re.search(r"^UID[^:\n]*:(.*)$", block, re.MULTILINE | re.IGNORECASE)
    return _short(found.group(1).strip()) if found else ""


def _short(uid: str) -> str:
    return uid if len(uid) <= LONGEST_UID else sha256(uid.encode()).hexdigest()


class _Row:
    """One VEVENT on its way to an Entry."""

    def __init__(self, block: str, zones: Zones) -> None:
        with catch_warnings(action="ignore"):  # it warns of guessing what zone /vendor.org/Asia/Tokyo is
            self.component: Any = icalendar.Event.from_ical(block)
        self.moments = Moments(self.component, zones)

    def entry(self, line: int) -> Entry:
        """Read everything that we use of it."""
        uid = _short(self._text("uid"))
        if not uid:
            raise NoUid
        when = self.moments.when()
        check_when(when)
        changes, changes_later = self.moments.changes(when.zone)
        return Entry(
            uid=uid,
            line=line,
            when=when,
            title=" ".join(self._text("summary").split())[:200],
            about=self._text("description").strip(),
            place=" ".join(self._text("location").split())[:300],
            url=self._url(),
            is_free=self._text("x-cost-type").lower() == "free",
            is_cancelled=self._text("status").upper() == "CANCELLED",
            sequence=self._sequence(),
            rule=self._rule(),
            changes=changes,
            changes_later=changes_later,
            extra=tuple(at_midnight(moment) for moment in self.moments.listed("rdate", when.zone)),
            without=tuple(self.moments.listed("exdate", when.zone)),
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
        """Return the rule as it stands: what the library finds odd, such as its UNTIL, may still be understood."""
        rule = self.component.get("rrule")
        if rule is None:
            return None
        if isinstance(rule, vBroken):
            return str(rule)
        if not isinstance(rule, icalendar.vRecur):
            raise RuleNotUnderstood
        return bytes(rule.to_ical()).decode()  # type: ignore[no-untyped-call]
