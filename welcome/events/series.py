"""A series is changed: one of its dates, this and all later ones, or all that are still to come.

Answers stay with their date. Times move by the clock on the wall, so that half past six stays half past six when the
clocks change. Where only some dates are to say something else, these go on as an event of their own, under the same
UID: calendars and the people who come notice nothing but the change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.errors import NotFound, Refusal
from welcome.events import rules, service, terms
from welcome.events.answers.models import OUT, Attendance
from welcome.events.copying import copy_page
from welcome.events.facts import facts_of, state_facts
from welcome.events.letters import EVENT_MOVED
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.planning import plan, plan_end
from welcome.events.plans import Facts, Place, When
from welcome.events.renewing import RENEWED_BEFORE, ended_later, next_dates, place_of_series, series_end
from welcome.events.times import computed_instant, said_instant
from welcome.i18n import lazy_gettext as _l
from welcome.post.service import post


class Reach(StrEnum):
    """Which dates of a series are meant."""

    ONE = "one"
    LATER = "later"
    ALL = "all"


class DateTaken(Refusal):
    """A series has each date once."""

    message = _l("This event already has a date that starts then. Please choose another day or time.")


class CannotRenew(Refusal):
    """Only a series that takes place can go on."""

    message = _l("Only a published series of your own can be renewed.")


class FollowsCalendar(Refusal):
    """What comes from elsewhere would be put back at the next import."""

    message = _l("This event is taken over from another calendar. Its dates can only say something else there.")


@dataclass(frozen=True, slots=True)
class Meant:
    """Some dates of a series, and how many guests come to them or wait."""

    ids: tuple[int, ...]
    guests: int


def reaches(session: Session, occurrence: Occurrence, *, now: datetime) -> dict[Reach, Meant]:
    """Return what each reach would touch, seen from one date; a date that stands alone has only itself."""
    coming = sorted(
        session.scalars(
            sa.select(Occurrence).where(
                Occurrence.event_id == occurrence.event_id,
                Occurrence.ends_at > now,
                Occurrence.status != EventStatus.CANCELLED,
            )
        ),
        key=lambda one: (one.starts_at, one.id),
    )
    later = [one.id for one in coming if (one.starts_at, one.id) >= (occurrence.starts_at, occurrence.id)]
    chosen = {Reach.ONE: [occurrence.id], Reach.LATER: later, Reach.ALL: [one.id for one in coming]}
    if len(coming) < 2:
        del chosen[Reach.LATER], chosen[Reach.ALL]
    return {reach: Meant(tuple(ids), _count_guests(session, ids)) for reach, ids in chosen.items()}


def _count_guests(session: Session, ids: Iterable[int]) -> int:
    answered = sa.select(sa.func.count(Attendance.member_id.distinct())).where(
        Attendance.occurrence_id.in_(list(ids)), Attendance.state.not_in(OUT)
    )
    return session.scalar(answered) or 0


def move_dates(
    session: Session, occurrence_id: int, when: When, place: Place, reach: Reach, *, now: datetime
) -> list[Occurrence]:
    """Give dates of a series another time of day, weekday or place.

    1. The date that the organiser saw gets exactly the time that they said.
    2. The others move by as many days as that one, to the same time of day.
    3. Who comes to several of them gets one letter.
    """
    if reach is Reach.ONE:
        return [service.move_occurrence(session, occurrence_id, when, place, now=now)]
    rules.check_when(when)
    rules.check_coming(said_instant(when.start, when.zone), now)
    said_instant(when.end, when.zone)
    dates = _held(session, occurrence_id, reach, now)
    days = when.start.date() - _wall(_own(dates, occurrence_id)).date()
    changed = []
    for date in dates:
        start = datetime.combine(_wall(date).date() + days, when.start.time())
        moved = When(start, start + when.length, when.zone)
        if service.change_occurrence(session, date, moved, place, now=now, tells=False):
            changed.append(date)
        rules.check_coming(date.starts_at, now)
    plan_end(session, dates[0].event, now=now)
    _tell(session, [date for date in changed if date.is_open], now)
    return dates


def edit_dates(session: Session, occurrence_id: int, facts: Facts, reach: Reach, *, now: datetime) -> Event:
    """Let dates of a series say something else; where others stay as they were, these become an event of their own."""
    occurrence = session.get(Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound
    event = service.held_event(session, occurrence.event_id)
    meant = reaches(session, occurrence, now=now)
    ids = meant.get(reach, meant[Reach.ONE]).ids
    if ids == meant.get(Reach.ALL, meant[Reach.ONE]).ids:
        return service.edit_event(session, event.id, facts, now=now)
    for date_id in sorted(ids):
        service.changeable(session, date_id)
    if event.import_key:
        raise FollowsCalendar
    part = _part(session, event, len(ids) > 1, now)
    session.execute(
        sa.update(Occurrence)
        .where(Occurrence.id.in_(ids))
        .values(event_id=part.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    for one in (event, part):
        plan_end(session, service.get_event(session, one.id), now=now)
    return service.edit_event(session, part.id, facts, now=now)


def _part(session: Session, event: Event, is_series: bool, now: datetime) -> Event:
    part = Event(
        organisation_id=event.organisation_id,
        created_by=event.created_by,
        created_at=now,
        uid=event.uid,
        status=event.status,
        published_at=event.published_at,
        rrule=event.rrule if is_series else None,
        currency=event.currency,
    )
    state_facts(part, facts_of(event), now=now)
    terms.set_terms(part, terms.terms_of(event))
    session.add(part)
    session.flush()
    copy_page(session, event.id, part, now=now)
    return part


def add_date(session: Session, event_id: int, when: When, place: Place, *, now: datetime) -> Occurrence:
    """Give an event one more date, outside its rule; where the event is published the date is too."""
    rules.check_when(when)
    starts_at = said_instant(when.start, when.zone)
    said_instant(when.end, when.zone)
    rules.check_coming(starts_at, now)
    event = service.held_event(session, event_id)
    if event.status is EventStatus.CANCELLED:
        raise rules.AlreadyCancelled
    if event.import_key:
        raise FollowsCalendar
    for one in event.occurrences:  # the only date of an event is now one of several
        one.recurrence_id = one.recurrence_id or one.wall_start
    if any(starts_at == one.starts_at or when.start.isoformat() == one.recurrence_id for one in event.occurrences):
        raise DateTaken
    occurrence = _append(session, event, when, place, now)
    plan_end(session, event, now=now)
    return occurrence


def renew(session: Session, event_id: int, *, now: datetime) -> list[Occurrence]:
    """Let a series go on: as many dates again, at the same place. A second tap finds nothing to do."""
    event = service.held_event(session, event_id)
    last = series_end(event)
    if last is None or event.status is not EventStatus.PUBLISHED:
        raise CannotRenew
    if last.starts_at > now + RENEWED_BEFORE:
        return []
    dates, place = next_dates(event), place_of_series(event)
    known = {date.starts_at for date in event.occurrences}
    added = []
    for ruled, when in dates:
        start = computed_instant(when.start, when.zone)
        if start > now and start not in known:
            added.append(_append(session, event, when, place, now))
            added[-1].recurrence_id = ruled.isoformat()
    event.rrule = ended_later(event.rrule, dates)
    plan_end(session, event, now=now)
    return added


def _append(session: Session, event: Event, when: When, place: Place, now: datetime) -> Occurrence:
    occurrence = service.new_occurrence(event, when, place, is_series=True, now=now)
    event.occurrences.append(occurrence)
    session.flush()
    if event.status is EventStatus.PUBLISHED:
        occurrence.status = EventStatus.PUBLISHED
        session.flush()
        plan(session, occurrence, now=now)
    return occurrence


def _held(session: Session, occurrence_id: int, reach: Reach, now: datetime) -> list[Occurrence]:
    """Hold the dates that are meant, in the order in which dates are always held, and return them by time."""
    occurrence = session.get(Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound
    meant = reaches(session, occurrence, now=now).get(reach, Meant((occurrence_id,), 0))
    held = [service.changeable(session, date_id) for date_id in sorted(meant.ids)]
    return sorted(held, key=lambda one: (one.starts_at, one.id))


def _own(dates: list[Occurrence], occurrence_id: int) -> Occurrence:
    found = [date for date in dates if date.id == occurrence_id]
    if not found:
        raise rules.StartIsPast
    return found[0]


def _wall(date: Occurrence) -> datetime:
    return datetime.fromisoformat(date.wall_start)


def _tell(session: Session, dates: list[Occurrence], now: datetime) -> None:
    """Write to everyone who comes or waits once, about all of their dates that moved."""
    answered = sa.select(Attendance.member_id, Attendance.occurrence_id).where(
        Attendance.occurrence_id.in_([date.id for date in dates if date.starts_at > now]),
        Attendance.state.not_in(OUT),
    )
    theirs: dict[int, set[int]] = {}
    for member_id, date_id in session.execute(answered.order_by(Attendance.member_id)):
        theirs.setdefault(member_id, set()).add(date_id)
    for member_id, ids in theirs.items():
        first, *others = [date for date in dates if date.id in ids]
        args = {"occurrence_id": first.id, "others": [date.id for date in others]}
        key = f"{first.id}:sequence:{first.sequence}:member:{member_id}"
        post(session, EVENT_MOVED, member_id, args, key=key, now=now)
