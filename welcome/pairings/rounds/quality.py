"""How good and how fair a round was, and what became of it: counts and shares, no names."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.pairings.models.circles import Circle, CircleAnswer, CircleMeeting
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.rounds import Placing, Proposal, Round
from welcome.pairings.rounds import running, tallies
from welcome.pairings.rounds.groups import Groups, count_groups
from welcome.pairings.rules import ASK_AGAIN
from welcome.pairings.states import MeetingState, ProposalState

FIRST_WITHIN, THIRD_WITHIN = timedelta(days=14), timedelta(days=60)
BANDS = 10
MET = 2  #: people of a circle who say that it met


@dataclass(frozen=True, slots=True)
class Quality:
    """A round's figures, who found somebody by side and district, how good the pairs are, and what came of them."""

    round: Round
    figures: dict[str, Any]
    target: float | None
    groups: Groups
    bands: list[tuple[int, int]]
    proposed: int
    accepted: int
    unanswered: int
    repeats: int
    first_met: int
    third_met: int


def read_quality(session: Session, public_id: str) -> Quality:
    """Measure a round that is done."""
    kept = running.get_round(session, public_id)
    answers = tallies.count_answers(session, [kept])[kept.id]
    return Quality(
        kept,
        kept.figures,
        kept.settings.get("bridging"),
        count_groups(session, kept),
        _bands(session, kept),
        proposed=sum(answers.values()),
        accepted=answers[ProposalState.ACCEPTED],
        unanswered=answers[ProposalState.LAPSED],
        repeats=_repeats(session, kept),
        first_met=_met(session, kept, 1, FIRST_WITHIN),
        third_met=_met(session, kept, 3, THIRD_WITHIN),
    )


def _repeats(session: Session, kept: Round) -> int:
    """Count the pairs that an earlier round has proposed already within the programme's pause: it must be none."""
    before = sa.orm.aliased(Proposal)
    again = sa.and_(
        *(before.one_id == Proposal.one_id, before.other_id == Proposal.other_id, before.id < Proposal.id),
        before.created_at > kept.started_at - ASK_AGAIN,
        before.state != ProposalState.WITHDRAWN,
    )
    found = sa.select(sa.func.count(sa.distinct(Proposal.id))).join(before, again).where(Proposal.round_id == kept.id)
    return session.scalar(found) or 0


def _bands(session: Session, kept: Round) -> list[tuple[int, int]]:
    """Count the pairs or circles by how good they are, in steps of a tenth; return (from percent, pairs)."""
    counts = [0] * BANDS
    placed = sa.select(Placing.number, Placing.score).where(Placing.round_id == kept.id).distinct()
    for _number, score in session.execute(placed):
        counts[min(BANDS - 1, int(score * BANDS))] += 1
    return [(band * 100 // BANDS, count) for band, count in enumerate(counts) if count]


def _met(session: Session, kept: Round, number: int, within: timedelta) -> int:
    """Count the round's matches, or its circles, that held a meeting in time."""
    if not kept.programme.pairs_two:
        return _circles_met(session, kept, number, within)
    rows = (
        sa.select(Match.started_at, Meeting.starts_at)
        .join(
            Proposal,
            sa.and_(
                Proposal.one_id == Match.one_id,
                Proposal.other_id == Match.other_id,
                Proposal.programme_id == Match.programme_id,
                Proposal.created_at <= Match.started_at,
            ),
        )
        .join(Meeting, Meeting.match_id == Match.id)
        .where(Proposal.round_id == kept.id, Proposal.state == ProposalState.ACCEPTED)
        .where(Meeting.number == number, Meeting.state == MeetingState.HELD)
    )
    return sum(1 for began, met in session.execute(rows) if met is not None and met <= began + within)


def _circles_met(session: Session, kept: Round, number: int, within: timedelta) -> int:
    """Count the round's circles of which two people say of so many meetings in time that they took place."""
    held = (
        sa.select(Circle.id, Circle.formed_at, CircleMeeting.starts_at)
        .join(CircleMeeting, CircleMeeting.circle_id == Circle.id)
        .join(CircleAnswer, CircleAnswer.meeting_id == CircleMeeting.id)
        .where(Circle.round_id == kept.id, CircleAnswer.did_meet)
        .group_by(Circle.id, CircleMeeting.id)
        .having(sa.func.count(CircleAnswer.id) >= MET)
    )
    in_time = Counter(
        row.id for row in session.execute(held) if row.formed_at and row.starts_at <= row.formed_at + within
    )
    return sum(1 for times in in_time.values() if times >= number)
