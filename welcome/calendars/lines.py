"""The raw lines of a calendar file: is it whole, and where does each entry begin."""

from collections.abc import Iterator

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

LARGEST_BYTES = 2 * 1024 * 1024
LONGEST_LINE = 100_000
MOST_LINES_OF_ENTRY = 5_000


class CalendarTooLarge(Refusal):
    """More than anybody's calendar holds."""

    message = _l("This file is too large for a calendar.")


class CalendarBroken(Refusal):
    """Not a whole iCalendar file."""

    message = _l("This is not a whole calendar file (.ics). Nothing was changed.")


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
            if number - first > MOST_LINES_OF_ENTRY:
                raise CalendarTooLarge
            yield first, "\r\n".join([*lines[first - 1 : number], ""])
            first = None
