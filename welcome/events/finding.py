"""Which events there are: for everybody, for one member, for an organiser, and how full they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids
from welcome.directory.models import Area, Venue
from welcome.events.models import (
    Attendance,
    AttendanceState,
    Event,
    EventKind,
    EventLanguage,
    EventStatus,
    Occurrence,
    Pool,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for; what is None or False does not matter to them."""

    area: str | None = None
    language: str | None = None
    kind: EventKind | None = None
    is_free: bool = False
    is_step_free: bool = False
    children_welcome: bool = False
    each_once: bool = False  #: of a series the next date only


@dataclass(frozen=True, slots=True)
class Seats:
    """How the places of one date are taken."""

    newcomers: int = 0
    locals: int = 0
    others: int = 0
    waiting: int = 0

    @property
    def taken(self) -> int:
        """How many people come."""
        return self.newcomers + self.locals + self.others


EVERYTHING = Filters()


def coming_occurrences(
    session: Session, *, now: datetime, limit: int = 20, offset: int = 0, filters: Filters = EVERYTHING
) -> list[Occurrence]:
    """Return the next published dates, each with its event, organiser, languages and place."""
    chosen = _coming(now, filters).order_by(Occurrence.starts_at, Occurrence.id).limit(limit).offset(offset)
    return list(session.scalars(chosen.options(*_whole())))


def count_coming(session: Session, *, now: datetime, filters: Filters = EVERYTHING) -> int:
    """Count all dates that `coming_occurrences` would go through."""
    return session.scalar(sa.select(sa.func.count()).select_from(_coming(now, filters).subquery())) or 0


def coming_of_organisation(
    session: Session, organisation_id: int, *, now: datetime, limit: int = 10
) -> list[Occurrence]:
    """Return the next published dates of one organisation."""
    chosen = _coming(now, EVERYTHING).where(Event.organisation_id == organisation_id)
    return list(session.scalars(chosen.order_by(Occurrence.starts_at).limit(limit).options(*_whole())))


