"""The first meeting of a circle: a time that suits all and a place near all, which any of them may move."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.directory.models import Venue
from welcome.directory.service import public_venues
from welcome.pairings import refusals, slots
from welcome.pairings.circles import seating
from welcome.pairings.circles.letters import seat_of
from welcome.pairings.meetings import venues_near
from welcome.pairings.models.circles import Circle
from welcome.pairings.states import CircleState, SeatState

NOTICE = timedelta(days=3)  #: so that everybody reads of it in time
WEEKS_AHEAD = 4


def candidate_times(circle: Circle, now: datetime) -> list[datetime]:
    """Return wall-clock times of the next weeks in the part of the week that suits all."""
    today = now.astimezone(ZoneInfo(circle.zone)).date()
    day, part = divmod(circle.slot, slots.DAYPARTS)
    first = today + NOTICE
    first += timedelta(days=(day - first.weekday()) % 7)
    return [datetime.combine(first + timedelta(weeks=week), slots.STARTS[part]) for week in range(WEEKS_AHEAD)]


def candidate_venues(session: Session, member_ids: Collection[int]) -> list[Venue]:
    """Return a few public places, those near all of them first."""
    return venues_near(session, member_ids)


def plan_first(session: Session, circle: Circle, member_ids: Collection[int], *, now: datetime) -> None:
    """Propose the first time and the nearest place; whoever cannot come moves it."""
    set_time(circle, candidate_times(circle, now)[0])
    circle.venue_id = next((venue.id for venue in candidate_venues(session, member_ids)), None)


def set_time(circle: Circle, time: datetime) -> None:
    """Put the meeting at a wall-clock time."""
    circle.starts_at = time.replace(tzinfo=ZoneInfo(circle.zone)).astimezone(UTC)
    circle.ends_at = circle.starts_at + slots.LENGTH


def move(
    session: Session, public_id: str, member_id: int, time: datetime, venue_public_id: str | None, *, now: datetime
) -> None:
    """Move the meeting to another of the times, and perhaps to another public place, and tell the others."""
    circle, _held = seating.hold(session, public_id, member_id)
    seat = seat_of(circle, member_id)
    if seat is None or seat.state is not SeatState.TAKEN or circle.state is not CircleState.FORMED:
        raise refusals.TooLate
    if time not in candidate_times(circle, now):
        raise refusals.NoSuchTime
    venue = sa.select(Venue.id).where(Venue.public_id == venue_public_id)
    venue_id = session.scalar(venue) if venue_public_id else circle.venue_id
    if venue_public_id and venue_id not in {known.id for known in public_venues(session)}:
        raise refusals.PublicPlaceNeeded
    set_time(circle, time)
    circle.venue_id = venue_id
    seating.tell_change(session, circle, now=now, but=member_id)
