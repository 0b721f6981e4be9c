"""What holds for two people at this moment, and how the two become a match without ever being one too many.

Whoever changes anything between two people first locks the enrolments of both, in one order: so crossed requests,
double answers and one free place wanted by many are decided one after the other, on both databases.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from welcome.accounts.models import Block, Member
from welcome.accounts.service import hold, is_blocked
from welcome.agenda.service import schedule
from welcome.conversations.threads import open_thread
from welcome.pairings import refusals, rules
from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.requests import Request
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.states import ProgrammeKind, ProposalState, RequestState, SeatState
from welcome.pairings.vetting import mentors
from welcome.profiles.models import Profile, Side


def lock_members(session: Session, *member_ids: int) -> dict[tuple[int, int], Enrolment]:
    """Hold everything that these members joined, and their blocks; return the first by (programme, member)."""
    session.flush()
    hold(session, member_ids)
    held = (
        sa.select(Enrolment)
        .where(Enrolment.member_id.in_(member_ids))
        .order_by(Enrolment.id)
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    )
    return {(row.programme_id, row.member_id): row for row in session.scalars(held)}


def is_gone(session: Session, member_id: int, other: Member) -> bool:
    """Whether the other is closed, suspended or kept apart from a member."""
    return not other.is_present or is_blocked(session, member_id, other.id)


def check_there(session: Session, member_id: int, other: Member | None) -> Member:
    """Return the other, or refuse in the one way that tells nothing."""
    if other is None or other.id == member_id or is_gone(session, member_id, other):
        raise refusals.NobodyThere
    return other


def of_member(table: type[Match] | type[Proposal], member_id: int) -> sa.ColumnElement[bool]:
    """Condition: a row that two people share has this member."""
    return sa.or_(table.one_id == member_id, table.other_id == member_id)


def kept_apart(one: InstrumentedAttribute[int], other: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """Condition: one of the two that these columns name has blocked the other."""
    return sa.exists(
        sa.select(Block.id)
        .where(
            sa.or_(
                sa.and_(Block.member_id == one, Block.blocked_id == other),
                sa.and_(Block.member_id == other, Block.blocked_id == one),
            )
        )
        .correlate(one.class_)
    )


def other_is_there(table: type[Match] | type[Proposal]) -> sa.ColumnElement[bool]:
    """Condition: both of a row's people are present, and neither blocked the other."""
    present = sa.select(Member.id).where(Member.is_present).scalar_subquery()
    together = ~kept_apart(table.one_id, table.other_id)
    return sa.and_(table.one_id.in_(present), table.other_id.in_(present), together)


