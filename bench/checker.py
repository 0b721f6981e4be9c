"""An independent check of a round: people as records, one pair at a time, no arrays, no cleverness."""

from collections import Counter

from welcome.matching.arrays import Floats
from welcome.matching.people.person import Person


def violations(people: list[Person], closeness: Floats, pairs: list[tuple[int, int]], kind: str) -> list[str]:
    """List what a round does that it must not do."""
    found = [f"{pair}: {why}" for pair in pairs for why in _of_pair(people, closeness, *pair, kind)]
    uses = Counter(row for pair in pairs for row in pair)
    if kind in ("exchange", "activity"):
        return found + [f"{row}: {count} partners" for row, count in uses.items() if count > 1]
    given, taken = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    found += [f"{row}: gives {n}" for row, n in given.items() if n > people[row].capacity]
    return found + [f"{row}: takes {n}" for row, n in taken.items() if n > 1]


def _of_pair(people: list[Person], closeness: Floats, first: int, second: int, kind: str) -> list[str]:
    one, other = people[first], people[second]
    shared_time = one.slots & other.slots or (one.asynchronous and other.asynchronous)
    found = {
        "with oneself": first == second,
        "no common language": not _common(one, other),
        "no shared time": not shared_time,
        "out of reach": not _reachable(one, other, closeness),
        "against a limit": not (_admits(one, other) and _admits(other, one)),
        "no exchange": kind == "exchange" and not (_helps(one, other) and _helps(other, one)),
        "no shared interest": kind == "activity" and not set(one.interests) & set(other.interests),
        "wrong roles": kind == "mentorship" and not _mentors(one, other),
        "wrong sides": kind == "hosting" and not (one.side != "newcomer" and other.side != "local"),
    }
    return [why for why, is_so in found.items() if is_so]


def _common(one: Person, other: Person) -> bool:
    return any(
        spoken.level >= 2 and code in other.languages and other.languages[code].level >= 2
        for code, spoken in one.languages.items()
    )


def _helps(one: Person, other: Person) -> bool:
    return any(
        spoken.teaches and spoken.level >= 5 and code in other.languages and other.languages[code].learns
        for code, spoken in one.languages.items()
    )


def _reachable(one: Person, other: Person, closeness: Floats) -> bool:
    if one.online and other.online:
        return True
    return one.area is None or other.area is None or bool(closeness[one.area, other.area] >= 0.25)


def _admits(one: Person, other: Person) -> bool:
    return one.shown_to == "everyone" or (one.gender is not None and one.gender == other.gender)


def _mentors(one: Person, other: Person) -> bool:
    return one.role in ("mentor", "both") and other.role in ("mentee", "both")
