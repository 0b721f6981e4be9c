"""The meetings of a circle: a time that suits all and a place near all, which any of them may move.

The day after, all are asked in private whether they met, and the next meeting is planned two weeks on. A circle of
which nobody says any more that it meets is left in peace; its people may still choose a time.
"""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda.service import schedule
from welcome.database import lock
from welcome.directory.models import Venue
from welcome.directory.service import public_venues
from welcome.pairings import refusals, slots
from welcome.pairings.circles import seating
from welcome.pairings.circles.letters import CIRCLE_CHECK, seat_of
from welcome.pairings.meetings import ASKED_AT, venues_near
from welcome.pairings.models.circles import Circle, CircleAnswer, CircleMeeting
from welcome.pairings.states import CircleState, SeatState
from welcome.post.service import post

CHECK = "circle_check"
NOTICE = timedelta(days=3)  #: so that everybody reads of it in time
BETWEEN = timedelta(weeks=2)
WEEKS_AHEAD = 4
MISSED_IN_A_ROW = 2  #: meetings of which nobody said that they took place, and no other is planned by itself


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
    venue_id = next((venue.id for venue in candidate_venues(session, member_ids)), None)
    _plan(session, circle, candidate_times(circle, now)[0], venue_id, now)


def _plan(session: Session, circle: Circle, at: datetime, venue_id: int | None, now: datetime) -> None:
    """Put the next meeting at a wall-clock time, or move the one that has not been yet."""
    zone = ZoneInfo(circle.zone)
    starts_at = at.replace(tzinfo=zone).astimezone(UTC)
    meeting = circle.meeting
    if meeting is None or meeting.ends_at <= now:
        meeting = CircleMeeting(number=meeting.number + 1 if meeting else 1)
        circle.meetings.append(meeting)
    meeting.starts_at, meeting.ends_at, meeting.venue_id = starts_at, starts_at + slots.LENGTH, venue_id
    session.flush()
    session.expire(meeting, ["venue"])
    ask_at = datetime.combine(at + timedelta(days=1), time(ASKED_AT))
    due_at = ask_at.replace(tzinfo=zone).astimezone(UTC)
    key = f"{CHECK}:{circle.id}:{meeting.number}"
    schedule(session, key, CHECK, meeting.id, due_at, wall_time=ask_at, zone=circle.zone)


def move(
    session: Session, public_id: str, member_id: int, at: datetime, venue_public_id: str | None, *, now: datetime
) -> None:
    """Move the next meeting to another of the times, and perhaps to another public place, and tell the others."""
    circle = _hold(session, public_id, member_id)
    if at not in candidate_times(circle, now):
        raise refusals.NoSuchTime
    venue_id = circle.meeting.venue_id if circle.meeting else None
    if venue_public_id:
        venue_id = next((known.id for known in public_venues(session) if known.public_id == venue_public_id), None)
        if venue_id is None:
            raise refusals.PublicPlaceNeeded
    _plan(session, circle, at, venue_id, now)
    seating.tell_change(session, circle, now=now, but=member_id)


def _hold(session: Session, public_id: str, member_id: int) -> Circle:
    """Lock a circle that meets and in which somebody sits."""
    circle, _held = seating.hold(session, public_id, member_id)
    seat = seat_of(circle, member_id)
    if seat is None or seat.state is not SeatState.TAKEN or circle.state is not CircleState.FORMED:
        raise refusals.TooLate
    return circle


def ask_how_it_was(session: Session, meeting_id: int, now: datetime) -> None:
    """Ask all in private, the day after, and plan the next meeting; not when it was moved, or the circle is over."""
    held = session.get(CircleMeeting, meeting_id)
    circle = None if held is None else lock(session, Circle, held.circle_id)
    if held is None or circle is None or circle.state is not CircleState.FORMED:
        return
    session.refresh(circle, ["seats", "meetings"])
    if held.ends_at >= now:
        return
    if held is circle.meeting and _still_meets(session, circle):
        earliest = held.starts_at.astimezone(ZoneInfo(circle.zone)).replace(tzinfo=None) + BETWEEN
        times = candidate_times(circle, now)
        _plan(session, circle, next((at for at in times if at >= earliest), times[-1]), held.venue_id, now)
    for seat in seating.seats_in(circle, SeatState.TAKEN):
        args = {"circle": circle.id, "meeting": held.id}
        post(session, CIRCLE_CHECK, seat.member_id, args, key=f"{held.id}:{seat.member_id}", now=now)


def _still_meets(session: Session, circle: Circle) -> bool:
    """Whether somebody said of one of the last meetings before this that it took place, or there were none."""
    before = [meeting.id for meeting in circle.meetings[:-1][-MISSED_IN_A_ROW:]]
    met = sa.select(CircleAnswer.id).where(CircleAnswer.meeting_id.in_(before), CircleAnswer.did_meet)
    return len(before) < MISSED_IN_A_ROW or session.scalar(met.limit(1)) is not None


def find_to_answer(session: Session, circle: Circle, member_id: int, *, now: datetime) -> CircleMeeting | None:
    """Return the last meeting that has been, if a member has not said whether it took place."""
    held = next((meeting for meeting in reversed(circle.meetings) if meeting.ends_at < now), None)
    if held is None:
        return None
    said = sa.select(CircleAnswer.id).where(CircleAnswer.meeting_id == held.id, CircleAnswer.member_id == member_id)
    return None if session.scalar(said) is not None else held


def answer_check(
    session: Session, public_id: str, member_id: int, *, did_meet: bool, would_again: bool | None, now: datetime
) -> None:
    """Keep what somebody says in private about the last meeting."""
    circle = _hold(session, public_id, member_id)
    meeting = find_to_answer(session, circle, member_id, now=now)
    if meeting is None:
        raise refusals.TooLate
    told = {"did_meet": did_meet, "would_again": would_again, "answered_at": now}
    session.add(CircleAnswer(meeting_id=meeting.id, member_id=member_id, **told))
    session.flush()