def is_open_for(member_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions: a match of a member that has not ended, and whose other person is there."""
    return of_member(Match, member_id), Match.ended_at.is_(None), other_is_there(Match)


def open_matches(session: Session, member_id: int, programme_id: int | None = None) -> list[Match]:
    """Return a member's matches that have not ended and whose other person is there."""
    found = sa.select(Match).where(*is_open_for(member_id))
    if programme_id is not None:
        found = found.where(Match.programme_id == programme_id)
    return list(session.scalars(found.order_by(Match.id.desc())))


def open_match_of(session: Session, one_id: int, other_id: int) -> Match | None:
    """Return the open match of two people."""
    low, high = sorted((one_id, other_id))
    return session.scalar(sa.select(Match).where(Match.one_id == low, Match.other_id == high, Match.ended_at.is_(None)))


def free_places(session: Session, enrolment: Enrolment) -> int:
    """Return how many more matches a member has room for in a programme."""
    return enrolment.capacity - len(open_matches(session, enrolment.member_id, enrolment.programme_id))


def check_pair(
    session: Session, held: dict[tuple[int, int], Enrolment], programme: Programme, me: int, other: Member
) -> tuple[Enrolment, Enrolment]:
    """Return both enrolments, or refuse: joined, roles that meet, a place on both sides. Needs the lock."""
    mine, theirs = held.get((programme.id, me)), held.get((programme.id, other.id))
    if mine is None:
        raise refusals.NotJoined
    if theirs is None or not rules.parts_meet(programme.kind, mine.role, theirs.role):
        raise refusals.NotTogether
    if not mentors.may_mentor(session, programme, mine):
        raise refusals.NotVetted
    if not mentors.may_mentor(session, programme, theirs):
        raise refusals.NotTogether
    if programme.kind is ProgrammeKind.HOSTING and not _bridges(session, me, other.id):
        raise refusals.NotTogether
    if open_match_of(session, me, other.id) is not None:
        raise refusals.TalkingAlready(name=other.first_name)
    if free_places(session, mine) < 1:
        raise refusals.NoPlaceForMe
    if free_places(session, theirs) < 1:
        raise refusals.NoPlaceForThem(name=other.first_name)
    return mine, theirs


def _bridges(session: Session, one_id: int, other_id: int) -> bool:
    """Whether one of two is at home here and the other is new, so that one can open a door to the other."""
    rows = session.scalars(sa.select(Profile.side).where(Profile.member_id.in_((one_id, other_id))))
    sides = [side for side in rows if side is not None]
    return len(sides) > 1 and (Side.BOTH in sides or sides[0] is not sides[1])


def make_match(
    session: Session,
    held: dict[tuple[int, int], Enrolment],
    programme: Programme,
    me: int,
    other: Member,
    *,
    now: datetime,
) -> Match:
    """Make two people a match and open their conversation; free what they can no longer keep. Needs the lock."""
    both = check_pair(session, held, programme, me, other)
    low, high = sorted((me, other.id))
    thread = open_thread(session, (low, high), now=now)
    match = Match(programme_id=programme.id, one_id=low, other_id=high, thread_id=thread.id, started_at=now)
    session.add(match)
    session.flush()
    _end_questions_between(session, low, high, now)
    if programme.kind is ProgrammeKind.MENTORSHIP:
        _plan_check_ins(session, match)
    for enrolment in both:
        if free_places(session, enrolment) < 1:
            free_the_rest(session, enrolment, now=now)
    return match


def _plan_check_ins(session: Session, match: Match) -> None:
    for days in (*rules.CHECK_IN_DAYS, rules.QUIET_DAYS):
        due_at = match.started_at + timedelta(days=days)
        schedule(session, f"{rules.CHECK_IN}:{match.id}:{days}", rules.CHECK_IN, match.id, due_at)


def _end_questions_between(session: Session, one_id: int, other_id: int, now: datetime) -> None:
    between = sa.or_(
        sa.and_(Request.member_id == one_id, Request.asked_id == other_id),
        sa.and_(Request.member_id == other_id, Request.asked_id == one_id),
    )
    session.execute(
        sa.update(Request)
        .where(between, Request.state.in_(rules.OPEN_REQUESTS))
        .values(state=RequestState.ACCEPTED, answered_at=now)
    )
    session.execute(
        sa.update(Proposal)
        .where(Proposal.one_id == one_id, Proposal.other_id == other_id, Proposal.state == ProposalState.OPEN)
        .values(state=ProposalState.LAPSED)
    )


def free_the_rest(session: Session, enrolment: Enrolment, *, now: datetime) -> None:
    """Take back the questions and proposals of somebody who has no place left, or leaves the programme."""
    session.execute(
        sa.update(Request)
        .where(
            Request.member_id == enrolment.member_id,
            Request.programme_id == enrolment.programme_id,
            Request.state.in_(rules.OPEN_REQUESTS),
        )
        .values(state=RequestState.WITHDRAWN, answered_at=now)
    )
    session.execute(
        sa.update(Proposal)
        .where(
            of_member(Proposal, enrolment.member_id),
            Proposal.programme_id == enrolment.programme_id,
            Proposal.state == ProposalState.OPEN,
        )
        .values(state=ProposalState.LAPSED)
    )
    circles = sa.select(Circle.id).where(Circle.programme_id == enrolment.programme_id)
    offered = (Seat.member_id == enrolment.member_id, Seat.state == SeatState.OFFERED)
    session.execute(
        sa.update(Seat)
        .where(*offered, Seat.circle_id.in_(circles))
        .values(state=SeatState.LAPSED)
        .execution_options(synchronize_session=False)
    )


def lapse_where_blocked(session: Session, *, now: datetime) -> None:
    """Let the open questions and proposals lapse between two who are kept apart."""
    session.execute(
        sa.update(Request)
        .where(Request.state.in_(rules.OPEN_REQUESTS), kept_apart(Request.member_id, Request.asked_id))
        .values(state=RequestState.LAPSED, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(Proposal)
        .where(Proposal.state == ProposalState.OPEN, kept_apart(Proposal.one_id, Proposal.other_id))
        .values(state=ProposalState.LAPSED)
        .execution_options(synchronize_session=False)
    )