def occurrences_of_member(session: Session, member_id: int, *, now: datetime) -> list[tuple[Occurrence, Attendance]]:
    """Return the dates that a member will go to or waits for, the next one first; cancelled ones are among them."""
    chosen = (
        sa.select(Occurrence, Attendance)
        .join(Attendance, Attendance.occurrence_id == Occurrence.id)
        .join(Occurrence.event)
        .where(
            Attendance.member_id == member_id,
            Attendance.state != AttendanceState.LEFT,
            Occurrence.ends_at > now,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .options(*_whole())
    )
    return [(occurrence, answer) for occurrence, answer in session.execute(chosen)]


def seats_of(session: Session, occurrence_ids: Iterable[int]) -> dict[int, Seats]:
    """Count who comes and who waits, per side, for several dates by one statement."""
    counted = (
        sa.select(Attendance.occurrence_id, Attendance.state, Attendance.pool, sa.func.sum(Attendance.party))
        .where(Attendance.occurrence_id.in_(list(occurrence_ids)), Attendance.state != AttendanceState.LEFT)
        .group_by(Attendance.occurrence_id, Attendance.state, Attendance.pool)
    )
    names: dict[Pool | None, str] = {Pool.NEWCOMER: "newcomers", Pool.LOCAL: "locals"}
    sums: dict[int, dict[str, int]] = {}
    for occurrence_id, state, pool, people in session.execute(counted):
        name = "waiting" if state is AttendanceState.WAITING else names.get(pool, "others")
        row = sums.setdefault(occurrence_id, {})
        row[name] = row.get(name, 0) + int(people)
    return {occurrence_id: Seats(**row) for occurrence_id, row in sums.items()}


def guests(session: Session, occurrence_id: int, *, seen_by: int | None = None) -> list[Attendance]:
    """Return who comes, in order; for a fellow guest without those kept apart from them."""
    chosen = (
        sa.select(Attendance)
        .join(Attendance.member)
        .where(Attendance.occurrence_id == occurrence_id, Attendance.state != AttendanceState.LEFT, Member.is_present)
        .order_by(Attendance.state, Attendance.turn)
        .options(contains_eager(Attendance.member))
    )
    apart = blocked_ids(session, seen_by) if seen_by else set()
    return [answer for answer in session.scalars(chosen) if answer.member_id not in apart]


def find_occurrence(session: Session, public_id: str) -> Occurrence | None:
    """Return one date with everything about it."""
    return session.scalar(
        sa.select(Occurrence).join(Occurrence.event).where(Occurrence.public_id == public_id).options(*_whole())
    )


def find_event(session: Session, public_id: str) -> Event | None:
    """Return an event with its languages, dates and places."""
    venues = selectinload(Event.occurrences).joinedload(Occurrence.venue).joinedload(Venue.area)
    everything = (joinedload(Event.organisation), selectinload(Event.languages), venues)
    return session.scalar(sa.select(Event).where(Event.public_id == public_id).options(*everything))


def count_dates(session: Session, event_ids: Iterable[int], *, now: datetime) -> dict[int, int]:
    """Count the dates that are still to come, for several events by one statement."""
    counted = (
        sa.select(Occurrence.event_id, sa.func.count())
        .where(
            Occurrence.event_id.in_(list(event_ids)),
            Occurrence.status == EventStatus.PUBLISHED,
            Occurrence.ends_at > now,
        )
        .group_by(Occurrence.event_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def languages_spoken(session: Session, *, now: datetime) -> list[str]:
    """Return the languages of coming events, for the filter."""
    coming = sa.select(EventLanguage.code).join(Occurrence, Occurrence.event_id == EventLanguage.event_id)
    open_now = coming.where(Occurrence.status == EventStatus.PUBLISHED, Occurrence.ends_at > now)
    return sorted(session.scalars(open_now.distinct()))


def areas_of_events(session: Session) -> list[Area]:
    """Return the areas in their order, for the filter."""
    return list(session.scalars(sa.select(Area).order_by(Area.position, Area.name)))


def _coming(now: datetime, filters: Filters) -> sa.Select[Occurrence]:
    chosen = sa.select(Occurrence).join(Occurrence.event)
    chosen = chosen.where(Occurrence.status == EventStatus.PUBLISHED, Occurrence.ends_at > now)
    if filters.each_once:
        chosen = chosen.where(Occurrence.id == _next_of_event(now))
    if filters.area:
        chosen = chosen.join(Occurrence.venue).join(Venue.area).where(Area.slug == filters.area)
    if filters.language:
        chosen = chosen.where(Event.languages.any(EventLanguage.code == filters.language))
    if filters.kind:
        chosen = chosen.where(Event.kind == filters.kind)
    if filters.is_free:
        chosen = chosen.where(Event.cost_cents == 0)
    if filters.is_step_free:
        chosen = chosen.where(Event.is_step_free.is_(True))
    if filters.children_welcome:
        chosen = chosen.where(Event.children_welcome.is_(True))
    return chosen


def _next_of_event(now: datetime) -> sa.ScalarSelect[int]:
    """Select the next date of the event that the outer query speaks of."""
    other = aliased(Occurrence)
    coming = (
        other.event_id == Occurrence.event_id,
        other.status == EventStatus.PUBLISHED,
        other.ends_at > now,
    )
    first = sa.select(other.id).where(*coming).order_by(other.starts_at, other.id).limit(1)
    return first.correlate(Occurrence).scalar_subquery()


def _whole() -> tuple[sa.orm.interfaces.LoaderOption, ...]:
    event = contains_eager(Occurrence.event)
    return (
        event.joinedload(Event.organisation),
        event.selectinload(Event.languages),
        joinedload(Occurrence.venue).joinedload(Venue.area),
    )
