"""Seats in one circle: offer them, hold them, sit down in one, and tell those who sit there already."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Block
from welcome.database import lock
from welcome.errors import NotFound
from welcome.pairings import pairs
from welcome.pairings.circles.letters import CIRCLE_CHANGED, CIRCLE_PROPOSED, seat_of
from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.states import SeatState
from welcome.post.service import post

Held = dict[tuple[int, int], Enrolment]


def offer_seats(
    session: Session, circle: Circle, member_ids: Collection[int], *, moves_from: int | None = None, now: datetime
) -> None:
    """Offer seats in a circle, and write to those who are asked."""
    for person in member_ids:
        session.add(Seat(circle_id=circle.id, member_id=person, moves_from_id=moves_from))
    session.flush()
    session.expire(circle, ["seats"])
    for person in member_ids:
        post(session, CIRCLE_PROPOSED, person, {"circle": circle.id}, key=f"{circle.id}:{person}", now=now)


def hold(session: Session, public_id: str, member_id: int) -> tuple[Circle, Held]:
    """Lock a circle and everybody who has a seat in it; NotFound for whoever has none."""
    known = session.scalar(sa.select(Circle).where(Circle.public_id == public_id))
    if known is None or seat_of(known, member_id) is None:
        raise NotFound
    held = pairs.lock_members(session, *(seat.member_id for seat in known.seats))
    circle = lock(session, Circle, known.id)
    assert circle is not None  # noqa: S101 (it was there a line ago, and circles are never deleted)
    session.refresh(circle, ["seats"])
    return circle, held


def seats_in(circle: Circle, *states: SeatState) -> list[Seat]:
    """Return a circle's seats in these states."""
    return [seat for seat in circle.seats if seat.state in states]


def tell_change(session: Session, circle: Circle, *, now: datetime, but: int | None = None) -> None:
    """Tell everybody in a circle how things stand now; several changes in a row are one letter."""
    circle.sequence += 1
    for seat in seats_in(circle, SeatState.TAKEN):
        if seat.member_id != but:
            key = f"{circle.id}:{circle.sequence}:{seat.member_id}"
            post(session, CIRCLE_CHANGED, seat.member_id, {"circle": circle.id}, key=key, now=now)


def blocked_among(session: Session, people: Collection[int]) -> set[tuple[int, int]]:
    """Return who of these must not sit together: whoever blocked another. That they have met before is no reason."""
    rows = session.execute(
        sa.select(Block.member_id, Block.blocked_id).where(Block.member_id.in_(people), Block.blocked_id.in_(people))
    )
    return {(min(row), max(row)) for row in rows}
