"""Where a date is, as far as a given reader may know it: pages, letters, calendars and search engines all ask here."""

from dataclasses import dataclass
from typing import Protocol

from welcome.events.answers.models import AttendanceState
from welcome.events.models import Occurrence


class Answered(Protocol):
    """What somebody's answer came to."""

    @property
    def state(self) -> AttendanceState:
        """Where it stands."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a reader is told about the place; ``is_whole`` is False where the rest is for those who have a place."""

    name: str = ""
    address: str = ""
    note: str = ""
    area: str = ""
    is_whole: bool = True

    @property
    def line(self) -> str:
        """The place in one line; of a hidden one the district alone."""
        parts = (self.name, self.address, self.note) if self.is_whole else (self.area,)
        return ", ".join(part for part in parts if part)


def where_is(occurrence: Occurrence, *, is_in: bool = False) -> Whereabouts:
    """Tell where a date is: to somebody who has a place there (``is_in``), or to everybody else."""
    venue = occurrence.venue
    area = venue.area.name if venue and venue.area else ""
    if occurrence.event.hides_address and not is_in:
        return Whereabouts(area=area, is_whole=False)
    if venue is None:
        return Whereabouts(note=occurrence.place_note)
    return Whereabouts(venue.name, venue.address, occurrence.place_note, area)


def place_of(occurrence: Occurrence, *, is_in: bool = False) -> str:
    """Tell where a date is, in one line."""
    return where_is(occurrence, is_in=is_in).line


def has_place(answer: "Answered | None") -> bool:
    """Whether somebody has a place for sure, and so may know the address."""
    return answer is not None and answer.state is AttendanceState.GOING
