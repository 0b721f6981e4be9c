"""Synthetic towns from the studies behind Welcome, and towns in which something is scarce."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Floats, Ints
from welcome.matching.people.person import Person, Spoken

DAYS = 21
AREAS = 12
PER_CITY = 6_000
INTERESTS = 120
TOPICS = tuple(f"topic-{at}" for at in range(15))

# What newcomers speak at home, in percent of answers (East Flanders), with "other" spread out.
AT_HOME: Mapping[str, float] = {
    "en": 37,
    "es": 9,
    "fr": 5,
    "de": 4,
    "pl": 3,
    "tr": 2,
    "hi": 6,
    "pt": 5,
    "zh": 4,
    "ar": 4,
    "ru": 3,
    "it": 3,
    "uk": 2,
    "fa": 1.5,
    "ro": 1.5,
    "id": 1,
    "ja": 1,
    "ko": 0.5,
    "vi": 0.5,
    "sw": 0.5,
}
# What locals want to get better at.
WANTED: Mapping[str, float] = {
    "es": 24,
    "fr": 16,
    "en": 16,
    "it": 10,
    "de": 8,
    "pt": 6,
    "ar": 4,
    "zh": 4,
    "tr": 3,
    "pl": 2,
    "ru": 2,
    "ja": 2,
    "uk": 1,
    "ko": 1,
    "hi": 0.5,
    "fa": 0.5,
}


@dataclass(frozen=True)
class Regime:
    """What a town is like; the defaults are the standard."""

    locals: float = 0.4
    rare: float = 1.0
    evenings_only: bool = False
    limited: float = 0.03
    popular: float = 0.0
    cities: int | None = None
    most_slots: int = 6


REGIMES: Mapping[str, Regime] = {
    "standard": Regime(),
    "thin-languages": Regime(rare=0.35),
    "few-locals": Regime(locals=0.15),
    "many-locals": Regime(locals=0.75),
    "evenings": Regime(evenings_only=True),
    "hard-limit": Regime(limited=0.35),
    "popularity": Regime(popular=1.0),
    "one-city": Regime(cities=1),
    "scarce": Regime(rare=0.6, most_slots=2),
    "many-cities": Regime(cities=3),
}


@dataclass(frozen=True)
class Town:
    """People and how near their areas are."""

    people: list[Person]
    closeness: Floats


def make_town(count: int, regime: str = "standard", seed: int = 0) -> Town:
    """Draw a town; the same arguments give the same town."""
    kind, draw = REGIMES[regime], np.random.default_rng(seed)
    cities = kind.cities or max(1, count // PER_CITY)
    people = [_person(draw, kind, cities) for _ in range(count)]
    return Town(people, _closeness(cities))


def _closeness(cities: int) -> Floats:
    """Lay the areas of each city on a grid; other cities are out of reach."""
    at = np.array([(area % 4, area // 4) for area in range(AREAS)], dtype=np.float64)
    steps = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))
    near = np.round(np.maximum(0, 1 - steps / 4), 2)
    return np.asarray(np.kron(np.eye(cities), near))


def _person(draw: np.random.Generator, kind: Regime, cities: int) -> Person:
    is_local = draw.random() < kind.locals
    gender = ("woman", "man", None)[int(draw.choice(3, p=(0.48, 0.44, 0.08)))]
    limited = draw.random() < kind.limited and gender is not None
    return Person(
        side="local" if is_local else "newcomer",
        languages=_of_local(draw, kind) if is_local else _of_newcomer(draw, kind),
        interests=_interests(draw, kind),
        slots=_slots(draw, kind),
        area=int(draw.integers(cities * AREAS)),
        online=bool(draw.random() < 0.15),
        capacity=int(draw.choice((1, 2, 3, 4), p=(0.5, 0.3, 0.15, 0.05))) if is_local else 1,
        role="mentor" if is_local else "mentee",
        waiting_since=-float(draw.integers(0, 120)),
        gender=gender,
        shown_to="own-gender" if limited else "everyone",
        children=frozenset({f"age-{draw.integers(3)}"}) if draw.random() < 0.26 else frozenset(),
        situations=frozenset({("spouse", "expat", "student", "volunteer")[int(draw.integers(4))]}),
        offers=_topics(draw, 4) if is_local else frozenset(),
        wishes=frozenset() if is_local else _topics(draw, 3),
        asynchronous=bool(draw.random() < 0.05),
    )


def _one(draw: np.random.Generator, table: Mapping[str, float], sharpness: float) -> str:
    weights = np.array(list(table.values())) ** sharpness
    return list(table)[int(draw.choice(len(weights), p=weights / weights.sum()))]


def _of_newcomer(draw: np.random.Generator, kind: Regime) -> dict[str, Spoken]:
    home = _one(draw, AT_HOME, kind.rare)
    told = {home: Spoken(7, bool(draw.random() < 0.7))}
    dutch = int(draw.choice((0, 1, 2, 3, 5), p=(0.03, 0.44, 0.3, 0.15, 0.08)))
    told["nl"] = Spoken(dutch, False, bool(draw.random() < 0.8))
    if home != "en":
        told["en"] = Spoken(int(draw.integers(2, 7)), False, bool(draw.random() < 0.15))
    return told


def _of_local(draw: np.random.Generator, kind: Regime) -> dict[str, Spoken]:
    told = {"nl": Spoken(7, bool(draw.random() < 0.9)), "en": Spoken(int(draw.integers(2, 7)))}
    for _ in range(int(draw.integers(1, 3))):
        wanted = _one(draw, WANTED, kind.rare)
        level = told[wanted].level if wanted in told else int(draw.integers(0, 5))
        told[wanted] = Spoken(level, False, True)
    return told


def _interests(draw: np.random.Generator, kind: Regime) -> dict[str, int]:
    order = np.arange(1, INTERESTS + 1) ** -(0.5 + kind.popular)
    many = int(draw.integers(3, 12))
    chosen = draw.choice(INTERESTS, size=many, replace=False, p=order / order.sum())
    return {f"interest-{at}": int(draw.integers(1, 4)) for at in chosen}


def _slots(draw: np.random.Generator, kind: Regime) -> int:
    free: Ints = np.arange(DAYS)
    if kind.evenings_only:
        free = free[2:15:3]
    chosen = draw.choice(free, size=min(len(free), int(draw.integers(1, kind.most_slots + 1))), replace=False)
    return int(sum(1 << int(slot) for slot in chosen))


def _topics(draw: np.random.Generator, most: int) -> frozenset[str]:
    return frozenset(draw.choice(TOPICS, size=int(draw.integers(1, most + 1)), replace=False).tolist())
