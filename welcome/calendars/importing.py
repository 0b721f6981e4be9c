"""Taking over a calendar: every event and every date of a series, again and again without doubling.

An event is known by its UID, a date of a series by the wall time that the rule gave it. What the file no longer says is
called off; what organisers added here (languages, places, access) stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import process_time

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from welcome.calendars.lines import CalendarTooLarge
from welcome.calendars.reading import Entry, Problem, Reading
from welcome.errors import Refusal
from welcome.events import service
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.planning import plan
from welcome.events.plans import Facts, Place, When
from welcome.events.recurrence import RuleTooFast, TooManyDates, dates_of
from welcome.i18n import lazy_gettext as _l

AHEAD = timedelta(days=366)
MOST_DATES_OF_SERIES = 5_000
MOST_DATES = 10_000
MOST_SECONDS = 1  #: of the processor: rules that never match are slow to find out


class CalendarHostile(Refusal):
    """An entry that would fill the database: then the rest of the file is not trusted either."""

    message = _l("Line %(line)s (%(uid)s): %(sentence)s Nothing was changed.")


@dataclass(slots=True)
class Result:
    """What an import did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    dates: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One date as the file wants it."""

    when: When
    place: str
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """One event as the file wants it: its dates by their recurrence ids (None: the only one)."""

    source: Entry
    dates: dict[str | None, PlannedDate]


def plan_import(reading: Reading, *, now: datetime) -> tuple[list[PlannedEvent], list[Problem]]:
    """Work out every date of a file before anything is written. Raises CalendarHostile or CalendarTooLarge."""
    planned, problems, total, began = [], list(reading.problems), 0, process_time()
    for entries in _by_uid(reading.entries).values():
        try:
            planned.append(_planned(entries, now))
        except (RuleTooFast, TooManyDates) as refusal:
            raise CalendarHostile(line=entries[0].line, uid=entries[0].uid, sentence=str(refusal)) from refusal
        except Refusal as refusal:
            problems.append(Problem(entries[0].line, entries[0].uid, str(refusal)))
            continue
        total += len(planned[-1].dates)
        if total > MOST_DATES or process_time() - began > MOST_SECONDS:
            raise CalendarTooLarge
    return planned, problems


def import_calendar(session: Session, organisation_id: int, reading: Reading, *, now: datetime) -> Result:
    """Make an organisation's events agree with a calendar file."""
    planned, problems = plan_import(reading, now=now)
    result = Result(problems=sorted(problems, key=lambda problem: problem.line))
    known = _known_events(session, organisation_id)
    for wanted in planned:
        event = known.get(wanted.source.uid)
        result.dates += len(wanted.dates)
        if event is None:
            _add(session, organisation_id, wanted, now)
            result.added += 1
        elif _follow(session, event, wanted, now):
            result.changed += 1
        else:
            result.unchanged += 1
    session.flush()
    return result


