"""The meetings of a member's matches and circles, for their own calendar."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids
from welcome.events.calendar import Entry
from welcome.pairings.circles import letters as circles
from welcome.pairings.letters import entry_of
from welcome.pairings.models.circles import Circle, CircleMeeting, Seat
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.states import CircleState, MeetingState, SeatState

BACK = timedelta(days=60)
MOST = 100


def entries_of_meetings(session: Session, member: Member, *, now: datetime) -> list[Entry]:
    """Return the meetings that a member has agreed on, those called off included; none with people who are gone."""
    chosen = (
        sa.select(Meeting)
        .join(Meeting.match)
        .where(sa.or_(Match.one_id == member.id, Match.other_id == member.id))
        .where(Meeting.starts_at.is_not(None), Meeting.ends_at > now - BACK, Meeting.state != MeetingState.OFFERED)
        .order_by(Meeting.starts_at)
        .options(contains_eager(Meeting.match))
        .limit(MOST)
    )
    meetings = [(meeting, _other(meeting, member.id)) for meeting in session.scalars(chosen)]
    present = sa.select(Member.id, Member.first_name).where(
        Member.id.in_({other for _meeting, other in meetings} - blocked_ids(session, member.id)), Member.is_present
    )
    names = {row.id: row.first_name for row in session.execute(present)}
    pairs = [entry_of(meeting, names[other]) for meeting, other in meetings if other in names]
    return pairs + [circles.entry_of(meeting) for meeting in _of_circles(session, member.id, now)]


def _of_circles(session: Session, member_id: int, now: datetime) -> list[CircleMeeting]:
    """Return the meetings of the circles in which a member sits."""
    sits = sa.select(Seat.circle_id).where(Seat.member_id == member_id, Seat.state == SeatState.TAKEN)
    chosen = (
        sa.select(CircleMeeting)
        .join(CircleMeeting.circle)
        .where(Circle.id.in_(sits), Circle.state == CircleState.FORMED, CircleMeeting.ends_at > now - BACK)
        .order_by(CircleMeeting.starts_at)
        .options(contains_eager(CircleMeeting.circle))
        .limit(MOST)
    )
    return list(session.scalars(chosen))


def _other(meeting: Meeting, member_id: int) -> int:
    match = meeting.match
    return match.other_id if match.one_id == member_id else match.one_id
