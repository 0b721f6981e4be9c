"""Taking over a calendar: every event and every date of a series, again and again without doubling.

An event is known by its UID, a date of a series by the wall time that the rule gave it. What the file no longer says is
called off; what organisers added here (languages, places, access) stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from welcome.calendars.entries import Entry, Problem, Reading
from welcome.calendars.planning import PlannedDate, PlannedEvent, plan_import
from welcome.directory.rules import plain
from welcome.events import service
from welcome.events.facts import facts_of, state_facts
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.planning import plan
from welcome.events.plans import Facts, Place
from welcome.i18n import gettext as _


@dataclass(slots=True)
class Result:
    """What an import did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    dates: int = 0
    problems: list[Problem] = field(default_factory=list)


def import_calendar(session: Session, organisation_id: int, reading: Reading, *, now: datetime) -> Result:
    """Make an organisation's events agree with a calendar file. What the file leaves out altogether stays."""
    planned, problems = plan_import(reading, now=now)
    return follow(session, organisation_id, planned, problems, now=now)


def follow(
    session: Session, organisation_id: int, planned: Iterable[PlannedEvent], problems: list[Problem], *, now: datetime
) -> Result:
    """Make an organisation's events agree with what was planned."""
    result = Result(problems=problems)
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
    state_facts(event, _facts(Facts(title=""), source), now=now)
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
    _say(occurrence, wanted)
    occurrence.status = EventStatus.CANCELLED if wanted.is_cancelled else EventStatus.PUBLISHED
    event.occurrences.append(occurrence)
    session.flush()
    if occurrence.is_open and occurrence.starts_at > now:
        plan(session, occurrence, now=now)


def _follow(session: Session, event: Event, wanted: PlannedEvent, now: datetime) -> bool:
    """Bring a known event up to date; return whether anything changed."""
    before = facts_of(event)
    after = _facts(before, wanted.source)
    is_changed = before != after or event.source_url != wanted.source.url or event.rrule != wanted.source.rule
    if before.title != after.title:
        service.renumber(event, now=now)
    if is_changed:
        state_facts(event, after, now=now)
        event.source_url, event.rrule = wanted.source.url, wanted.source.rule
    known = _known_dates(event, wanted)
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


def _known_dates(event: Event, wanted: PlannedEvent) -> dict[str | None, Occurrence]:
    """Return the dates by their recurrence ids; the only date of an event may have become one of several, or back."""
    known = {occurrence.recurrence_id: occurrence for occurrence in event.occurrences}
    if None in known and known[None].wall_start in wanted.dates:
        only = known.pop(None)
        only.recurrence_id = only.wall_start
        known[only.recurrence_id] = only
    elif None in wanted.dates and None not in known:
        start = wanted.dates[None].when.start.isoformat()
        if start in known:
            known[start].recurrence_id = None
            known[None] = known.pop(start)
    return known


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
    is_told_anew = _say(occurrence, wanted)
    is_moved = service.change_occurrence(session, occurrence, wanted.when, place, now=now)
    if is_told_anew and not is_moved:
        occurrence.sequence, occurrence.changed_at = occurrence.sequence + 1, now
    if is_back and occurrence.starts_at > now:
        plan(session, occurrence, now=now)
    return is_back or is_moved or is_told_anew


def _say(occurrence: Occurrence, wanted: PlannedDate) -> bool:
    """Let a date say what it says of its own; return whether that is new."""
    is_new = (occurrence.own_title, occurrence.own_about) != (wanted.title, wanted.about)
    occurrence.own_title, occurrence.own_about = wanted.title, wanted.about
    occurrence.own_words = plain(f"{wanted.title} {wanted.about}")
    return is_new


def _facts(before: Facts, source: Entry) -> Facts:
    cost = 0 if source.is_free else before.cost_cents
    title = source.title or str(_("Event without a title"))
    return replace(before, title=title, about=source.about, cost_cents=cost)


def _settle(event: Event) -> None:
    """An event is cancelled when all its dates are."""
    is_on = any(occurrence.status is not EventStatus.CANCELLED for occurrence in event.occurrences)
    event.status = EventStatus.PUBLISHED if is_on else EventStatus.CANCELLED
