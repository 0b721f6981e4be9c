"""Run a programme over everybody who waits: read, compute with no transaction open, then keep and propose.

What was true when the people were read may have changed meanwhile, so each pair is looked at again while it is kept.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import isnan
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda.service import schedule
from welcome.matching.quality import gini
from welcome.pairings import exposure, history, letters, pairs, population, programmes, silence
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.rounds import Proposal, Round, Standing
from welcome.pairings.rounds import arrangements
from welcome.pairings.states import ProposalState, RoundState
from welcome.post.service import post

LAPSE = "round_lapse"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that decides a round, read at one moment."""

    programme_id: int
    crowd: population.Crowd
    seed: int
    settings: dict[str, Any]
    shown: exposure.Counts
    pinned: list[tuple[int, int]]  # rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round came to, in members instead of rows."""

    pairs: list[tuple[int, int, float]]
    prices: dict[int, float]
    unmatched: dict[int, dict[str, Any]]
    figures: dict[str, Any]
    digest: str


def draft(session: Session, slug: str, *, seed: int = 0, now: datetime) -> Draft:
    """Read everybody who waits in a programme."""
    return _draft(session, programmes.get_programme(session, slug), seed, now)


def draft_round(session: Session, round_id: int, *, arranged: bool = True, now: datetime) -> Draft:
    """Read everybody for a round that was asked for; as if nothing had been arranged, if that is asked for."""
    kept = session.get_one(Round, round_id)
    return _draft(session, kept.programme, kept.seed, now, arranged=arranged)


def _draft(session: Session, programme: Programme, seed: int, now: datetime, *, arranged: bool = True) -> Draft:
    enrolled = set(session.scalars(sa.select(Enrolment.member_id).where(Enrolment.programme_id == programme.id)))
    apart = history.apart_pairs(session, enrolled, now=now)
    pins, forbidden = arrangements.read_pairs(session, programme.id) if arranged else ([], set())
    settings = {"weights": programme.weights, **programme.settings, "kind": programme.kind.value}
    crowd = population.read_crowd(session, programme, apart=apart | forbidden)
    shown = exposure.read(session, crowd.ids, now=now)
    return Draft(programme.id, crowd, seed, settings, shown, arrangements.rows_of(crowd, pins))


def compute(drafted: Draft, progress: Progress | None = None) -> Outcome:
    """Find the best round: no session, no clock. ``progress`` is told each step; what it raises ends the work."""
    # The solver brings scipy, which no other page needs.
    from welcome.matching.rounds import Round as Matcher

    crowd = drafted.crowd
    found = Matcher(crowd.settings, random_state=drafted.seed)
    tell = progress or (lambda step: None)
    found.fit(
        crowd.population,
        pinned=drafted.pinned,
        exposure=drafted.shown,
        progress=lambda done, step: tell(step),
    )
    paired = zip(found.pairs_.tolist(), found.scores_.tolist(), strict=True)
    return Outcome(
        pairs=[(crowd.ids[one], crowd.ids[other], score) for (one, other), score in paired],
        prices={crowd.ids[row]: float(price) for row, price in enumerate(found.prices_)},
        unmatched={crowd.ids[row]: _reason(left_out) for row, left_out in found.unmatched_.items()},
        figures={**asdict(found.report_), **_quality(found.quality_), **_attention(drafted.shown)},
        digest=found.digest_,
    )


def _quality(quality: Any) -> dict[str, float | None]:
    """Return the figures of quality; JSON knows no NaN."""
    return {name: None if isnan(figure) else figure for name, figure in asdict(quality).items()}


def _attention(shown: exposure.Counts) -> dict[str, float]:
    """Return how evenly people were shown this week."""
    return {"gini": gini(shown), "never_shown": float((shown == 0).mean()) if len(shown) else 0.0}


