"""Which events there are: for everybody, for one member, for an organiser, and how full they are."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids
from welcome.directory.models import Area, Venue
from welcome.events.answers.models import COUNTED, OUT, Attendance, AttendanceState, Pool
from welcome.events.filters import EVERYTHING, LONGEST, Filters, coming, count_events
from welcome.events.models import Event, EventLanguage, EventStatus, EventText, Occurrence
from welcome.events.reasons import Liking, liking_of, liking_parts

SHOWN = (*COUNTED, AttendanceState.WAITING, AttendanceState.APPLIED)

MOST_COUNTED = 1_000  #: nobody turns more pages; so a list costs the same however much there is


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a long list."""

    dates: list[Occurrence]
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader's own answer came to."""

    state: AttendanceState
    party: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen when looking for events, and what is known of the reader and of some events."""

    areas: list[tuple[str, str]]
    languages: list[str]
    dates: dict[int, int]  #: how many are to come, by event
    liking: Liking


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


def coming_occurrences(
    session: Session, *, now: datetime, limit: int = 20, offset: int = 0, filters: Filters = EVERYTHING
) -> list[Occurrence]:
    """Return the next published dates, each with its event, organiser, languages and place."""
    chosen = coming(now, filters).order_by(Occurrence.starts_at, Occurrence.id).limit(limit).offset(offset)
    return list(session.scalars(chosen.options(*_whole())))


def page_of_coming(session: Session, number: int, *, now: datetime, filters: Filters, size: int) -> Page:
    """Return one page of coming events, each by its next date that fits, and how many events there are, by one
    statement; past the end the last page."""
    wanted = replace(filters, each_once=True)
    total = count_events(now, wanted, MOST_COUNTED + 1)
    chosen = coming(now, wanted).order_by(Occurrence.starts_at, Occurrence.id).options(*_whole())
    rows = session.execute(chosen.add_columns(total).limit(size).offset(size * (number - 1))).all()
    if rows:
        return Page([row[0] for row in rows], rows[0][1], number)
    if number == 1:
        return Page([], 0, 1)
    found = session.scalar(sa.select(total)) or 0
    return page_of_coming(session, max(1, -(-found // size)), now=now, filters=filters, size=size)


def coming_of_organisation(
    session: Session, organisation_id: int, *, now: datetime, limit: int = 10
) -> list[Occurrence]:
    """Return the next published dates of one organisation."""
    chosen = coming(now, Filters(organisation_id=organisation_id))
    return list(session.scalars(chosen.order_by(Occurrence.starts_at).limit(limit).options(*_whole())))


def occurrences_of_member(session: Session, member_id: int, *, now: datetime) -> list[tuple[Occurrence, Attendance]]:
    """Return the dates that a member will go to or waits for, the next one first; cancelled ones are among them."""
    chosen = (
        sa.select(Occurrence, Attendance)
        .join(Attendance, Attendance.occurrence_id == Occurrence.id)
        .join(Occurrence.event)
        .where(
            Attendance.member_id == member_id,
            Attendance.state.not_in(OUT),
            Occurrence.ends_at > now,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .options(*_whole())
    )
    return [(occurrence, answer) for occurrence, answer in session.execute(chosen)]


def seats_of(session: Session, occurrence_ids: Iterable[int]) -> dict[int, Seats]:
    """Count who comes and who waits, per side, for several dates by one statement."""
    return seats_and_answers(session, occurrence_ids, None)[0]


def seats_and_answers(
    session: Session, occurrence_ids: Iterable[int], reader_id: int | None
) -> tuple[dict[int, Seats], dict[int, Answer]]:
    """Count places as `seats_of` does, and find the reader's own answers in the same statement."""
    own = sa.func.sum(sa.case((Attendance.member_id == reader_id, Attendance.party), else_=0))
    people = sa.func.sum(Attendance.party + sa.case((Attendance.waits_with_id.is_not(None), 1), else_=0))
    counted = (
        sa.select(Attendance.occurrence_id, Attendance.state, Attendance.pool, people, own)
        .where(Attendance.occurrence_id.in_(list(occurrence_ids)), Attendance.state.not_in(OUT))
        .group_by(Attendance.occurrence_id, Attendance.state, Attendance.pool)
    )
    names: dict[Pool | None, str] = {Pool.NEWCOMER: "newcomers", Pool.LOCAL: "locals"}
    sums: dict[int, dict[str, int]] = {}
    answers: dict[int, Answer] = {}
    for occurrence_id, state, pool, people, party in session.execute(counted):
        if party:
            answers[occurrence_id] = Answer(state, int(party))
        if pool is None and state is not AttendanceState.WAITING:
            continue  # nobody is waiting before they have confirmed, or before the organisers said yes
        name = "waiting" if state is AttendanceState.WAITING else names.get(pool, "others")
        row = sums.setdefault(occurrence_id, {})
        row[name] = row.get(name, 0) + int(people)
    return {occurrence_id: Seats(**row) for occurrence_id, row in sums.items()}, answers


