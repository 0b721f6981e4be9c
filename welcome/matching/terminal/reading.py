"""People from a file: one JSON object a line, checked, with every fault told by its line."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from welcome.matching.arrays import Floats
from welcome.matching.people.person import EVERYONE, OWN_GENDER, WOMEN, Person, Spoken
from welcome.matching.people.population import Population

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYPARTS = ("morning", "afternoon", "evening")
SLOT_NAMES = tuple(f"{day}-{part}" for day in DAYS for part in DAYPARTS)
LEVELS = ("none", "A1", "A2", "B1", "B2", "C1", "C2", "native")
KNOWN = {
    *("id", "side", "languages", "interests", "slots", "area", "online", "capacity", "role", "gender"),
    *("waiting_since", "limits", "avoid", "children", "situations", "offers", "wishes", "asynchronous"),
}


class BadLine(ValueError):
    """A line that cannot be read, with its number and what is wrong."""

    def __init__(self, number: int, why: str) -> None:
        """Keep the number of the line and the reason."""
        super().__init__(f"line {number}: {why}")


@dataclass(frozen=True)
class Entry:
    """One person of a file: the id, the record, the name of the area, and ids to keep apart."""

    id: str
    person: Person
    area: str | None = None
    avoid: tuple[str, ...] = ()
    is_waiting_told: bool = True


@dataclass
class People:
    """The people of a file, and the lines that were skipped."""

    entries: list[Entry] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)

    def row_of(self, wanted: str) -> int:
        """Return the row of an id; KeyError without."""
        return {entry.id: row for row, entry in enumerate(self.entries)}[wanted]

    def population(self, closeness: Mapping[tuple[str, str], float] | None = None) -> Population:
        """Turn the entries into columns; areas are near themselves, and others as the table says."""
        names = sorted({entry.area for entry in self.entries if entry.area is not None})
        latest = max((e.person.waiting_since for e in self.entries if e.is_waiting_told), default=0.0)
        people = [
            replace(
                entry.person,
                area=None if entry.area is None else names.index(entry.area),
                waiting_since=entry.person.waiting_since if entry.is_waiting_told else latest,
            )
            for entry in self.entries
        ]
        rows = {entry.id: row for row, entry in enumerate(self.entries)}
        apart = [(rows[e.id], rows[other]) for e in self.entries for other in e.avoid if other in rows]
        return Population.of(people, closeness=_table(names, closeness or {}), forbidden=apart)


def _table(names: list[str], closeness: Mapping[tuple[str, str], float]) -> Floats:
    table = np.eye(len(names))
    for row, first in enumerate(names):
        for column, second in enumerate(names):
            told = closeness.get((first, second), closeness.get((second, first)))
            if told is not None:
                table[row, column] = told
    return table


def read_people(lines: Iterable[str], *, skip_bad: bool = False) -> People:
    """Read people, one JSON object a line; empty lines are passed over.

    Raises
    ------
    BadLine
        At the first line that is wrong, unless bad lines are to be skipped.
    """
    people = People()
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = _entry(json.loads(line))
            if entry.id in seen:
                raise ValueError(f"id {entry.id!r} occurs twice")
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            bad = BadLine(number, _why(fault))
            if not skip_bad:
                raise bad from fault
            people.bad.append(bad)
        else:
            seen.add(entry.id)
            people.entries.append(entry)
    return people


def read_areas(lines: Iterable[str]) -> dict[tuple[str, str], float]:
    """Read how near areas are: three columns, ``area,area,closeness``, closeness in 0..1.

    Raises
    ------
    BadLine
        At the first line that is wrong; a first line of titles is passed over.
    """
    found = {}
    for number, row in enumerate(csv.reader(lines), start=1):
        try:
            first, second, told = (cell.strip() for cell in row)
            found[first, second] = _between(float(told), 0, 1, "closeness")
        except ValueError as fault:
            if row and number > 1:
                raise BadLine(number, str(fault)) from fault
    return found


def _why(fault: Exception) -> str:
    if isinstance(fault, json.JSONDecodeError):
        return f"no JSON ({fault.msg}, column {fault.colno})"
    return f"{fault.args[0]} is missing" if isinstance(fault, KeyError) else str(fault)


def _entry(told: Any) -> Entry:
    if not isinstance(told, dict):
        raise ValueError("not an object")
    strange = sorted(set(told) - KNOWN)
    if strange:
        raise ValueError(f"unknown field {strange[0]!r}")
    since = told.get("waiting_since")
    person = Person(
        side=_one_of(told["side"], ("newcomer", "local", "both"), "side"),
        languages={code: _spoken(code, spoken) for code, spoken in _mapping(told, "languages").items()},
        interests={name: _whole(much, 1, 3, name) for name, much in _mapping(told, "interests").items()},
        slots=_slots(_list(told, "slots")),
        online=_flag(told, "online"),
        capacity=_whole(told.get("capacity", 1), 0, 255, "capacity"),
        role=_one_of(told.get("role"), (None, "mentor", "mentee", "both"), "role"),
        waiting_since=0.0 if since is None else _day(since),
        gender=told.get("gender"),
        shown_to=_limit(told.get("limits") or {}),
        asynchronous=_flag(told, "asynchronous"),
        children=frozenset(_list(told, "children")),
        situations=frozenset(_list(told, "situations")),
        offers=frozenset(_list(told, "offers")),
        wishes=frozenset(_list(told, "wishes")),
    )
    avoid = tuple(str(other) for other in _list(told, "avoid"))
    area = told.get("area")
    return Entry(str(told["id"]), person, None if area is None else str(area), avoid, since is not None)


def _spoken(code: str, told: Any) -> Spoken:
    if not isinstance(told, dict):
        raise ValueError(f"languages.{code} must be an object with a level")
    name = _one_of(told.get("level", "none"), LEVELS, f"languages.{code}.level")
    return Spoken(LEVELS.index(name), _flag(told, "teaches"), _flag(told, "learns"))


def _limit(told: Any) -> str | frozenset[str]:
    if not isinstance(told, dict) or set(told) - {"only"}:
        raise ValueError('limits must be like {"only": ["woman"]}')
    only = frozenset(_list(told, "only"))
    if len(only) == 1 and only & {OWN_GENDER, WOMEN}:
        return next(iter(only))
    return only or EVERYONE


def _slots(names: list[str]) -> int:
    bits = 0
    for name in names:
        bits |= 1 << SLOT_NAMES.index(_one_of(name, SLOT_NAMES, "slots"))
    return bits


def _day(told: Any) -> float:
    return float(date.fromisoformat(told[:10]).toordinal()) if isinstance(told, str) else float(told)


def _mapping(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name) or {}
    if not isinstance(found, dict):
        raise ValueError(f"{name} must be an object")
    return found


def _list(told: dict[str, Any], name: str) -> list[str]:
    found = told.get(name) or []
    if not isinstance(found, list):
        raise ValueError(f"{name} must be a list")
    return [str(item) for item in found]


def _flag(told: dict[str, Any], name: str) -> bool:
    found = told.get(name, False)
    if not isinstance(found, bool):
        raise ValueError(f"{name} must be true or false")
    return found


def _whole(told: Any, least: int, most: int, name: str) -> int:
    if not isinstance(told, int) or isinstance(told, bool):
        raise ValueError(f"{name} must be a whole number")
    return int(_between(told, least, most, name))


def _between(told: float, least: float, most: float, name: str) -> float:
    if not least <= told <= most:
        raise ValueError(f"{name} must lie between {least} and {most}")
    return told


def _one_of(told: Any, choices: tuple[Any, ...], name: str) -> Any:
    if told not in choices:
        raise ValueError(f"{name} must be one of {', '.join(str(c) for c in choices if c)}, not {told!r}")
    return told