def _by_uid(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Gather what belongs together; of two versions of the same thing the later one counts."""
    newest: dict[str, dict[datetime | None, Entry]] = {}
    for entry in entries:
        versions = newest.setdefault(entry.uid, {})
        before = versions.get(entry.changes)
        if before is None or entry.sequence >= before.sequence:
            versions[entry.changes] = entry
    return {uid: sorted(versions.values(), key=_masters_first) for uid, versions in newest.items()}


def _masters_first(entry: Entry) -> tuple[bool, int]:
    return entry.changes is not None, entry.line


def _planned(entries: list[Entry], now: datetime) -> PlannedEvent:
    master, *changes = entries
    if master.changes is not None:  # a file may hold single dates of a series without its rule
        master, changes = replace(master, changes=None), entries
        dates: dict[str | None, PlannedDate] = {}
    elif master.rule is None and not master.extra and not changes:
        dates = {None: _date(master, master.when)}
    else:
        dates = {start.isoformat(): _date(master, _at(master.when, start)) for start in _starts(master, now)}
    for change in changes:
        moment = change.changes or change.when.start
        dates[moment.isoformat()] = _date(change, change.when)
    return PlannedEvent(master, dates)


def _starts(master: Entry, now: datetime) -> list[datetime]:
    until = max(now.replace(tzinfo=None), master.when.start) + AHEAD
    days = {moment for moment in master.without if not isinstance(moment, datetime)}
    without = [moment for moment in master.without if isinstance(moment, datetime)]
    rule = master.rule or "FREQ=DAILY;COUNT=1"
    starts = dates_of(
        rule,
        master.when.start,
        until=until,
        zone=master.when.zone,
        extra=master.extra,
        without=without,
        most=MOST_DATES_OF_SERIES,
    )
    return [start for start in starts if start.date() not in days]


def _at(when: When, start: datetime) -> When:
    return replace(when, start=start, end=start + when.length)


def _date(entry: Entry, when: When) -> PlannedDate:
    return PlannedDate(when, entry.place, entry.is_cancelled)


def _known_events(session: Session, organisation_id: int) -> dict[str, Event]:
    imported = (
        sa.select(Event)
        .where(Event.organisation_id == organisation_id, Event.import_key.is_not(None))
        .options(selectinload(Event.occurrences), selectinload(Event.languages))
        .order_by(Event.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {event.import_key or "": event for event in session.scalars(imported)}


def _add(session: Session, organisation_id: int, wanted: PlannedEvent, now: datetime) -> None:
    source = wanted.source
    event = Event(organisation_id=organisation_id, created_at=now, uid=source.uid, import_key=source.uid)
    service.state_facts(event, _facts(Facts(title=source.title), source), now=now)
    event.source_url, event.rrule = source.url, source.rule
    event.status, event.published_at = EventStatus.PUBLISHED, now
    session.add(event)
    for recurrence_id, wanted_date in wanted.dates.items():
        _add_date(session, event, recurrence_id, wanted_date, now)
    _settle(event)


def _add_date(session: Session, event: Event, recurrence_id: str | None, wanted: PlannedDate, now: datetime) -> None:
    place = Place(note=wanted.place)
    occurrence = service.new_occurrence(event, wanted.when, place, is_series=False, now=now)
    occurrence.recurrence_id = recurrence_id
    occurrence.status = EventStatus.CANCELLED if wanted.is_cancelled else EventStatus.PUBLISHED
    event.occurrences.append(occurrence)
    session.flush()
    if occurrence.is_open and occurrence.starts_at > now:
        plan(session, occurrence, now=now)


def _follow(session: Session, event: Event, wanted: PlannedEvent, now: datetime) -> bool:
    """Bring a known event up to date; return whether anything changed."""
    before = service.facts_of(event)
    after = _facts(before, wanted.source)
    is_changed = before != after or event.source_url != wanted.source.url or event.rrule != wanted.source.rule
    if before.title != after.title:
        service.renumber(event, now=now)
    if is_changed:
        service.state_facts(event, after, now=now)
        event.source_url, event.rrule = wanted.source.url, wanted.source.rule
    known = {occurrence.recurrence_id: occurrence for occurrence in event.occurrences}
    for recurrence_id, wanted_date in wanted.dates.items():
        if recurrence_id not in known:
            _add_date(session, event, recurrence_id, wanted_date, now)
            is_changed = True
        else:
            is_changed |= _follow_date(session, known[recurrence_id], wanted_date, now)
    for recurrence_id, occurrence in known.items():
        if recurrence_id not in wanted.dates and occurrence.is_open and occurrence.starts_at > now:
            service.cancel_occurrence(session, occurrence.id, now=now)
            is_changed = True
    _settle(event)
    return is_changed


def _follow_date(session: Session, occurrence: Occurrence, wanted: PlannedDate, now: datetime) -> bool:
    if wanted.is_cancelled:
        if occurrence.is_open:
            service.cancel_occurrence(session, occurrence.id, now=now)
            return True
        return False
    is_back = occurrence.status is EventStatus.CANCELLED
    if is_back:
        occurrence.status, occurrence.sequence = EventStatus.PUBLISHED, occurrence.sequence + 1
    place = Place(occurrence.venue_id, wanted.place)
    is_moved = service.change_occurrence(session, occurrence, wanted.when, place, now=now)
    if is_back and occurrence.starts_at > now:
        plan(session, occurrence, now=now)
    return is_back or is_moved


def _facts(before: Facts, source: Entry) -> Facts:
    cost = 0 if source.is_free else before.cost_cents
    return replace(before, title=source.title, about=source.about, cost_cents=cost)


def _settle(event: Event) -> None:
    """An event is cancelled when all its dates are."""
    is_on = any(occurrence.status is not EventStatus.CANCELLED for occurrence in event.occurrences)
    event.status = EventStatus.PUBLISHED if is_on else EventStatus.CANCELLED
