"""Leave a circle, and what becomes of it: the others go on, and what is too small for a circle ends."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Block, Member
from welcome.conversations.threads import close_thread, take_in, take_out
from welcome.database import lock
from welcome.pairings import pairs, refusals
from welcome.pairings.circles import seating
from welcome.pairings.circles.letters import CIRCLE_FORMED, CIRCLE_LAPSED, seat_of
from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.seats import ALIVE, HELD
from welcome.pairings.states import CircleState, SeatState
from welcome.post.service import post

FEWEST = 2  #: people who can still wait together for others to join


def leave(session: Session, public_id: str, member_id: int, *, now: datetime) -> None:
    """Leave a circle, or take one's yes back before it begins; those who stay are told that something changed."""
    circle, _held = seating.hold(session, public_id, member_id)
    seat = seat_of(circle, member_id)
    if seat is None or seat.state is not SeatState.TAKEN or circle.state not in ALIVE:
        raise refusals.TooLate
    vacate(session, circle, seat, now=now)
    if circle.state is CircleState.FORMED:
        seating.tell_change(session, circle, now=now)


def vacate(session: Session, circle: Circle, seat: Seat, *, now: datetime) -> None:
    """Take somebody out of a circle. Needs the lock."""
    seat.state, seat.answered_at = SeatState.LEFT, now
    if circle.thread_id is not None:
        take_out(session, circle.thread_id, seat.member_id, now=now)
    taken = [other for other in circle.seats if other.state is SeatState.TAKEN]
    if circle.state is CircleState.FORMED and len(taken) < FEWEST:
        end(session, circle, now=now)


def end(session: Session, circle: Circle, *, now: datetime) -> None:
    """Let nothing more happen in a circle; whoever is in it is told, and free. Needs the lock."""
    circle.state, circle.ended_at = CircleState.ENDED, now
    if circle.thread_id is not None:
        close_thread(session, circle.thread_id, now=now)
    for seat in circle.seats:
        if seat.state is SeatState.OFFERED:
            seat.state = SeatState.LAPSED
        elif seat.state is SeatState.TAKEN:
            key = f"{circle.id}:{seat.member_id}"
            post(session, CIRCLE_LAPSED, seat.member_id, {"circle": circle.id}, key=key, now=now)


def move_out(session: Session, seat: Seat, *, now: datetime) -> None:
    """Take somebody out of the small circle that they were in before: two circles have become one."""
    if seat.moves_from_id is None:
        return
    before = lock(session, Circle, seat.moves_from_id)
    if before is None or before.state not in ALIVE:
        return
    session.refresh(before, ["seats"])
    for old in before.seats:
        if old.member_id == seat.member_id and old.state is SeatState.TAKEN:
            vacate(session, before, old, now=now)


def sit_down(session: Session, circle: Circle, seat: Seat, now: datetime) -> None:
    """Let a late-comer into a circle that meets already, and tell the others."""
    if circle.thread_id is not None:
        take_in(session, circle.thread_id, seat.member_id)
    move_out(session, seat, now=now)
    seating.tell_change(session, circle, now=now, but=seat.member_id)
    key = f"{circle.id}:{seat.member_id}"
    post(session, CIRCLE_FORMED, seat.member_id, {"circle": circle.id}, key=key, now=now)


def leave_where_blocked(session: Session, *, now: datetime) -> None:
    """Take out of a circle who blocked somebody in it, and who is not there any more.

    The one who blocks is the one who goes, so that a block tells nothing; until then, pages and letters look for it.
    """
    mine, theirs = sa.orm.aliased(Seat), sa.orm.aliased(Seat)
    blocked = (
        sa.select(mine.id)
        .join(theirs, theirs.circle_id == mine.circle_id)
        .join(Block, sa.and_(Block.member_id == mine.member_id, Block.blocked_id == theirs.member_id))
        .where(mine.state.in_(HELD), theirs.state.in_(HELD))
    )
    present = sa.select(Member.id).where(Member.is_present)
    gone = sa.select(Seat.id).where(Seat.state.in_(HELD), Seat.member_id.not_in(present))
    alive = sa.select(Seat).join(Circle, Circle.id == Seat.circle_id).where(Circle.state.in_(ALIVE))
    for known in session.scalars(alive.where(sa.or_(Seat.id.in_(blocked), Seat.id.in_(gone))).order_by(Seat.id)).all():
        pairs.lock_members(session, *(seat.member_id for seat in known.circle.seats))
        circle = lock(session, Circle, known.circle_id)
        if circle is not None and circle.state in ALIVE and known.state in HELD:
            vacate(session, circle, known, now=now)
