"""How names become search words and addresses, how near two areas are, and what a file of areas may say."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

#: From one end of a city to the other: what lies farther apart counts as out of reach.
REACH_KM = 12.0
#: Between two areas of which nobody has said anything: reachable, and no reason to prefer it.
UNKNOWN_CLOSENESS = 0.5
LAST_OF_FIRST_MONTHS = 3
LONGEST_NAME = 60
LONGEST_SEARCH = 80
MOST_WORDS = 6
LETTERS_WITHOUT_MARKS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


class NoWebsite(Refusal):
    """What was typed is no address of a page."""

    message = _l("This does not look like the address of a website. It begins with https://")


class NoSuchMember(Refusal):
    """An organiser needs an account first."""

    message = _l("Nobody with this e-mail address has an account here yet. Ask them to join first.")


class NameTaken(Refusal):
    """Two organisations of one name cannot be told apart."""

    message = _l("There is already an organisation with this name.")


class BadAreas(Refusal):
    """A file of areas has mistakes; nothing of it was taken over."""

    message = _l("The file has mistakes, so nothing was changed.")

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__()
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area and where it lies, in kilometres east and north of any point."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PairRow:
    """How close two areas are: 1 is next door, 0 is out of reach."""

    one: str
    other: str
    closeness: float


def plain(text: str) -> str:
    """Return text as it is searched for: no marks on letters, no capitals, single spaces."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(bare.casefold().translate(LETTERS_WITHOUT_MARKS).split())


def searched(text: str) -> tuple[str, ...]:
    """Return the words that somebody looks for, as the search columns keep them; no more than people type."""
    return tuple(plain(text[:LONGEST_SEARCH]).split()[:MOST_WORDS])


def slug_of(name: str, taken: Iterable[str] = ()) -> str:
    """Return a readable address for a name; a number tells it from those that are taken."""
    bare = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:LONGEST_NAME].strip("-") or "place"
    others = set(taken)
    slug, number = bare, 1
    while slug in others:
        number += 1
        slug = f"{bare}-{number}"
    return slug


def website_of(text: str | None) -> str | None:
    """Return a web address with its scheme, or None for nothing. Raise NoWebsite for anything else."""
    address = (text or "").strip()
    if not address:
        return None
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise NoWebsite from None
    if parts.scheme not in {"http", "https"} or "." not in host or parts.username or not address.isprintable():
        raise NoWebsite
    if re.search(r"\s", address):
        raise NoWebsite
    return address


def life_step(arrived_on: date | None, today: date) -> str:
    """Return at which step of a life here somebody is; of an arrival the month alone is known, if at all."""
    if arrived_on is None:
        return "staying"
    months = (today.year - arrived_on.year) * 12 + today.month - arrived_on.month
    if months < 0:
        return "before"
    return "first_week" if months == 0 else "first_months" if months <= LAST_OF_FIRST_MONTHS else "staying"


def closeness_of(one: AreaRow, other: AreaRow) -> float:
    """Return how close two areas are by the distance between them: 1 at none, 0 at REACH_KM."""
    distance = math.dist((one.x, one.y), (other.x, other.y))
    return round(max(0.0, 1.0 - distance / REACH_KM), 3)


def matrix_of(ids: Sequence[int], pairs: Iterable[tuple[int, int, float]]) -> list[list[float]]:
    """Return closeness between areas as rows in the order of ``ids``."""
    row = {area_id: number for number, area_id in enumerate(ids)}
    matrix = [[1.0 if one == other else UNKNOWN_CLOSENESS for other in ids] for one in ids]
    for one, other, closeness in pairs:
        if one in row and other in row and one != other:
            matrix[row[one]][row[other]] = closeness
    return matrix


def unknown_area(name: str) -> str:
    """Return the sentence about an area that a pair names and nobody has added."""
    return str(_l("There is no area called %(name)s.", name=name))


def read_areas(rows: Iterable[tuple[int, dict[str, str]]]) -> tuple[list[AreaRow], list[PairRow]]:
    """Read numbered rows with ``name, x, y`` or ``name, other, closeness``; raise BadAreas with every mistake."""
    areas: list[AreaRow] = []
    pairs: list[PairRow] = []
    problems: list[str] = []
    for line, row in rows:
        try:
            read = _read_row(row)
        except ValueError as problem:
            problems.append(str(_l("Line %(line)s: %(problem)s", line=line, problem=str(problem))))
            continue
        if isinstance(read, PairRow):
            pairs.append(read)
        elif any(plain(area.name) == plain(read.name) for area in areas):
            problems.append(str(_l("Line %(line)s: %(name)s is there twice.", line=line, name=read.name)))
        else:
            areas.append(read)
    if not problems and not areas and not pairs:
        problems.append(str(_l("The file has no rows.")))
    if problems:
        raise BadAreas(problems)
    return areas, pairs


def _read_row(row: dict[str, str]) -> AreaRow | PairRow:
    name = (row.get("name") or "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(str(_l("an area needs a name of at most 60 letters.")))
    if "other" in row:
        closeness = _number(row.get("closeness"))
        if not 0 <= closeness <= 1:
            raise ValueError(str(_l("closeness is a number from 0 to 1.")))
        return PairRow(name, (row["other"] or "").strip(), closeness)
    return AreaRow(name, _number(row.get("x")), _number(row.get("y")))


def _number(text: str | None) -> float:
    try:
        number = float((text or "").strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(str(_l("“%(text)s” is not a number.", text=text or "")))
    return number
