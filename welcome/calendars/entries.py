"""What a calendar file holds, as plain values, and why an entry of it cannot be used."""

from dataclasses import dataclass, field
from datetime import date, datetime

from welcome.errors import Refusal
from welcome.events.plans import When
from welcome.i18n import gettext as _
from welcome.i18n import lazy_gettext as _l

MOST_DATES_OF_SERIES = 5_000


class CalendarHostile(Refusal):
    """An entry that would fill the database: then the rest of the file is not trusted either."""

    message = _l("Line %(line)s (%(uid)s): %(sentence)s Nothing was changed.")


class EntryBroken(Refusal):
    """One entry of the file cannot be used; the others can."""

    message = _l("This entry cannot be used.")


class NoUid(EntryBroken):
    """Without a name it could not be found again."""

    message = _l("The entry has no UID.")


class NoStart(EntryBroken):
    """Without a start there is no event."""

    message = _l("The entry has no start (DTSTART).")


class TimeBroken(EntryBroken):
    """A time that is none."""

    message = _l("A date or time of the entry is not understood.")


class RangeUnknown(EntryBroken):
    """A change to all earlier dates, which RFC 5545 has given up."""

    message = _l("Changes to all earlier dates (RANGE) cannot be taken over.")


class ZoneUnknown(EntryBroken):
    """A zone that no table knows."""

    message = _l("The time zone %(zone)s is not known.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry that was left out, and why."""

    line: int
    uid: str
    refusal: Refusal

    def __str__(self) -> str:
        words = {"line": self.line, "uid": self.uid[:80] or _("no UID"), "sentence": str(self.refusal)}
        return str(_("Line %(line)s (%(uid)s): %(sentence)s", **words))


@dataclass(frozen=True, slots=True)
class Entry:
    """One VEVENT: a single event, the rule of a series, or a change to its dates."""

    uid: str
    line: int
    when: When
    title: str
    about: str = ""
    place: str = ""
    url: str | None = None
    is_free: bool = False
    is_cancelled: bool = False
    sequence: int = 0
    rule: str | None = None
    changes: date | None = None  #: the day or wall time of the date that this entry changes, by its own clock
    changes_later: bool = False  #: and all that follow it
    extra: tuple[datetime, ...] = ()
    without: tuple[datetime | date, ...] = ()


@dataclass(slots=True)
class Reading:
    """What a file holds: its entries and what was wrong."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
