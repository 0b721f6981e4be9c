"""Calendar files and links: the same date in everybody's own calendar, at its own local time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import icalendar

from welcome.events.clocks import vtimezone
from welcome.events.models import EventStatus, Occurrence
from welcome.events.places import place_of

PRODUCT = "-//Welcome//Welcome//EN"
CALENDAR_TYPE = "text/calendar"
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment. Instants are aware; ``zone`` is where it takes place."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime
    sequence: int = 0
    is_all_day: bool = False
    is_cancelled: bool = False
    is_tentative: bool = False
    recurrence_at: datetime | None = None  #: of a date of a series: when the rule put it, wherever it was moved since
    place: str = ""
    about: str = ""
    url: str = ""

    @property
    def local_start(self) -> datetime:
        """When it starts by the clock on the wall there."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> datetime:
        """When it ends by the clock on the wall there."""
        return self.ends_at.astimezone(ZoneInfo(self.zone))


def path_of(occurrence: Occurrence) -> str:
    """Return the path of the page about one date."""
    return f"/events/{occurrence.event.public_id}?on={occurrence.public_id}"


def entry_of(occurrence: Occurrence, url: str, *, is_in: bool = False) -> Entry:
    """Return a date as an appointment, for somebody who has a place there (``is_in``) or for everybody."""
    event = occurrence.event
    return Entry(
        uid=event.uid,
        title=occurrence.title,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        zone=occurrence.zone,
        changed_at=occurrence.changed_at,
        sequence=occurrence.sequence,
        is_all_day=occurrence.is_all_day,
        is_cancelled=occurrence.status is EventStatus.CANCELLED,
        recurrence_at=_recurrence_at(occurrence),
        place=place_of(occurrence, is_in=is_in),
        about=occurrence.about,
        url=url,
    )


def _recurrence_at(occurrence: Occurrence) -> datetime | None:
    if occurrence.recurrence_id is None:
        return None
    return datetime.fromisoformat(occurrence.recurrence_id).replace(tzinfo=ZoneInfo(occurrence.zone))


def calendar_file(entries: Iterable[Entry], *, name: str = "", refreshed: timedelta | None = None) -> bytes:
    """Write an iCalendar file with the time zones that it needs.

    The dates of a series share its UID and are told apart by their RECURRENCE-ID. There is no rule among them: each
    reader wants other dates, and a date that somebody does not go to would come back with the rule.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", " ".join(name.split()))  # the one text that is not escaped
    if refreshed:
        calendar.refresh_interval = refreshed
        calendar.add("x-published-ttl", f"PT{refreshed // timedelta(minutes=1)}M")
    chosen = list(entries)
    for zone in dict.fromkeys(entry.zone for entry in chosen if not entry.is_all_day):
        moments = [moment for entry in chosen if entry.zone == zone for moment in _moments(entry)]
        calendar.add_component(vtimezone(zone, min(moments), max(moments)))
    for entry in chosen:
        calendar.add_component(_component(entry))
    return bytes(calendar.to_ical())


def _moments(entry: Entry) -> tuple[datetime, ...]:
    return (entry.starts_at, entry.ends_at, entry.recurrence_at or entry.starts_at)


def _component(entry: Entry) -> icalendar.Event:
    component = icalendar.Event()
    component.add("uid", entry.uid)
    component.add("sequence", entry.sequence)
    component.add("dtstamp", entry.changed_at.astimezone(UTC))
    component.add("last-modified", entry.changed_at.astimezone(UTC))
    first, last = _span(entry)
    component.add("dtstart", first)
    component.add("dtend", last)
    component.add("summary", _lines(entry.title))
    if entry.recurrence_at:
        component.add("recurrence-id", entry.recurrence_at.date() if entry.is_all_day else entry.recurrence_at)
    component.add("status", _status(entry))
    if entry.is_tentative:
        component.add("transp", "TRANSPARENT")
    for name, text in (("location", entry.place), ("description", entry.about), ("url", entry.url)):
        if text:
            component.add(name, _lines(text))
    return component


def _lines(text: str) -> str:
    """Leave one kind of line end: the others would end the line of the file."""
    return "\n".join(text.splitlines())


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_tentative else "CONFIRMED"


def _span(entry: Entry) -> tuple[date, date]:
    """Return start and end as the file shows them: days for an all-day entry, else times in its zone."""
    if not entry.is_all_day:
        return entry.local_start, entry.local_end
    last = entry.local_end
    return entry.local_start.date(), last.date() if last.time() == time() else last.date() + timedelta(days=1)


def google_link(entry: Entry) -> str:
    """Return the address that puts an entry into Google Calendar."""
    first, last = _span(entry)
    form = "%Y%m%d" if entry.is_all_day else "%Y%m%dT%H%M%S"
    words = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": f"{first:{form}}/{last:{form}}",
        "ctz": entry.zone,
        "details": entry.url,
        "location": entry.place,
    }
    return f"{GOOGLE}?{urlencode(words)}"


def outlook_link(entry: Entry) -> str:
    """Return the address that puts an entry into Outlook."""
    first, last = _span(entry)
    words = {
        "rru": "addevent",
        "subject": entry.title,
        "startdt": first.isoformat(),
        "enddt": last.isoformat(),
        "body": entry.url,
        "location": entry.place,
        "allday": "true" if entry.is_all_day else "false",
    }
    return f"{OUTLOOK}?{urlencode(words)}"
