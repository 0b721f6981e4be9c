"""What became of rounds, in numbers: nothing in here names a person, and pages hide what is below five."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.pairings.models.circles import Circle
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.models.rounds import Proposal, Round, Standing
from welcome.pairings.rounds import costs, running
from welcome.pairings.states import CircleState, ProposalState, RoundKind, RoundState

FEW = 5  #: counts below this are not shown to staff
_OF_CIRCLE = {
    CircleState.PROPOSED: ProposalState.OPEN,
    CircleState.FORMED: ProposalState.ACCEPTED,
    CircleState.ENDED: ProposalState.ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of a round, and what became of its proposals."""

    round: Round
    answers: dict[ProposalState, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a round's proposals, why people were left out, and the waves of its series."""

    round: Round
    answers: dict[ProposalState, int]
    reasons: list[tuple[str, int]]
    waves: list[Wave]

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or is being computed."""
        return self.round.state in running.UNDER_WAY

    @property
    def is_ready(self) -> bool:
        """Whether it waits for its coordinator to send it."""
        return self.round.state is RoundState.READY

    @property
    def cost(self) -> dict[str, Any] | None:
        """What the coordinator's last change costs: people, and the share of the total."""
        before = self.round.figures.get(running.AGAINST, {}).get("before")
        return costs.of_change(before, self.round.figures) if before and self.is_ready else None

    @property
    def can_stop(self) -> bool:
        """Whether there is anything left to stop: the round, or a wave that may follow it."""
        is_last = self.round.wave >= self.round.programme.waves
        return self.round.state in running.UNSENT or (
            self.round.state is RoundState.PROPOSED and self.round.settled_at is None and not is_last
        )


def get_tally(session: Session, public_id: str) -> Tally:
    """Return a round with the counts that its coordinator sees."""
    kept = running.get_round(session, public_id)
    reasons = count_reasons(session, kept.id)
    waves = _waves(session, kept)
    answers = next(wave.answers for wave in waves if wave.round is kept)
    return Tally(kept, answers, list(reasons.items()), waves)


def count_reasons(session: Session, round_id: int) -> dict[str, int]:
    """Count why people were left out of a round, the most frequent reason first."""
    left_out = sa.select(Standing.reason).where(Standing.round_id == round_id, Standing.reason.is_not(None))
    counts = Counter(reason["rule"] for reason in session.scalars(left_out) if reason)
    return dict(counts.most_common())


def _waves(session: Session, kept: Round) -> list[Wave]:
    """Count the answers in every wave of the series that a round belongs to."""
    first = kept.first_id or kept.id
    series = session.scalars(
        sa.select(Round).where(sa.or_(Round.id == first, Round.first_id == first)).order_by(Round.wave, Round.id)
    ).all()
    counts = count_answers(session, series)
    return [Wave(wave, counts[wave.id]) for wave in series]


def count_answers(session: Session, rounds: Sequence[Round]) -> dict[int, dict[ProposalState, int]]:
    """Count what became of the proposals of rounds of one programme, of pairs or of circles."""
    counts: dict[int, dict[ProposalState, int]] = {kept.id: dict.fromkeys(ProposalState, 0) for kept in rounds}
    table: Any = Proposal if rounds[0].programme.pairs_two else Circle
    counted = (
        sa.select(table.round_id, table.state, sa.func.count())
        .where(table.round_id.in_(counts))
        .group_by(table.round_id, table.state)
    )
    for round_id, state, number in session.execute(counted):
        told = _OF_CIRCLE.get(state) if isinstance(state, CircleState) else None
        counts[round_id][told or ProposalState(state.value)] += number
    return counts


def read_rounds(session: Session, programme_id: int) -> list[Round]:
    """Return a programme's rounds, the newest first."""
    rounds = sa.select(Round).where(Round.programme_id == programme_id, Round.kind == RoundKind.REAL)
    return list(session.scalars(rounds.order_by(Round.id.desc()).limit(20)))


def count_circles(session: Session, programme_id: int) -> int:
    """Count the circles of a programme that meet."""
    meeting = (Circle.programme_id == programme_id, Circle.state == CircleState.FORMED)
    return session.scalar(sa.select(sa.func.count(Circle.id)).where(*meeting)) or 0


def count_enrolled(session: Session, programme_id: int) -> dict[str, int]:
    """Count who takes part in a programme by role, and who takes a break."""
    rows = session.execute(
        sa.select(Enrolment.role, Enrolment.paused_at.is_not(None), sa.func.count())
        .where(Enrolment.programme_id == programme_id)
        .group_by(Enrolment.role, Enrolment.paused_at.is_not(None))
    )
    counts: dict[str, int] = {}
    for role, is_paused, number in rows:
        name = "paused" if is_paused else role.value
        counts[name] = counts.get(name, 0) + number
    return counts
