"""What the first page shows: what is next, whom one could meet, what is on. Nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.directory.entries import Entry, helpful_now
from welcome.directory.rules import life_step
from welcome.events.answers.models import Attendance
from welcome.events.filters import Filters
from welcome.events.finding import coming_occurrences, occurrences_of_member
from welcome.events.models import Occurrence
from welcome.pairings.programmes import read_enrolments
from welcome.pairings.service import Step, next_for, suggestions_for
from welcome.pairings.suggestions import Card
from welcome.profiles.service import find_profile

SOON = timedelta(days=14)
MOST_STEPS = 3
MOST_PEOPLE = 3
MOST_EVENTS = 3
MOST_HELP = 3


@dataclass(frozen=True, slots=True)
class Day:
    """A member's first page."""

    part: str
    has_profile: bool
    takes_part: bool
    steps: list[Step]
    people: list[Card]
    mine: list[tuple[Occurrence, Attendance]]
    coming: list[Occurrence]
    life_step: str
    help: list[Entry]


def part_of_day(now: datetime, timezone: str) -> str:
    """Return morning, afternoon or evening on the reader's clock."""
    hour = now.astimezone(ZoneInfo(timezone)).hour
    return "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"


def read_day(session: Session, member: Member, *, now: datetime) -> Day:
    """Read what is next for a member, whom they could meet and what is on."""
    mine = [one for one in occurrences_of_member(session, member.id, now=now) if one[0].starts_at < now + SOON]
    going = {occurrence.event_id for occurrence, _ in mine}
    coming = [
        one for one in this_week(session, MOST_EVENTS * 3, now=now, member_id=member.id) if one.event_id not in going
    ]
    profile, today = find_profile(session, member.id), now.astimezone(ZoneInfo(member.timezone)).date()
    step = life_step(profile.arrived_on if profile else None, today)
    return Day(
        part=part_of_day(now, member.timezone),
        has_profile=profile is not None,
        takes_part=bool(read_enrolments(session, member.id)),
        steps=next_for(session, member.id, now)[:MOST_STEPS],
        people=suggestions_for(session, member.id, MOST_PEOPLE, now),
        mine=mine[:MOST_EVENTS],
        coming=coming[:MOST_EVENTS],
        life_step=step,
        help=helpful_now(session, step, member.locale, today=today, most=MOST_HELP),
    )


def this_week(session: Session, most: int, *, now: datetime, member_id: int | None = None) -> list[Occurrence]:
    """Return the next dates, each event once: a daily one must not push the others out."""
    return coming_occurrences(session, now=now, limit=most, filters=Filters(unwanted_by=member_id, each_once=True))
