"""The raw lines of a calendar file: is it whole, where does each entry begin, which zones does it speak of."""

from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

LARGEST_BYTES = 2 * 1024 * 1024
LONGEST_LINE = 100_000


class CalendarTooLarge(Refusal):
    """More than anybody's calendar holds."""

    message = _l("This file is too large for a calendar.")


class CalendarBroken(Refusal):
    """Not a whole iCalendar file."""

    message = _l("This is not a whole calendar file (.ics). Nothing was changed.")


@cache
def all_zones() -> frozenset[str]:
    """Return the names of all zones; looking them up takes a while."""
    return frozenset(available_timezones())


def whole_lines(content: bytes) -> list[str]:
    """Return the lines of a whole calendar file, or refuse it."""
    if len(content) > LARGEST_BYTES:
        raise CalendarTooLarge
    try:
        lines = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    except UnicodeDecodeError as problem:
        raise CalendarBroken from problem
    marks = [line.strip().upper() for line in lines if line.strip()]
    if not marks or marks[0] != "BEGIN:VCALENDAR" or marks[-1] != "END:VCALENDAR":
        raise CalendarBroken
    if any(len(line) > LONGEST_LINE for line in lines) or any("\0" in line for line in lines):
        raise CalendarBroken
    if marks.count("BEGIN:VEVENT") != marks.count("END:VEVENT"):
        raise CalendarBroken
    return lines


def event_blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Cut out every VEVENT with the number of its first line."""
    first: int | None = None
    for number, line in enumerate(lines, start=1):
        mark = line.strip().upper()
        if mark == "BEGIN:VEVENT":
            if first is not None:
                raise CalendarBroken
            first = number
        elif mark == "END:VEVENT":
            if first is None:
                raise CalendarBroken
            yield first, "\r\n".join([*lines[first - 1 : number], ""])
            first = None


def zone_of_calendar(lines: list[str]) -> str | None:
    """Return the zone that a calendar names for all its times."""
    for line in lines:
        if line.upper().startswith("X-WR-TIMEZONE"):
            return known_zone(line.partition(":")[2].strip(), {})
    return None


def zone_aliases(lines: list[str]) -> dict[str, str]:
    """Find out which real zone stands behind each VTIMEZONE of the file, where it says so."""
    found, name = {}, ""
    for line in lines:
        key, _colon, value = line.strip().partition(":")
        if key.upper() == "TZID":
            name = value
        elif key.upper() == "X-LIC-LOCATION" and name:
            found[name] = value
    return found


def known_zone(name: str, aliases: dict[str, str]) -> str | None:
    """Return the IANA name for what calendars call a zone: plain, Windows' own, or with a path before it."""
    name = name.strip('"')
    candidates = (name, aliases.get(name, ""), WINDOWS_TO_OLSON.get(name, ""), "/".join(name.split("/")[-2:]))
    return next((candidate for candidate in candidates if candidate in all_zones()), None)
