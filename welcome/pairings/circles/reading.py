"""A circle as one member sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.service import blocked_ids
from welcome.errors import NotFound
from welcome.pairings.circles.letters import seat_of
from welcome.pairings.circles.seating import seats_in
from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.seats import ALIVE, HELD
from welcome.pairings.states import CircleState, SeatState
from welcome.pairings.suggestions import Face, read_faces


@dataclass(frozen=True, slots=True)
class Table:
    """A circle, the reader's seat, and the others whom the reader sees there."""

    circle: Circle
    seat: Seat | None
    faces: list[Face]
    is_open: bool

    @property
    def can_answer(self) -> bool:
        """Whether a seat waits for the reader's yes or no."""
        return self.is_open and self.seat is not None and self.seat.state is SeatState.OFFERED

    @property
    def is_in(self) -> bool:
        """Whether the reader sits in a circle that meets."""
        return self.seat is not None and self.seat.state is SeatState.TAKEN and self.circle.state is CircleState.FORMED

    @property
    def waits(self) -> bool:
        """Whether the reader said yes, and others have not answered yet."""
        return self.is_open and not self.is_in and self.seat is not None and self.seat.state is SeatState.TAKEN


def get_table(session: Session, public_id: str, member_id: int, *, now: datetime) -> Table:
    """Return a circle in which this member has or had a seat; NotFound for everybody else."""
    circle = session.scalar(sa.select(Circle).where(Circle.public_id == public_id))
    if circle is None or seat_of(circle, member_id) is None:
        raise NotFound
    return table_of(session, circle, member_id, now=now)


def table_of(session: Session, circle: Circle, member_id: int, *, now: datetime) -> Table:
    """Return a circle as a member sees it: before all said yes, those asked; then, those who sit there."""
    return tables_of(session, [circle], member_id, now=now)[0]


def tables_of(session: Session, circles: Iterable[Circle], member_id: int, *, now: datetime) -> list[Table]:
    """Return several circles in the same way; by two statements, however many there are."""
    every = [(circle, _asked_or_seated(circle, seat_of(circle, member_id))) for circle in circles]
    apart = blocked_ids(session, member_id) | {member_id} if every else set()
    faces = read_faces(session, [one for _, others in every for one in others if one not in apart]) if every else {}
    return [
        Table(
            circle,
            seat_of(circle, member_id),
            [faces[one] for one in others if one in faces],
            circle.state is CircleState.FORMED or (circle.state is CircleState.PROPOSED and now < circle.expires_at),
        )
        for circle, others in every
    ]


def _asked_or_seated(circle: Circle, seat: Seat | None) -> list[int]:
    """Return whom somebody with this seat, or without one, sees there."""
    if seat is not None and seat.state not in HELD:
        return []
    states = (SeatState.TAKEN,) if circle.state is CircleState.FORMED else HELD
    return [one.member_id for one in seats_in(circle, *states)]


def read_tables(session: Session, member_id: int, *, now: datetime) -> list[Table]:
    """Return the circles in which a member has a seat, those that wait for an answer first."""
    rows = (
        sa.select(Circle)
        .join(Seat, Seat.circle_id == Circle.id)
        .where(Seat.member_id == member_id, Seat.state.in_(HELD), Circle.state.in_(ALIVE))
        .order_by(Circle.id)
    )
    tables = tables_of(session, session.scalars(rows).unique(), member_id, now=now)
    return sorted((table for table in tables if table.is_open), key=lambda table: not table.can_answer)
