"""Who holds a seat in which circle, asked by everything that must know whether somebody has a place left."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.states import CircleState, SeatState

HELD = (SeatState.OFFERED, SeatState.TAKEN)
ALIVE = (CircleState.PROPOSED, CircleState.FORMED)


def held_in(programme_id: int) -> sa.Select[int]:
    """Return the members who hold a seat in a circle of a programme, each as often as they do.

    A seat that is offered in place of a smaller circle is none of its own.
    """
    return (
        sa.select(Seat.member_id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(Circle.programme_id == programme_id, Circle.state.in_(ALIVE), Seat.state.in_(HELD))
        .where(sa.or_(Seat.moves_from_id.is_(None), Seat.state == SeatState.TAKEN))
    )


def sat_together(session: Session, *, since: datetime) -> set[tuple[int, int]]:
    """Return the pairs of members who were asked into the same circle of late, or sit in one."""
    recently = sa.and_(Circle.created_at > since, Circle.state != CircleState.WITHDRAWN)
    mine, theirs = aliased(Seat), aliased(Seat)
    rows = session.execute(
        sa.select(mine.member_id, theirs.member_id)
        .join(theirs, theirs.circle_id == mine.circle_id)
        .join(Circle, Circle.id == mine.circle_id)
        .where(mine.member_id < theirs.member_id)
        .where(sa.or_(recently, Circle.state.in_(ALIVE)))
    )
    return {(one, other) for one, other in rows}
