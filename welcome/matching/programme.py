"""What a coordinator decides: which kind of meeting, what counts, and what is required."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The four kinds of programme; the last two have a side that gives and a side that receives."""

    EXCHANGE = "exchange"
    ACTIVITY = "activity"
    MENTORSHIP = "mentorship"
    HOSTING = "hosting"

    @property
    def is_directed(self) -> bool:
        """Whether one side gives places and the other takes them."""
        return self in (Kind.MENTORSHIP, Kind.HOSTING)


class Part(StrEnum):
    """The named parts of what one person gains from another, each in [0, 1]."""

    LANGUAGE = "language"
    INTERESTS = "interests"
    TIME = "time"
    NEARNESS = "nearness"
    SITUATION = "situation"
    GOALS = "goals"


DEFAULT_WEIGHTS: Mapping[Kind, Mapping[Part, float]] = {
    Kind.EXCHANGE: {
        Part.LANGUAGE: 0.35,
        Part.INTERESTS: 0.25,
        Part.TIME: 0.15,
        Part.NEARNESS: 0.15,
        Part.SITUATION: 0.10,
        Part.GOALS: 0.0,
    },
    Kind.ACTIVITY: {
        Part.LANGUAGE: 0.15,
        Part.INTERESTS: 0.40,
        Part.TIME: 0.15,
        Part.NEARNESS: 0.15,
        Part.SITUATION: 0.15,
        Part.GOALS: 0.0,
    },
    Kind.MENTORSHIP: {
        Part.LANGUAGE: 0.15,
        Part.INTERESTS: 0.15,
        Part.TIME: 0.15,
        Part.NEARNESS: 0.10,
        Part.SITUATION: 0.15,
        Part.GOALS: 0.30,
    },
    Kind.HOSTING: {
        Part.LANGUAGE: 0.20,
        Part.INTERESTS: 0.25,
        Part.TIME: 0.15,
        Part.NEARNESS: 0.20,
        Part.SITUATION: 0.20,
        Part.GOALS: 0.0,
    },
}


@dataclass(frozen=True)
class Programme:
    """The settings of one programme.

    Attributes
    ----------
    kind : Kind
    weights : mapping of Part to float, optional
        What counts how much; any non-negative numbers, they are scaled to add up to 1. Parts left
        out weigh nothing. Default: those of the kind.
    minimum_level : int
        Both must speak one common language at least this well (0 none, 1 A1 ... 6 C2, 7 native).
    needs_shared_slot : bool
        Whether two people must share a free part of the week, unless both meet asynchronously.
    reach : float
        Smallest closeness in [0, 1] of two areas that still counts as reachable.
    unknown_area_reaches : bool
        Whether somebody who gave no area may be suggested for a meeting in person.
    bridging : float, optional
        Share of pairs, 0..1, that should join a newcomer and a local; a round raises the worth of
        such pairs until the share is reached, or cannot grow. None leaves it to the scores.
    floor : float
        Pairs that score below this, 0..1, are never made.
    patience_days : float
        Waiting times are compared in steps of so many days; by default two rounds of four weeks.
    """

    kind: Kind
    weights: Mapping[Part, float] | None = None
    minimum_level: int = 2
    needs_shared_slot: bool = True
    reach: float = 0.25
    unknown_area_reaches: bool = True
    bridging: float | None = None
    floor: float = 0.0
    patience_days: float = 56.0

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing."""
        if not 0 <= self.minimum_level <= 7:
            raise ValueError("minimum_level must lie between 0 and 7")
        if self.patience_days <= 0:
            raise ValueError("patience_days must be positive")
        if self.bridging is not None and not 0 <= self.bridging <= 1:
            raise ValueError("bridging must lie between 0 and 1")
        given = self.weights if self.weights is not None else DEFAULT_WEIGHTS[self.kind]
        if min(given.values(), default=0) < 0 or sum(given.values()) <= 0:
            raise ValueError("weights must not be negative, and one must be positive")

    def shares(self) -> dict[Part, float]:
        """Return the weight of every part, scaled so that all add up to 1."""
        given = self.weights if self.weights is not None else DEFAULT_WEIGHTS[self.kind]
        total = sum(given.values())
        return {part: given.get(part, 0.0) / total for part in Part}
