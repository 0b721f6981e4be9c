"""A round's proposal of two people to each other: a yes from both makes the match, anything else frees both."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.database import lock
from welcome.errors import NotFound
from welcome.pairings import letters, pairs, rules, silence
from welcome.pairings.models.matches import Match
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.states import ProposalState
from welcome.post.service import post


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal as one of the two sees it; what the other answered is theirs to tell."""

    proposal: Proposal
    other: Member
    my_answer: bool | None
    is_open: bool
    is_gone: bool
    match: Match | None = None

    @property
    def can_answer(self) -> bool:
        """Whether it waits for the reader."""
        return self.is_open and not self.is_gone and self.my_answer is None


def get_offer(session: Session, public_id: str, member_id: int, *, now: datetime) -> Offer:
    """Return a proposal as this member sees it; NotFound for everybody else."""
    proposal = session.scalar(sa.select(Proposal).where(Proposal.public_id == public_id))
    if proposal is None or member_id not in (proposal.one_id, proposal.other_id):
        raise NotFound
    return _offer(session, proposal, member_id, now)


def _offer(session: Session, proposal: Proposal, member_id: int, now: datetime) -> Offer:
    is_one = proposal.one_id == member_id
    other = proposal.other if is_one else proposal.one
    accepted = proposal.state is ProposalState.ACCEPTED
    return Offer(
        proposal,
        other,
        proposal.one_answer if is_one else proposal.other_answer,
        is_open=proposal.state is ProposalState.OPEN and now < proposal.expires_at,
        is_gone=pairs.is_gone(session, member_id, other),
        match=pairs.open_match_of(session, member_id, other.id) if accepted else None,
    )


def read_offers(session: Session, member_id: int, *, now: datetime) -> list[Offer]:
    """Return the proposals that stand open for a member."""
    rows = sa.select(Proposal).where(
        pairs.of_member(Proposal, member_id),
        Proposal.state == ProposalState.OPEN,
        Proposal.expires_at > now,
        pairs.other_is_there(Proposal),
    )
    return [_offer(session, row, member_id, now) for row in session.scalars(rows.order_by(Proposal.id))]


def answer(session: Session, public_id: str, member_id: int, *, yes: bool, now: datetime) -> Match | None:
    """Say yes or no to a proposal; return the match when it was the second yes."""
    proposal = session.scalar(sa.select(Proposal).where(Proposal.public_id == public_id))
    if proposal is None or member_id not in (proposal.one_id, proposal.other_id):
        raise NotFound
    held = pairs.lock_members(session, proposal.one_id, proposal.other_id)
    proposal = lock(session, Proposal, proposal.id)
    assert proposal is not None  # noqa: S101 (it was there a line ago, and is only erased with its people)
    is_one = proposal.one_id == member_id
    other = pairs.check_there(session, member_id, proposal.other if is_one else proposal.one)
    mine, theirs = proposal.one_answer, proposal.other_answer
    if not is_one:
        mine, theirs = theirs, mine
    state = rules.answer_proposal(proposal.state, mine, theirs, yes=yes, expires_at=proposal.expires_at, now=now)
    silence.hear(held, proposal.programme_id, member_id)
    match = None
    if state is ProposalState.ACCEPTED:
        match = pairs.make_match(session, held, proposal.programme, member_id, other, now=now)
        for person in (member_id, other.id):
            post(session, letters.MATCHED, person, {"match": match.id}, key=f"{match.id}:{person}", now=now)
    proposal.state = state
    if is_one:
        proposal.one_answer = yes
    else:
        proposal.other_answer = yes
    return match
