"""What organisers and imported calendars say about an event, as plain values on their way to the services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from welcome.events.answers.models import Greeting, Listed
from welcome.events.models import EventKind, Setting


@dataclass(frozen=True, slots=True)
class Speaking:
    """A language at an event and the level one needs (0: none)."""

    code: str
    level: int = 0
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about an event but its dates."""

    title: str
    about: str = ""
    kind: EventKind = EventKind.OPEN
    languages: tuple[Speaking, ...] = ()
    cost_cents: int | None = None
    cost_note: str = ""
    children_welcome: bool | None = None
    is_step_free: bool | None = None
    access: Mapping[str, bool] = field(default_factory=dict)
    setting: Setting | None = None
    text_language: str | None = None
    interests: tuple[str, ...] = ()
    capacity: int | None = None
    newcomer_places: int | None = None
    local_places: int | None = None
    opens_to_all_hours: int = 48
    arrived_within_weeks: int | None = None


@dataclass(frozen=True, slots=True)
class When:
    """A date by the clock on the wall: naive times and their zone."""

    start: datetime
    end: datetime
    zone: str
    is_all_day: bool = False

    @property
    def length(self) -> timedelta:
        """How long it takes by the clock on the wall."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody comes: as whom fellow guests see them, and whether they are met at the door or meet others."""

    listed: Listed = Listed.FIRST_NAME
    name: str = ""
    greeting: Greeting | None = None


AS_USUAL = Manner()


@dataclass(frozen=True, slots=True)
class Terms:
    """How people get a place."""

    first_timer_places: int | None = None
    is_strict_order: bool = False
    hold_hours: int | None = None
    needs_approval: bool = False
    hides_address: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is."""

    venue_id: int | None = None
    note: str = ""


NOWHERE = Place()
