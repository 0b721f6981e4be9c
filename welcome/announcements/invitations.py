"""Invitations to events: composed when they go out, with the reason why just this reader gets them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from sqlalchemy.orm import Session, joinedload, selectinload

from welcome.accounts.service import is_blocked
from welcome.announcements.audience import has_just_arrived, has_place
from welcome.clock import now
from welcome.directory.models import Venue
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.calendar import path_of
from welcome.events.cards import cost_sentence, language_sentence
from welcome.events.models import Event, EventKind, EventStatus, Occurrence
from welcome.events.places import place_of
from welcome.events.telling import still_told
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.profiles.models import Interest, Profile
from welcome.profiles.vocabulary import INTERESTS

MOST_REASONS = 3


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Say what is true now, or why the letter has become pointless."""
    found = open_event(session, reader, args["event_id"])
    if isinstance(found, Unwanted):
        return found
    event, dates = found
    profile = session.get(Profile, reader.id)
    if has_answered(session, reader.id, event):
        return Unwanted("the member has answered already")
    if profile is None or (event.kind is EventKind.WELCOME and not has_just_arrived(profile, event, dates[0])):
        return Unwanted("the member's arrival does not fit any more")
    free = [date for date in dates if has_place(date, profile)]
    if not free:
        return Unwanted("the event is full")
    arrived_on = profile.arrived_on if event.kind is EventKind.WELCOME else None
    return {**about(event, free[0], reader), "arrived_on": arrived_on, "likes": _likes(session, reader.id, event)}


def open_event(session: Session, reader: Recipient, event_id: int) -> tuple[Event, list[Occurrence]] | Unwanted:
    """Return an event with its coming dates, or why its host should not write to the reader about it any more."""
    told = (joinedload(Event.organisation), selectinload(Event.languages))
    event = session.get(Event, event_id, options=told)
    if event is None or event.status is not EventStatus.PUBLISHED:
        return Unwanted("the event is cancelled")
    dates = _coming_dates(session, event, now())
    if not dates:
        return Unwanted("the event is over or cancelled")
    if event.created_by is not None and is_blocked(session, event.created_by, reader.id):
        return Unwanted("the member and the host are kept apart")
    return event, dates


def _coming_dates(session: Session, event: Event, moment: datetime) -> list[Occurrence]:
    coming = sa.select(Occurrence).where(
        Occurrence.event_id == event.id, Occurrence.status == EventStatus.PUBLISHED, Occurrence.starts_at > moment
    )
    place = joinedload(Occurrence.venue).joinedload(Venue.area)
    return list(session.scalars(coming.order_by(Occurrence.starts_at).options(place)))


def has_answered(session: Session, member_id: int, event: Event) -> bool:
    """Return whether a member comes to a date of an event, or waits for a place."""
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


def about(event: Event, date: Occurrence, reader: Recipient) -> Context:
    """Return what a letter says about an event and its next date."""
    return {
        "event": event,
        "occurrence": date,
        "organisation": event.organisation,
        "starts_at": date.local_start,
        "ends_at": date.local_end,
        "needed_by": date.starts_at,
        "holds": still_told(date),
        "place": place_of(date),
        "hides_address": event.hides_address,
        "area": date.venue.area if date.venue else None,
        "party": 0,
        "say_language": language_sentence,
        "say_cost": cost_sentence,
        "link": path_of(date),
        "thread": f"event:{event.id}",
    }


def _likes(session: Session, member_id: int, event: Event) -> list[LazyString]:
    mine = sa.select(Interest.code).where(Interest.member_id == member_id, Interest.code.in_(event.interests))
    codes = session.scalars(mine.order_by(Interest.strength.desc(), Interest.code).limit(MOST_REASONS))
    return [INTERESTS[code] for code in codes if code in INTERESTS]


WELCOME_EVENT = Letter("welcome_event", compose, is_optional=True)
BRIDGING_MEETUP = Letter("bridging_meetup", compose, is_optional=True)
EVENT_PUBLISHED = Letter("event_published", compose, is_optional=True)

LETTER_OF = {
    EventKind.WELCOME: WELCOME_EVENT,
    EventKind.BRIDGING: BRIDGING_MEETUP,
    EventKind.OPEN: EVENT_PUBLISHED,
}
