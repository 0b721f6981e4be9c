"""Which zone a calendar means: by its real name, Windows' name, a path, or only by the rules that the file gives."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

Offsets = tuple[timedelta | None, ...]  #: in the middle of each month; None where the clocks change

OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(\d\d)?")
YEAR = re.compile(r"DTSTART.*:(\d{4})\d{4}", re.IGNORECASE)
MONTH = re.compile(r"BYMONTH=(\d{1,2})(?!\d)")
MOST_ZONES = 100
YEARS = range(1990, 2037)  #: in which zones say something certain


class Zones:
    """The zones that one file speaks of, by the names that it gives them."""

    def __init__(self, lines: list[str], otherwise: str) -> None:
        """Read what the file says of zones; ``otherwise`` is for times that name none."""
        years = {int(found[1]) for line in lines if (found := YEAR.match(line))}
        self.year = max(years & {*YEARS}, default=YEARS[-1])
        self.aliases: dict[str, str] = {}
        self.offsets: dict[str, Offsets] = {}
        self.found: dict[str, str | None] = {}
        self.default = otherwise
        for block in islice(_blocks(lines), MOST_ZONES):
            self._remember(block)
        named = next((line for line in lines if line.upper().startswith("X-WR-TIMEZONE")), "")
        self.default = self.named(named.partition(":")[2].strip()) or otherwise

    def named(self, name: str) -> str | None:
        """Return the IANA name for what the file calls a zone."""
        name = _plain(name)
        if name not in self.found:
            self.found[name] = _known(name) or _known(self.aliases.get(name, "")) or self._by_rules(name)
        return self.found[name]

    def _remember(self, block: list[str]) -> None:
        said = {key.upper(): value for key, _colon, value in (line.partition(":") for line in block)}
        name = _plain(said.get("TZID", ""))
        self.aliases[name] = said.get("X-LIC-LOCATION", "")
        offsets = _offsets_of_rules(block)
        if offsets is not None:
            self.offsets[name] = offsets

    def _by_rules(self, name: str) -> str | None:
        """Return a zone whose clocks go as the file says; of several that agree the usual one."""
        wanted = self.offsets.get(name)
        if wanted is None:
            return None
        table = _table(self.year)
        usual = dict.fromkeys([self.default, *WINDOWS_TO_OLSON.values(), *sorted(table)])
        return next((zone for zone in usual if zone in table and _agree(table[zone], wanted)), None)


@cache
def all_zones() -> Mapping[str, str]:
    """Return the names of all zones by their small letters; looking them up takes a while."""
    return {name.lower(): name for name in available_timezones()}


def _known(name: str) -> str | None:
    parts = name.split("/")
    candidates = (name, WINDOWS_TO_OLSON.get(name, ""), "/".join(parts[-3:]), "/".join(parts[-2:]))
    return next((all_zones()[one.lower()] for one in candidates if one.lower() in all_zones()), None)


def _plain(name: str) -> str:
    return name.replace("\\", "").strip().strip('"')


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    first = None
    for number, line in enumerate(lines):
        mark = line.strip().upper()
        if mark == "BEGIN:VTIMEZONE":
            first = number
        elif mark == "END:VTIMEZONE" and first is not None:
            yield [one.strip() for one in lines[first:number]]
            first = None


def _offsets_of_rules(block: list[str]) -> Offsets | None:
    """Return the offsets of the newest standard and summer time of a VTIMEZONE."""
    newest: dict[str, tuple[str, int, timedelta]] = {}
    kind, said = "", dict[str, str]()
    for line in block:
        key, _colon, value = line.partition(":")
        if line.upper() in {"BEGIN:STANDARD", "BEGIN:DAYLIGHT"}:
            kind, said = value.upper(), {}
        elif line.upper() in {"END:STANDARD", "END:DAYLIGHT"} and (part := _part(said)):
            newest[kind] = max(newest.get(kind, part), part)
        else:
            said[key.partition(";")[0].upper()] = value
    standard, summer = newest.get("STANDARD"), newest.get("DAYLIGHT")
    if standard is None or summer is None or standard[2] == summer[2]:
        only = standard or summer
        return (only[2],) * 12 if only else None
    months = [(summer[1] + number) % 12 for number in range((standard[1] - summer[1]) % 12)]
    offsets = [summer[2] if month in months else standard[2] for month in range(12)]
    return tuple(None if month in {standard[1], summer[1]} else offset for month, offset in enumerate(offsets))


def _part(said: Mapping[str, str]) -> tuple[str, int, timedelta] | None:
    """Return since when a part of a VTIMEZONE counts, the month in which it begins (0 to 11), and its offset."""
    start, offset = said.get("DTSTART", ""), OFFSET.fullmatch(said.get("TZOFFSETTO", "").strip())
    if offset is None or len(start) < 8 or not start[:8].isdecimal():
        return None
    month = MONTH.search(said.get("RRULE", ""))
    hours, minutes, seconds = (int(part or 0) for part in offset.groups()[1:])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return start[:8], (int(month[1] if month else start[4:6]) - 1) % 12, length if offset[1] == "+" else -length


@cache
def _table(year: int) -> Mapping[str, Offsets]:
    """Return the offset of every zone in the middle of each month of a year."""
    middles = [datetime(year, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]
    zones = {name: ZoneInfo(name) for name in all_zones().values()}
    return {name: tuple(middle.astimezone(zone).utcoffset() for middle in middles) for name, zone in zones.items()}


def _agree(zone: Offsets, wanted: Offsets) -> bool:
    return all(wish is None or wish == offset for offset, wish in zip(zone, wanted, strict=True))
