"""Load the people whom an event may be for, with a handful of statements however many they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids
from welcome.announcements import rules
from welcome.announcements.models import Invitation
from welcome.announcements.rules import Person, Room
from welcome.directory.models import AreaCloseness
from welcome.events.answers.models import Attendance, AttendanceState, EventDismissal
from welcome.events.audiences import largest_audience
from welcome.events.models import Event, EventKind, Occurrence
from welcome.profiles.models import Interest, Profile, Side, Spoken

Candidate = sa.Row[int, Side | None, int | None]

LATELY = timedelta(days=28)
THIS_WEEK = timedelta(days=7)


def whom_to_tell(session: Session, occurrence: Occurrence, *, now: datetime) -> list[int]:
    """Return the members who should hear of a date now and have not heard of its event.

    Of an event of a new organisation not more than it may have told, however many it would be for.
    """
    return _fitting(session, occurrence, now)[: _still_to_tell(session, occurrence.event, now)]


def _still_to_tell(session: Session, event: Event, now: datetime) -> int | None:
    most = largest_audience(session, event.organisation, now=now)
    if most is None:
        return None
    told = sa.select(sa.func.count()).where(Invitation.event_id == event.id)
    return max(0, most - (session.scalar(told) or 0))


def _fitting(session: Session, occurrence: Occurrence, now: datetime) -> list[int]:
    event = occurrence.event
    candidates = session.execute(_candidates(session, occurrence)).all()
    if event.kind is EventKind.WELCOME:
        return [row.id for row in candidates]
    people = _people(session, occurrence, candidates, now)
    choose = rules.from_both_sides if event.kind is EventKind.BRIDGING else rules.among_all
    return choose(people, room_of(occurrence))


def room_of(occurrence: Occurrence) -> Room:
    """Return how many places a date has left."""
    return Room(occurrence.seats_left, occurrence.newcomer_left, occurrence.local_left)


def has_place(occurrence: Occurrence, profile: Profile) -> bool:
    """Whether somebody of that side could still come."""
    side = profile.side
    is_newcomer, is_local = side is None or side.is_newcomer, side is None or side.is_local
    places = room_of(occurrence).places_for(is_newcomer=is_newcomer, is_local=is_local)
    return places is None or places > 0


def has_just_arrived(profile: Profile, event: Event, occurrence: Occurrence) -> bool:
    """Whether somebody's arrival lies within what a welcome event is for."""
    first, last = rules.arrival_window(occurrence.local_start.date(), event.arrived_within_weeks)
    return profile.arrived_on is not None and first <= profile.arrived_on <= last


def _candidates(session: Session, occurrence: Occurrence) -> sa.Select[int, Side | None, int | None]:
    """Select everybody who is here, has not been told, has not answered, and is not kept apart from the host."""
    event = occurrence.event
    told = sa.exists().where(Invitation.event_id == event.id, Invitation.member_id == Member.id)
    answered = sa.exists().where(
        Attendance.member_id == Member.id,
        Attendance.occurrence_id.in_(sa.select(Occurrence.id).where(Occurrence.event_id == event.id)),
        Attendance.state != AttendanceState.LEFT,
    )
    unwanted = sa.exists().where(EventDismissal.event_id == event.id, EventDismissal.member_id == Member.id)
    chosen = (
        sa.select(Member.id, Profile.side, Profile.area_id)
        .join(Profile, Profile.member_id == Member.id)
        .where(Member.is_present, Profile.side.is_not(None), ~told, ~answered, ~unwanted)
        .order_by(Member.id)
    )
    if event.created_by is not None:
        apart = {event.created_by, *blocked_ids(session, event.created_by)}
        chosen = chosen.where(Member.id.not_in(apart))
    if event.kind is EventKind.WELCOME:
        first, last = rules.arrival_window(occurrence.local_start.date(), event.arrived_within_weeks)
        chosen = chosen.where(Profile.side != Side.LOCAL, Profile.arrived_on.between(first, last))
    return chosen


def _people(session: Session, occurrence: Occurrence, candidates: Sequence[Candidate], now: datetime) -> list[Person]:
    event = occurrence.event
    needed = {language.code: language.level for language in event.languages}
    shared = _shared(session, event)
    spoken = _spoken(session, needed)
    near = _closeness(session, occurrence)
    lately, this_week = _told_since(session, now - LATELY), _told_since(session, now - THIS_WEEK)
    return [
        Person(
            member_id=row.id,
            is_newcomer=row.side.is_newcomer,
            is_local=row.side.is_local,
            shared=shared.get(row.id, 0),
            closeness=near.get(row.area_id, rules.UNKNOWN_CLOSENESS),
            speaks=rules.speaks_enough(spoken.get(row.id, {}), needed),
            told_lately=lately.get(row.id, 0),
            told_this_week=this_week.get(row.id, 0),
        )
        for row in candidates
    ]


def _shared(session: Session, event: Event) -> dict[int, int]:
    if not event.interests:
        return {}
    strength = sa.select(Interest.member_id, sa.func.sum(Interest.strength)).group_by(Interest.member_id)
    rows = session.execute(strength.where(Interest.code.in_(event.interests)))
    return {member_id: int(total) for member_id, total in rows}


def _spoken(session: Session, needed: dict[str, int]) -> dict[int, dict[str, int]]:
    spoken: dict[int, dict[str, int]] = {}
    if needed and min(needed.values()) > 0:
        rows = sa.select(Spoken.member_id, Spoken.language, Spoken.level).where(Spoken.language.in_(needed))
        for member_id, language, level in session.execute(rows):
            spoken.setdefault(member_id, {})[language] = level
    return spoken


def _closeness(session: Session, occurrence: Occurrence) -> dict[int | None, float]:
    area_id = occurrence.venue.area_id if occurrence.venue else None
    if area_id is None:
        return {}
    pairs = sa.select(AreaCloseness.other_id, AreaCloseness.closeness).where(AreaCloseness.area_id == area_id)
    return {**{row.other_id: row.closeness for row in session.execute(pairs)}, area_id: 1.0}


def _told_since(session: Session, since: datetime) -> dict[int, int]:
    times = sa.func.count().label("times")
    told = sa.select(Invitation.member_id, times).where(Invitation.told_at > since)
    return {row.member_id: row.times for row in session.execute(told.group_by(Invitation.member_id))}
