"""Send what a round came to: propose its pairs or circles to everybody in them, and let the proposals lapse in time.

What was true when the people were read may have changed meanwhile, so each pair is looked at again while it is sent.
"""

from datetime import datetime, timedelta
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda.service import schedule
from welcome.database import lock
from welcome.pairings import history, letters, pairs, population, refusals, silence
from welcome.pairings.circles import forming
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.rounds import arrangements, outcomes, running
from welcome.pairings.rounds.drafts import Draft
from welcome.pairings.rounds.outcomes import Outcome
from welcome.pairings.states import ProposalState, RoundState
from welcome.post.service import post

LAPSE = "round_lapse"


def propose(session: Session, drafted: Draft, outcome: Outcome, *, kept: Round | None = None, now: datetime) -> Round:
    """Keep a round and send it at once."""
    if kept is None:
        kept = Round(programme_id=drafted.programme_id, started_at=now, due_at=now, seed=drafted.seed)
        session.add(kept)
        session.flush()
    outcomes.keep(session, kept, drafted, outcome)
    kept.settings = drafted.settings
    send(session, kept, outcome, now=now)
    return kept


def send_round(session: Session, public_id: str, *, now: datetime) -> Round:
    """Send a round that its coordinator has looked at."""
    kept = lock(session, Round, running.get_round(session, public_id).id)
    if kept is None or kept.state is not RoundState.READY:
        raise refusals.TooLate
    send(session, kept, outcomes.read(session, kept), now=now)
    return kept


def send(session: Session, kept: Round, outcome: Outcome, *, now: datetime) -> None:
    """Propose everybody to each other whom a round brought together."""
    programme = session.get_one(Programme, kept.programme_id)
    kept.state, kept.done_at, kept.step, kept.leased_until = RoundState.PROPOSED, now, None, None
    kept.progress = 1.0
    expires_at = now + timedelta(days=programme.hold_days)
    if programme.pairs_two:
        _propose_pairs(session, kept, programme, outcome, expires_at, now)
    else:
        apart = arrangements.read_pairs(session, programme.id)[1]
        forming.propose(session, kept, programme, outcome.groups, apart=apart, expires_at=expires_at, now=now)
        proposed = {pair for group, _ in outcome.groups for pair in combinations(sorted(group), 2)}
        arrangements.spend_pins(session, programme.id, proposed)
    schedule(session, f"{LAPSE}:{kept.id}", LAPSE, kept.id, expires_at)


def _propose_pairs(
    session: Session, kept: Round, programme: Programme, outcome: Outcome, expires_at: datetime, now: datetime
) -> None:
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


def _still_possible(
    session: Session, programme: Programme, outcome: Outcome, now: datetime
) -> list[tuple[int, int, float]]:
    """Drop the pairs that became impossible while the round was computed; everybody stays locked till the end."""
    people = outcome.matched
    held = pairs.lock_members(session, *people)
    apart = history.apart_pairs(session, people, now=now) | arrangements.read_pairs(session, programme.id)[1]
    crowd = population.read_crowd(session, programme)
    free = {
        person: int(crowd.population.capacity[crowd.rows[person]])
        for person in people
        if person in crowd.rows and (programme.id, person) in held
    }
    found = []
    for group, score in outcome.groups:
        low, high = min(group), max(group)  # one and the same where the other was erased while the round waited
        if low != high and (low, high) not in apart and free.get(low, 0) > 0 and free.get(high, 0) > 0:
            free[low] -= 1
            free[high] -= 1
            found.append((low, high, score))
    return found


def lapse(session: Session, round_id: int, now: datetime) -> None:
    """Free everybody whose proposal was not accepted by all in time."""
    forming.lapse(session, round_id, now=now)
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