def guests(session: Session, occurrence_id: int, *, seen_by: int | None = None) -> list[Attendance]:
    """Return all answers for the organisers, in order, without those who are kept apart from the reader.

    What fellow guests see of each other is less: see ``answers.company``.
    """
    chosen = (
        sa.select(Attendance)
        .join(Attendance.member)
        .where(Attendance.occurrence_id == occurrence_id)
        .where(Attendance.state.in_(SHOWN), sa.or_(Member.is_present, Member.guest_email.is_not(None)))
        .order_by(Attendance.turn)
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
    """Return an event with its languages, texts, picture, dates and places."""
    return find_event_for(session, public_id, None)[0]


def find_event_for(
    session: Session, public_id: str, reader_id: int | None
) -> tuple[Event | None, dict[int, Attendance]]:
    """Return the same, and the reader's own answers by date; by two statements, however many dates there are."""
    of_event = (Event.organisation, Event.languages, Event.texts, Event.picture)
    one = sa.select(Event).where(Event.public_id == public_id).options(*map(joinedload, of_event))
    event = session.scalars(one).unique().one_or_none()
    if event is None:
        return None, {}
    own = sa.and_(Attendance.occurrence_id == Occurrence.id, Attendance.member_id == reader_id)
    dates = (
        sa.select(Occurrence, Attendance)
        .outerjoin(Attendance, own)
        .where(Occurrence.event_id == event.id)
        .order_by(Occurrence.starts_at)
        .options(joinedload(Occurrence.venue).joinedload(Venue.area), joinedload(Attendance.brought_by))
    )
    rows: list[tuple[Occurrence, Attendance | None]] = [(date, answer) for date, answer in session.execute(dates)]
    set_committed_value(event, "occurrences", [date for date, _answer in rows])
    for date, _answer in rows:
        set_committed_value(date, "event", event)
    return event, {date.id: answer for date, answer in rows if answer}


def choices(session: Session, *, now: datetime, reader_id: int | None = None, event_ids: Iterable[int] = ()) -> Choices:
    """Return what the search offers, what the reader likes, and how many dates some events have; by one statement."""
    nothing, no_number = sa.literal(""), sa.literal(0)
    coming_now = (
        Occurrence.status == EventStatus.PUBLISHED, Occurrence.ends_at > now, Occurrence.starts_at > now - LONGEST
    )  # fmt: skip
    soon = sa.select(Occurrence.event_id).where(*coming_now).order_by(Occurrence.starts_at).limit(MOST_COUNTED)
    open_now = sa.select(EventLanguage.code).where(EventLanguage.event_id.in_(soon)).distinct().subquery()
    event_id = sa.cast(Occurrence.event_id, sa.String)
    of_events = sa.select(sa.literal("dates"), event_id, nothing, sa.func.count()).where(
        Occurrence.event_id.in_(list(event_ids)), *coming_now
    )
    every = sa.union_all(
        sa.select(sa.literal("area"), Area.slug, Area.name, Area.position),
        sa.select(sa.literal("language"), open_now.c.code, nothing, no_number),
        of_events.group_by(Occurrence.event_id),
        *liking_parts(reader_id),
    )
    rows = sorted(session.execute(every), key=lambda row: (row[3], row[2]))
    return Choices(
        areas=[(code, name) for kind, code, name, _ in rows if kind == "area"],
        languages=[code for kind, code, _, _ in rows if kind == "language"],
        dates={int(code): number for kind, code, _, number in rows if kind == "dates"},
        liking=liking_of(rows),
    )


def _whole() -> tuple[sa.orm.interfaces.LoaderOption, ...]:
    event = contains_eager(Occurrence.event)
    return (
        event.joinedload(Event.organisation),
        event.selectinload(Event.languages),
        event.selectinload(Event.texts).load_only(EventText.title),
        joinedload(Occurrence.venue).joinedload(Venue.area),
    )
