"""What the organisers' desk shows: events with their next date and how full it is, and forms filled in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from welcome.directory.models import Organisation
from welcome.events.finding import Seats, seats_of
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.plans import When
from welcome.events.times import wall_time

MOST_ROWS = 200
WORDS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Row:
    """One event on the desk."""

    event: Event
    date: Occurrence | None
    coming: int
    seats: Seats
    parts: tuple["Row", ...] = ()  #: dates of the same series that say something else

    @property
    def state(self) -> str:
        """Where it stands: draft, published, cancelled or past."""
        if self.event.status is EventStatus.PUBLISHED and not self.coming:
            return "past"
        return self.event.status.value

    @property
    def is_current(self) -> bool:
        """Whether there is still something to do."""
        return self.state in {"draft", "published"}


def organisations(session: Session, ids: set[int] | None) -> list[Organisation]:
    """Return organisations by name; all of them for None."""
    chosen = sa.select(Organisation).order_by(Organisation.name)
    return list(session.scalars(chosen if ids is None else chosen.where(Organisation.id.in_(ids))))


def rows(
    session: Session, organisation_ids: Iterable[int], *, shared: Collection[int] = (), now: datetime
) -> list[Row]:
    """Return the newest events of some organisations, and those shared with them, by what is to be done."""
    events = list(
        session.scalars(
            sa.select(Event)
            .where(sa.or_(Event.organisation_id.in_(list(organisation_ids)), Event.id.in_(list(shared))))
            .options(joinedload(Event.organisation))
            .order_by(Event.id.desc())
            .limit(MOST_ROWS)
        )
    )
    dates = _dates(session, [event.id for event in events])
    coming = {
        event_id: [one for one in own if one.ends_at > now and one.status is not EventStatus.CANCELLED]
        for event_id, own in dates.items()
    }
    shown = {event.id: next(iter(coming.get(event.id) or dates.get(event.id, [])[-1:]), None) for event in events}
    seats = seats_of(session, [date.id for date in shown.values() if date])
    found = []
    for event in events:
        date = shown[event.id]
        counted = seats.get(date.id, Seats()) if date else Seats()
        found.append(Row(event, date, len(coming.get(event.id, [])), counted))
    order = {"draft": 0, "published": 1, "past": 2, "cancelled": 3}
    return sorted(_together(found), key=lambda row: (order[row.state], row.date.starts_at if row.date else now))


def _together(rows: list[Row]) -> list[Row]:
    """Put what was one series under its oldest part that is not over; parts share their name in calendars."""
    series: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        series.setdefault((row.event.organisation_id, row.event.uid), []).append(row)
    found = []
    for parts in series.values():
        lead, *others = sorted(parts, key=lambda row: (not row.is_current, row.event.id))
        found.append(replace(lead, parts=tuple(others)))
    return found


def other_parts(session: Session, event: Event) -> list[Event]:
    """Return the events that hold the other dates of a series, the next one first."""
    same = (Event.organisation_id == event.organisation_id, Event.uid == event.uid, Event.id != event.id)
    found = session.scalars(sa.select(Event).where(*same).options(selectinload(Event.occurrences)))
    return sorted((one for one in found if one.occurrences), key=lambda one: one.occurrences[0].starts_at)


def habits(session: Session, organisation: Organisation) -> dict[str, str]:
    """Return what an organisation's last event was like, so that the next one is not written from nothing."""
    newest = sa.select(Event).where(Event.organisation_id == organisation.id).order_by(Event.id.desc()).limit(1)
    last = session.scalar(newest.options(selectinload(Event.languages), selectinload(Event.occurrences)))
    if last is None:
        return {"language": next(iter(organisation.languages), "")}
    spoken = next(iter(last.languages), None)
    found = {"language": spoken.code if spoken else "", "level": str(spoken.level if spoken else 0)}
    return found | {"venue": str(last.occurrences[-1].venue_id or "") if last.occurrences else ""}


def _dates(session: Session, event_ids: list[int]) -> dict[int, list[Occurrence]]:
    found: dict[int, list[Occurrence]] = {}
    chosen = sa.select(Occurrence).where(Occurrence.event_id.in_(event_ids)).order_by(Occurrence.starts_at)
    for date in session.scalars(chosen):
        found.setdefault(date.event_id, []).append(date)
    return found


def when_of(occurrence: Occurrence) -> When:
    """Return a date by the clock on the wall."""
    zone = occurrence.zone
    return When(wall_time(occurrence.starts_at, zone), wall_time(occurrence.ends_at, zone), zone, occurrence.is_all_day)


def later(when: When, by: timedelta) -> When:
    """Return the same hours on a later day."""
    return replace(when, start=when.start + by, end=when.end + by)


def date_data(occurrence: Occurrence) -> dict[str, Any]:
    """Return what the form about a date starts from."""
    when = when_of(occurrence)
    return {
        "day": when.start.date(),
        "starts": when.start.time(),
        "ends": when.end.time(),
        "last_day": when.end.date() if when.end.date() != when.start.date() else None,
        "venue": str(occurrence.venue_id or ""),
        "place_note": occurrence.place_note,
    }


def form_data(event: Event) -> dict[str, Any]:
    """Return what the form about an event starts from."""
    same = ("title", "about", "capacity", "newcomer_places", "local_places", "opens_to_all_hours")
    data = {name: getattr(event, name) for name in (*same, "arrived_within_weeks")}
    main, second, third = ([*event.languages, None, None, None])[:3]
    interests = dict(zip(("interest", "second_interest", "third_interest"), event.interests, strict=False))
    cost = {None: "unknown", 0: "free"}.get(event.cost_cents, "paid")
    return {
        **data,
        **interests,
        "kind": event.kind.value,
        "language": main.code if main else "",
        "level": str(main.level if main else 0),
        "second_language": second.code if second else "",
        "second_level": str(second.level if second else 0),
        "third_language": third.code if third else "",
        "third_level": str(third.level if third else 0),
        "text_language": event.text_language or "",
        "setting": event.setting.value if event.setting else "",
        "access": {code: WORDS[answer] for code, answer in event.access.items()},
        "cost": cost,
        "price": f"{(event.cost_cents or 0) / 100:.2f}" if cost == "paid" else "",
        "children_welcome": WORDS[event.children_welcome],
        "is_step_free": WORDS[event.is_step_free],
    }
