"""Who holds a seat in which circle, asked by everything that must know whether somebody has a place left."""

import sqlalchemy as sa

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
