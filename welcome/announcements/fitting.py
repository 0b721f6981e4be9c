"""Which coming dates fit one reader, and why: the announcements' own rules, asked for one person."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import LazyString
from sqlalchemy.orm import Session

from welcome.accounts.service import blocked_ids
from welcome.announcements import rules
from welcome.announcements.audience import has_just_arrived, has_place
from welcome.announcements.rules import Person
from welcome.directory.models import AreaCloseness
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.filters import Filters
from welcome.events.finding import coming_occurrences
from welcome.events.models import Event, EventKind, Occurrence
from welcome.profiles.models import Interest, Profile, Spoken
from welcome.profiles.vocabulary import INTERESTS

AHEAD = timedelta(days=14)
MOST_LOOKED_AT = 300
MOST_REASONS = 3
NEXT_OF_EACH = Filters(each_once=True)


@dataclass(frozen=True, slots=True)
class Tip:
    """A date that fits somebody, and why."""

    occurrence: Occurrence
    is_for_arrivals: bool
    likes: list[LazyString]
    weight: float


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of one reader, loaded once."""

    profile: Profile
    interests: dict[str, int]
    spoken: dict[str, int]
    near: dict[int | None, float]
    apart: set[int]
    answered: set[int]  #: events


def read_reader(session: Session, member_id: int) -> Reader | None:
    """Load what decides which events fit a member; None for somebody who has said nothing about themselves."""
    profile = session.get(Profile, member_id)
    if profile is None or profile.side is None:
        return None
    interests = sa.select(Interest.code, Interest.strength).where(Interest.member_id == member_id)
    spoken = sa.select(Spoken.language, Spoken.level).where(Spoken.member_id == member_id)
    near = sa.select(AreaCloseness.other_id, AreaCloseness.closeness).where(AreaCloseness.area_id == profile.area_id)
    answers = (
        sa.select(Occurrence.event_id)
        .join(Attendance, Attendance.occurrence_id == Occurrence.id)
        .where(Attendance.member_id == member_id, Attendance.state != AttendanceState.LEFT)
    )
    closeness = {row.other_id: row.closeness for row in session.execute(near)} if profile.area_id else {}
    if profile.area_id:
        closeness[profile.area_id] = 1.0
    return Reader(
        profile=profile,
        interests={row.code: row.strength for row in session.execute(interests)},
        spoken={row.language: row.level for row in session.execute(spoken)},
        near=closeness,
        apart={member_id, *blocked_ids(session, member_id)},
        answered=set(session.scalars(answers)),
    )


def fitting_dates(
    session: Session, member_id: int, *, now: datetime, kinds: Collection[EventKind] = tuple(EventKind)
) -> list[Tip]:
    """Return the dates of the next two weeks that fit a member, the best first, of each event the next one."""
    reader = read_reader(session, member_id)
    if reader is None:
        return []
    wanted = replace(NEXT_OF_EACH, unwanted_by=member_id)
    coming = coming_occurrences(session, now=now, limit=MOST_LOOKED_AT, filters=wanted)
    soon = [one for one in coming if now < one.starts_at < now + AHEAD and one.event.kind in kinds]
    tips = [tip for tip in (_tip(reader, one) for one in soon) if tip]
    return sorted(tips, key=lambda tip: (-tip.weight, tip.occurrence.starts_at, tip.occurrence.id))


def _tip(reader: Reader, occurrence: Occurrence) -> Tip | None:
    event = occurrence.event
    if event.created_by in reader.apart or event.id in reader.answered or not has_place(occurrence, reader.profile):
        return None
    person = _as_person(reader, occurrence)
    is_welcome = event.kind is EventKind.WELCOME
    if is_welcome:
        fits = person.is_newcomer and has_just_arrived(reader.profile, event, occurrence)
    else:
        fits = rules.is_for(person)
    weight = 10.0 * is_welcome + person.shared / 3 + person.closeness
    return Tip(occurrence, is_welcome, _likes(reader, event), weight) if fits else None


def _as_person(reader: Reader, occurrence: Occurrence) -> Person:
    event, side = occurrence.event, reader.profile.side
    area_id = occurrence.venue.area_id if occurrence.venue else None
    return Person(
        member_id=reader.profile.member_id,
        is_newcomer=side is not None and side.is_newcomer,
        is_local=side is not None and side.is_local,
        shared=sum(reader.interests.get(code, 0) for code in event.interests),
        closeness=reader.near.get(area_id, rules.UNKNOWN_CLOSENESS) if area_id else rules.UNKNOWN_CLOSENESS,
        speaks=rules.speaks_enough(reader.spoken, {language.code: language.level for language in event.languages}),
        told_lately=0,
        told_this_week=0,
    )


def _likes(reader: Reader, event: Event) -> list[LazyString]:
    mine = [code for code in event.interests if code in reader.interests and code in INTERESTS]
    mine.sort(key=lambda code: (-reader.interests[code], code))
    return [INTERESTS[code] for code in mine[:MOST_REASONS]]
