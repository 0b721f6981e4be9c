"""What is next for a member: the one thing that the home page and the people page begin with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from welcome.pairings import matches, meetings, proposals, requests, suggestions
from welcome.pairings.circles import reading as circles
from welcome.pairings.circles.letters import wall_time
from welcome.pairings.circles.meetings import find_to_answer
from welcome.pairings.circles.reading import Table
from welcome.pairings.matches import Pair
from welcome.pairings.proposals import Offer
from welcome.pairings.requests import Question
from welcome.pairings.states import MeetingState
from welcome.pairings.suggestions import Card


class StepKind(StrEnum):
    """What a step asks of a member, the most pressing first."""

    CHECK = "check"  # say whether you met
    CIRCLE_CHECK = "circle-check"  # say whether your circle met; the name is the activity's code
    REQUEST = "request"  # somebody asks you
    PROPOSAL = "proposal"  # a round proposes somebody
    CIRCLE = "circle"  # a seat in a circle is offered; the name is the activity's code
    CHOOSE = "choose"  # somebody offers times
    MEETING = "meeting"  # you meet
    CIRCLE_MEETING = "circle-meeting"  # your circle meets
    PLAN = "plan"  # find a time
    WAITING = "waiting"  # you asked; nothing to do


ORDER = tuple(StepKind)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is next. ``path`` is where it is done; ``at`` a wall-clock time for meetings, else an instant."""

    kind: StepKind
    name: str
    path: str
    at: datetime | None = None
    number: int = 1
    pair: Pair | None = None


@dataclass(frozen=True, slots=True)
class Affairs:
    """All that is open between a member and others."""

    pairs: list[Pair]
    questions: list[Question]
    offers: list[Offer]
    tables: list[Table]


def read_affairs(session: Session, member_id: int, now: datetime) -> Affairs:
    """Read what is open between a member and others."""
    return Affairs(
        matches.read_pairs(session, member_id),
        requests.read_questions(session, member_id, now=now),
        proposals.read_offers(session, member_id, now=now),
        circles.read_tables(session, member_id, now=now),
    )


def next_for(session: Session, member_id: int, now: datetime) -> list[Step]:
    """Return everything that waits for a member or is coming, the most pressing first."""
    return steps_of(session, read_affairs(session, member_id, now), member_id, now)


def steps_of(session: Session, affairs: Affairs, member_id: int, now: datetime) -> list[Step]:
    """Return the same of what was read."""
    steps = [_of_pair(session, pair, member_id, now) for pair in affairs.pairs]
    for question in affairs.questions:
        kind = StepKind.WAITING if question.is_mine else StepKind.REQUEST
        path = f"/requests/{question.request.public_id}"
        steps.append(Step(kind, question.other.first_name, path, question.request.lapses_at))
    for offer in affairs.offers:
        kind = StepKind.PROPOSAL if offer.can_answer else StepKind.WAITING
        path = f"/proposals/{offer.proposal.public_id}"
        steps.append(Step(kind, offer.other.first_name, path, offer.proposal.expires_at))
    for table in affairs.tables:
        steps += _of_circle(session, table, member_id, now)
    return sorted(steps, key=lambda step: ORDER.index(step.kind))


def _of_pair(session: Session, pair: Pair, member_id: int, now: datetime) -> Step:
    name = pair.other.first_name if pair.other else ""
    path = f"/matches/{pair.match.public_id}"
    meeting = pair.current
    if meeting is not None and meetings.waits_for_answer(session, pair, member_id, now=now):
        return Step(StepKind.CHECK, name, f"/meetings/{meeting.public_id}/check", _wall(pair), pair.number, pair)
    kind = StepKind.PLAN
    if meeting is not None and meeting.state is MeetingState.AGREED:
        kind = StepKind.MEETING
    elif meeting is not None and meeting.state is MeetingState.OFFERED:
        kind = StepKind.WAITING if meeting.proposed_by_id == member_id else StepKind.CHOOSE
    return Step(kind, name, path, _wall(pair), pair.number, pair)


def _of_circle(session: Session, table: Table, member_id: int, now: datetime) -> Iterator[Step]:
    circle, meeting = table.circle, table.circle.meeting
    path = f"/circles/{circle.public_id}"
    if table.can_answer:
        yield Step(StepKind.CIRCLE, circle.activity, path, circle.expires_at)
    if table.is_in and find_to_answer(session, circle, member_id, now=now):
        yield Step(StepKind.CIRCLE_CHECK, circle.activity, f"{path}/check")
    if table.is_in and meeting is not None and meeting.ends_at > now:
        yield Step(StepKind.CIRCLE_MEETING, circle.activity, path, wall_time(meeting))


def _wall(pair: Pair) -> datetime | None:
    meeting = pair.current
    if meeting is None or meeting.starts_at is None:
        return None
    return meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).replace(tzinfo=None)


def suggestions_for(session: Session, member_id: int, count: int, now: datetime) -> list[Card]:
    """Return a few people whom a member could meet, over all programmes."""
    groups = suggestions.read_groups(session, member_id, now=now, count=count)
    best = [group.cards[place] for place in range(count) for group in groups if place < len(group.cards)]
    return best[:count]
