"""What becomes of matches: talks, meetings, what both say afterwards, and ends without blame."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo.inhabitants import ZONE, City
from demo.talks import TALKS
from welcome.conversations.models import Message, Participant
from welcome.pairings import matches, meetings
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.rules import LAST_NUMBER
from welcome.profiles.models import Side

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def take_course(session: Session, city: City, match: Match, chance: Random) -> None:
    """Let a match talk and meet, as far as it got by now; some end without blame."""
    talk(session, city, match, chance)
    at = match.started_at + DAY
    for _ in range(chance.choices(range(LAST_NUMBER + 1), (12, 28, 30, 30))[0]):
        meeting = plan_meeting(session, match, at)
        if meeting.starts_at is None or meeting.starts_at > city.now - DAY:
            return
        if not meet(session, match, meeting, is_held=chance.random() < 0.92):
            break
        at = meeting.starts_at + 2 * DAY
    if chance.random() < 0.1 and at < city.now:
        matches.end_match(session, match.public_id, match.one_id, "no-time", now=at)


def plan_meeting(session: Session, match: Match, at: datetime) -> Meeting:
    """Let one offer times and the other take the first."""
    times = meetings.candidate_times(session, match, ZONE, now=at)[:3]
    venue = meetings.candidate_venues(session, match)[0]
    meeting = meetings.offer_times(session, match.public_id, match.one_id, times, venue.public_id, now=at)
    return meetings.agree(session, meeting.public_id, match.other_id, times[0], now=at + 9 * HOUR)


def meet(session: Session, match: Match, meeting: Meeting, *, is_held: bool = True) -> bool:
    """Let both say the day after whether they met."""
    at = (meeting.ends_at or match.started_at) + DAY
    for person in (match.one_id, match.other_id):
        meetings.answer_check(session, meeting.public_id, person, did_meet=is_held, would_again=is_held or None, now=at)
    return is_held


def talk(session: Session, city: City, match: Match, chance: Random, code: str | None = None) -> None:
    """Let the two write to each other, in a language that one of them knows from home."""
    first, second = (match.one_id, match.other_id)
    profiles = city.profiles
    if first in profiles and profiles[first].side is Side.LOCAL:
        first, second = second, first
    homes = [one.code for one in profiles[first].languages if one.level == 7] if first in profiles else []
    code = code or next(
        (home for home in homes if home in TALKS and chance.random() < 0.6), chance.choice(("en", "nl"))
    )
    if code == "nl":
        first, second = second, first
    at = match.started_at + timedelta(hours=chance.randint(2, 20))
    for place, words in chance.choice(TALKS[code]):
        at += timedelta(minutes=chance.randint(7, 600))
        if at > city.now:
            break
        person = (first, second)[place]
        session.add(Message(thread_id=match.thread_id, member_id=person, body=words, sent_at=at))
        session.execute(sa.update(Participant).where(Participant.thread_id == match.thread_id).values(last_read_at=at))
    session.flush()


def at_wall(day: datetime, hour: int) -> datetime:
    """Return a wall-clock time on a day in the city."""
    return day.astimezone(ZoneInfo(ZONE)).replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)


def instant(wall: datetime) -> datetime:
    """Return the instant of a wall-clock time in the city."""
    return wall.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
