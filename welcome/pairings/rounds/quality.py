"""How good and how fair a round was, and what became of it: counts and shares, no names.

A group of whom fewer than five took part, or whose number found or left out would be one to four, is not told apart.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.directory.models import Area
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.rounds import Proposal, Round, Standing
from welcome.pairings.rounds import running
from welcome.pairings.rounds.tallies import FEW
from welcome.pairings.states import MeetingState, ProposalState
from welcome.profiles.models import Profile, Side

FIRST_WITHIN, THIRD_WITHIN = timedelta(days=14), timedelta(days=60)
BANDS = 10


@dataclass(frozen=True, slots=True)
class Group:
    """How many of one group took part and found somebody, and whether that may be told."""

    name: str
    took_part: int
    matched: int
    is_told: bool = True


def guard(groups: list[Group]) -> list[Group]:
    """Hide the groups in which somebody could be recognised, found or left out.

    A single hidden group could be had by subtracting the others from all, so that the smallest other is hidden too.
    """
    hidden = {group.name for group in groups if _is_small(group)}
    others = [group for group in groups if group.name not in hidden]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda group: group.took_part).name)
    return [replace(group, is_told=group.name not in hidden) for group in groups]


def _is_small(group: Group) -> bool:
    left_out = group.took_part - group.matched
    return group.took_part < FEW or any(0 < number < FEW for number in (group.matched, left_out))


@dataclass(frozen=True, slots=True)
class Quality:
    """A round's figures, who found somebody by side and district, how good the pairs are, and what came of them."""

    round: Round
    figures: dict[str, Any]
    target: float | None
    sides: list[Group]
    areas: list[Group]
    bands: list[tuple[int, int]]
    proposed: int
    accepted: int
    first_met: int
    third_met: int


def read_quality(session: Session, public_id: str) -> Quality:
    """Measure a round that is done."""
    kept = running.get_round(session, public_id)
    sides = _groups(session, kept, Profile.side)
    accepted = sa.select(sa.func.count(Proposal.id)).where(Proposal.round_id == kept.id)
    return Quality(
        kept,
        kept.figures,
        kept.settings.get("bridging"),
        guard([Group(side.value, *sides[side]) for side in Side if side in sides]),
        guard([Group(name, *counts) for name, counts in sorted(_groups(session, kept, Area.name).items())]),
        _bands(session, kept),
        proposed=session.scalar(accepted) or 0,
        accepted=session.scalar(accepted.where(Proposal.state == ProposalState.ACCEPTED)) or 0,
        first_met=_met(session, kept, 1, FIRST_WITHIN),
        third_met=_met(session, kept, 3, THIRD_WITHIN),
    )


def _groups(session: Session, kept: Round, column: Any) -> dict[Any, tuple[int, int]]:
    """Count who took part and who was matched in each group."""
    counted = (
        sa.select(column, sa.func.count(), sa.func.sum(sa.cast(Standing.is_matched, sa.Integer)))
        .select_from(Standing)
        .join(Profile, Profile.member_id == Standing.member_id)
        .outerjoin(Area, Area.id == Profile.area_id)
        .where(Standing.round_id == kept.id, sa.or_(Standing.is_matched, Standing.reason.is_not(None)))
        .where(column.is_not(None))
        .group_by(column)
    )
    return {name: (took_part, int(matched or 0)) for name, took_part, matched in session.execute(counted)}


def _bands(session: Session, kept: Round) -> list[tuple[int, int]]:
    """Count the pairs by how good they are, in steps of a tenth; return (from percent, pairs)."""
    counts = [0] * BANDS
    for score in session.scalars(sa.select(Proposal.score).where(Proposal.round_id == kept.id)):
        counts[min(BANDS - 1, int(score * BANDS))] += 1
    return [(band * 100 // BANDS, count) for band, count in enumerate(counts) if count]


def _met(session: Session, kept: Round, number: int, within: timedelta) -> int:
    """Count the round's matches that held a meeting in time."""
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
