"""Take back what was sent, one proposal or all of a round, as long as nobody has said yes to it.

Those two are not proposed to each other again soon, as if it had lapsed; a whole round that is taken back is as if it
had not been, so that a better one can be made at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import lock
from welcome.pairings import pairs, refusals
from welcome.pairings.circles.seating import seats_in
from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.rounds import running
from welcome.pairings.seats import HELD
from welcome.pairings.states import CircleState, ProposalState, RoundState, SeatState
from welcome.pairings.suggestions import Face, read_faces

PAGE = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """A proposal or circle to which nobody has said yes, and who is asked."""

    public_id: str
    faces: list[Face]


@dataclass(frozen=True, slots=True)
class Untouched:
    """One page of what can be taken back of a round."""

    round: Round
    sent: list[Sent]
    pages: int


def read_untouched(session: Session, public_id: str, *, page: int = 1) -> Untouched:
    """Return a page of what was sent and nobody has said yes to."""
    kept = running.get_round(session, public_id)
    every = _untouched(session, kept)
    shown = every[PAGE * (page - 1) : PAGE * page]
    faces = read_faces(session, [person for one in shown for person in _asked(one)])
    sent = [Sent(one.public_id, [faces[person] for person in _asked(one) if person in faces]) for one in shown]
    return Untouched(kept, sent, -(-len(every) // PAGE))


def take_back(session: Session, public_id: str, which: str | None, *, now: datetime) -> int:
    """Take one proposal or circle back, or all; return how many were."""
    kept = lock(session, Round, running.get_round(session, public_id).id)
    if kept is None or kept.state is not RoundState.PROPOSED:
        raise refusals.TooLate
    wanted = [one for one in _untouched(session, kept) if which in (None, one.public_id)]
    pairs.lock_members(session, *{person for one in wanted for person in _asked(one)})
    session.expire_all()
    found = [one for one in _untouched(session, kept) if which in (None, one.public_id)]
    if which is not None and not found:
        raise refusals.TooLate
    for one in found:
        if isinstance(one, Circle):
            _end_circle(one, CircleState.LAPSED if which else CircleState.WITHDRAWN, now)
        else:
            one.state = ProposalState.LAPSED if which else ProposalState.WITHDRAWN
    if which is None:
        kept.settled_at = now  # no wave follows by itself
    return len(found)


def _untouched(session: Session, kept: Round) -> Sequence[Proposal | Circle]:
    if kept.programme.pairs_two:
        nobody = (Proposal.one_answer.is_(None), Proposal.other_answer.is_(None))
        proposals = sa.select(Proposal).where(Proposal.round_id == kept.id, Proposal.state == ProposalState.OPEN)
        return session.scalars(proposals.where(*nobody).order_by(Proposal.id)).all()
    taken = sa.exists().where(Seat.circle_id == Circle.id, Seat.state == SeatState.TAKEN)
    circles = sa.select(Circle).where(Circle.round_id == kept.id, Circle.state == CircleState.PROPOSED, ~taken)
    return session.scalars(circles.order_by(Circle.id)).all()


def _asked(one: Proposal | Circle) -> list[int]:
    if isinstance(one, Circle):
        return [seat.member_id for seat in seats_in(one, *HELD)]
    return [one.one_id, one.other_id]


def _end_circle(circle: Circle, state: CircleState, now: datetime) -> None:
    circle.state, circle.ended_at = state, now
    for seat in seats_in(circle, SeatState.OFFERED):
        seat.state = SeatState.LAPSED
