"""Letters that tell of an event: composed when they go out, with the reason why just this reader gets them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from sqlalchemy.orm import Session, joinedload, selectinload

from welcome.accounts.service import is_blocked
from welcome.announcements.audience import has_just_arrived, has_place
from welcome.announcements.journey.letter import JOURNEY
from welcome.announcements.weekly import WEEKLY_LETTER
from welcome.clock import now
from welcome.directory.models import Venue
from welcome.events.calendar import path_of
from welcome.events.cards import cost_sentence, language_sentence
from welcome.events.models import Attendance, AttendanceState, Event, EventKind, EventStatus, Occurrence
from welcome.events.places import place_of
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.profiles.models import Interest, Profile
from welcome.profiles.vocabulary import INTERESTS

MOST_REASONS = 3


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Say what is true now, or why the letter has become pointless."""
    event = session.get(
        Event, args["event_id"], options=(joinedload(Event.organisation), selectinload(Event.languages))
    )
    if event is None or event.status is not EventStatus.PUBLISHED:
        return Unwanted("the event is cancelled")
    dates = _coming_dates(session, event, now())
    profile = session.get(Profile, reader.id)
    if not dates:
        return Unwanted("the event is over or cancelled")
    if _has_answered(session, reader.id, event):
        return Unwanted("the member has answered already")
    if event.created_by is not None and is_blocked(session, event.created_by, reader.id):
        return Unwanted("the member and the host are kept apart")
    if profile is None or (event.kind is EventKind.WELCOME and not has_just_arrived(profile, event, dates[0])):
        return Unwanted("the member's arrival does not fit any more")
    free = [date for date in dates if has_place(date, profile)]
    if not free:
        return Unwanted("the event is full")
    return _context(session, reader, event, free[0], profile)


def _coming_dates(session: Session, event: Event, moment: datetime) -> list[Occurrence]:
    coming = sa.select(Occurrence).where(
        Occurrence.event_id == event.id, Occurrence.status == EventStatus.PUBLISHED, Occurrence.starts_at > moment
    )
    place = joinedload(Occurrence.venue).joinedload(Venue.area)
    return list(session.scalars(coming.order_by(Occurrence.starts_at).options(place)))


def _has_answered(session: Session, member_id: int, event: Event) -> bool:
    answers = (
        sa.select(Attendance.id)
        .join(Attendance.occurrence)
        .where(
            Occurrence.event_id == event.id,
            Attendance.member_id == member_id,
            Attendance.state != AttendanceState.LEFT,
        )
    )
    return session.scalar(answers.limit(1)) is not None


def _context(session: Session, reader: Recipient, event: Event, date: Occurrence, profile: Profile) -> Context:
    return {
        "event": event,
        "occurrence": date,
        "organisation": event.organisation,
        "starts_at": date.local_start,
        "ends_at": date.local_end,
        "place": place_of(date),
        "area": date.venue.area if date.venue else None,
        "party": 0,
        "arrived_on": profile.arrived_on if event.kind is EventKind.WELCOME else None,
        "say_language": language_sentence,
        "say_cost": cost_sentence,
        "likes": _likes(session, reader.id, event),
        "link": path_of(date),
        "discreet": reader.is_discreet,
    }


def _likes(session: Session, member_id: int, event: Event) -> list[LazyString]:
    mine = sa.select(Interest.code).where(Interest.member_id == member_id, Interest.code.in_(event.interests))
    codes = session.scalars(mine.order_by(Interest.strength.desc(), Interest.code).limit(MOST_REASONS))
    return [INTERESTS[code] for code in codes if code in INTERESTS]


WELCOME_EVENT = Letter("welcome_event", compose, is_optional=True)
BRIDGING_MEETUP = Letter("bridging_meetup", compose, is_optional=True)
EVENT_PUBLISHED = Letter("event_published", compose, is_optional=True)

LETTERS = (WELCOME_EVENT, BRIDGING_MEETUP, EVENT_PUBLISHED, WEEKLY_LETTER, JOURNEY)
LETTER_OF = {
    EventKind.WELCOME: WELCOME_EVENT,
    EventKind.BRIDGING: BRIDGING_MEETUP,
    EventKind.OPEN: EVENT_PUBLISHED,
}