def _reason(left_out: Any) -> dict[str, Any]:
    opening = left_out.opening
    if opening is None:
        return {"rule": left_out.rule.value}
    return {"rule": left_out.rule.value, "change": opening.change.value, "code": opening.code, "people": opening.people}


def propose(session: Session, drafted: Draft, outcome: Outcome, *, kept: Round | None = None, now: datetime) -> Round:
    """Keep a round with all that it takes to run it again, and propose its pairs to both of each."""
    programme = session.get_one(Programme, drafted.programme_id)
    if kept is None:
        kept = Round(programme_id=programme.id, started_at=now, due_at=now, seed=drafted.seed)
        session.add(kept)
    kept.state, kept.done_at, kept.step, kept.leased_until = RoundState.PROPOSED, now, None, None
    kept.digest, kept.figures, kept.settings = outcome.digest, outcome.figures, drafted.settings
    session.flush()
    matched = {person for one, other, _ in outcome.pairs for person in (one, other)}
    session.add_all(
        Standing(
            round_id=kept.id,
            member_id=person,
            is_matched=person in matched,
            price=price,
            reason=outcome.unmatched.get(person),
        )
        for person, price in outcome.prices.items()
    )
    expires_at = now + timedelta(days=programme.hold_days)
    proposed = [
        Proposal(
            round_id=kept.id,
            programme_id=programme.id,
            one_id=one,
            other_id=other,
            created_at=now,
            expires_at=expires_at,
            score=score,
        )
        for one, other, score in _still_possible(session, programme, outcome, now)
    ]
    session.add_all(proposed)
    session.flush()
    arrangements.spend_pins(session, programme.id, {(proposal.one_id, proposal.other_id) for proposal in proposed})
    for proposal in proposed:
        for person in (proposal.one_id, proposal.other_id):
            key = f"{proposal.id}:{person}"
            post(session, letters.PROPOSAL, person, {"proposal": proposal.id}, key=key, now=now)
    schedule(session, f"{LAPSE}:{kept.id}", LAPSE, kept.id, expires_at)
    return kept


def _still_possible(
    session: Session, programme: Programme, outcome: Outcome, now: datetime
) -> list[tuple[int, int, float]]:
    """Drop the pairs that became impossible while the round was computed; everybody stays locked till the end."""
    people = {person for one, other, _ in outcome.pairs for person in (one, other)}
    held = pairs.lock_members(session, *people)
    apart = history.apart_pairs(session, people, now=now) | arrangements.read_pairs(session, programme.id)[1]
    crowd = population.read_crowd(session, programme)
    free = {
        person: int(crowd.population.capacity[crowd.rows[person]])
        for person in people
        if person in crowd.rows and (programme.id, person) in held
    }
    found = []
    for one, other, score in outcome.pairs:
        low, high = sorted((one, other))
        if (low, high) not in apart and free.get(low, 0) > 0 and free.get(high, 0) > 0:
            free[low] -= 1
            free[high] -= 1
            found.append((low, high, score))
    return found


def lapse(session: Session, round_id: int, now: datetime) -> None:
    """Free both people of every proposal of a round that was not accepted by both in time."""
    late = (Proposal.round_id == round_id, Proposal.state == ProposalState.OPEN, Proposal.expires_at <= now)
    people = {
        person for row in session.execute(sa.select(Proposal.one_id, Proposal.other_id).where(*late)) for person in row
    }
    held = pairs.lock_members(session, *people)
    there = set(session.scalars(sa.select(Proposal.id).where(*late, pairs.other_is_there(Proposal))))
    proposals = sa.select(Proposal).where(*late).order_by(Proposal.id).execution_options(populate_existing=True)
    for proposal in session.scalars(proposals.with_for_update(of=Proposal)).all():
        proposal.state = ProposalState.LAPSED
        answers = ((proposal.one_id, proposal.one_answer), (proposal.other_id, proposal.other_answer))
        for person, said in answers if proposal.id in there else ():
            if said is None:
                silence.miss(session, held, proposal.programme_id, person, now=now)
