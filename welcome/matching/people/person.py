"""One person as a plain record, as the rooms above hand them over; no name, no id."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Side = Literal["newcomer", "local", "both"]
Role = Literal["mentor", "mentee", "both"]

NATIVE = 7
TEACHING_LEVEL = 5
SLOTS = 21

EVERYONE = "everyone"
OWN_GENDER = "own-gender"
WOMEN = "women"
WOMAN = "woman"


class Spoken(NamedTuple):
    """How one person stands to one language.

    Attributes
    ----------
    level : int
        0 none, 1 A1, 2 A2, 3 B1, 4 B2, 5 C1, 6 C2, 7 native.
    teaches : bool
        Willing to help others with it; counts from C1 upwards.
    learns : bool
        Wants to get better at it; counts below native.
    """

    level: int
    teaches: bool = False
    learns: bool = False


@dataclass(frozen=True)
class Person:
    """What matching may know about somebody.

    Attributes
    ----------
    side : "newcomer", "local" or "both"
    languages : mapping of language code to Spoken
    interests : mapping of interest code to strength 1..3
    slots : int
        21 bits of free time; bit ``day * 3 + daypart``, Monday morning is bit 0.
    area : int, optional
        Row of the closeness table; None when not given.
    online : bool
        Content to meet online.
    capacity : int
        Places in this programme; 0 takes no part.
    role : "mentor", "mentee" or "both", optional
        Only mentorship asks for it.
    waiting_since : float
        A day number on any scale; a smaller number has waited longer.
    gender : str, optional
    shown_to : str or collection of genders
        "everyone", "own-gender", "women", or the very genders. The limit holds both ways: whoever
        limits who may see them sees nobody else.
    children, situations : set of codes
    offers, wishes : set of topic codes
    asynchronous : bool
        Content to write or record instead of meeting at one time.
    """

    side: Side = "newcomer"
    languages: Mapping[str, Spoken] = field(default_factory=dict)
    interests: Mapping[str, int] = field(default_factory=dict)
    slots: int = 0
    area: int | None = None
    online: bool = False
    capacity: int = 1
    role: Role | None = None
    waiting_since: float = 0.0
    gender: str | None = None
    shown_to: str | Collection[str] = EVERYONE
    children: Collection[str] = frozenset()
    situations: Collection[str] = frozenset()
    offers: Collection[str] = frozenset()
    wishes: Collection[str] = frozenset()
    asynchronous: bool = False

    def __post_init__(self) -> None:
        """Refuse values that no column can hold."""
        if not 0 <= self.slots < 1 << SLOTS:
            raise ValueError("slots must be a number of 21 bits")
        if any(not 0 <= spoken.level <= NATIVE for spoken in self.languages.values()):
            raise ValueError("a language level must lie between 0 and 7")
        if any(not 1 <= strength <= 3 for strength in self.interests.values()):
            raise ValueError("the strength of an interest must lie between 1 and 3")
        if not 0 <= self.capacity <= 255:
            raise ValueError("capacity must lie between 0 and 255")

    def teaches(self) -> set[str]:
        """Return the languages this person can and will help with."""
        told = self.languages.items()
        return {code for code, spoken in told if spoken.teaches and spoken.level >= TEACHING_LEVEL}

    def learns(self) -> set[str]:
        """Return the languages this person wants to get better at."""
        told = self.languages.items()
        return {code for code, spoken in told if spoken.learns and spoken.level < NATIVE}

    def limit(self) -> frozenset[str] | None:
        """Return the genders this person deals with, or None for everyone."""
        if not isinstance(self.shown_to, str):
            return frozenset(self.shown_to)
        if self.shown_to == EVERYONE:
            return None
        if self.shown_to == WOMEN:
            return frozenset({WOMAN})
        if self.shown_to == OWN_GENDER:
            return frozenset({self.gender} if self.gender else ())
        raise ValueError(f"unknown limit {self.shown_to!r}")
