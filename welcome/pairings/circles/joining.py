"""Seats in circles that meet already: for late-comers by the same test, and for those whose circle became small."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import lock
from welcome.errors import NotFound
from welcome.pairings import history, pairs, population, refusals
from welcome.pairings.circles import fitting, leaving, seating
from welcome.pairings.circles.fitting import LARGEST, SMALLEST, Company
from welcome.pairings.circles.letters import seat_of
from welcome.pairings.circles.seating import seats_in
from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.seats import HELD
from welcome.pairings.states import CircleState, SeatState

MOST_ASKED = 200  #: late-comers who are tried at all circles in one round, the longest-waiting first


def offer_what_is_left(session: Session, programme: Programme, *, expires_at: datetime, now: datetime) -> None:
    """Offer seats in circles that meet already: to those of small circles, and to the longest-waiting."""
    circles = _formed(session, programme.id)
    waiting = _waiting(session, programme)[:MOST_ASKED] if circles else []
    company = _company(session, programme, circles, waiting, now)
    for circle in [one for one in circles if len(_people(one)) < SMALLEST]:
        _merge(session, circle, circles, company, expires_at, now)
    for person in waiting:
        place = next((circle for circle in circles if _has_room(circle, 1) and _fits(company, circle, [person])), None)
        if place is not None:
            place.expires_at = expires_at
            seating.offer_seats(session, place, [person], now=now)


def _merge(
    session: Session, small: Circle, circles: list[Circle], company: Company, expires_at: datetime, now: datetime
) -> None:
    """Offer those of a small circle seats in another, all of them or none."""
    people = [seat.member_id for seat in seats_in(small, SeatState.TAKEN)]
    if not people or seats_in(small, SeatState.OFFERED) or _is_moving(session, small):
        return
    for circle in circles:
        is_other = circle is not small and not set(people) & _people(circle)
        if is_other and _has_room(circle, len(people)) and _fits(company, circle, people):
            circle.expires_at = expires_at
            seating.offer_seats(session, circle, people, moves_from=small.id, now=now)
            return


def _is_moving(session: Session, small: Circle) -> bool:
    """Whether its people have been offered seats elsewhere already, or others here in place of their own."""
    moving = sa.select(Seat.id).where(Seat.moves_from_id == small.id, Seat.state == SeatState.OFFERED)
    return session.scalar(moving.limit(1)) is not None


def _formed(session: Session, programme_id: int) -> list[Circle]:
    rows = sa.select(Circle).where(Circle.programme_id == programme_id, Circle.state == CircleState.FORMED)
    return list(session.scalars(rows.order_by(Circle.id)))


def _waiting(session: Session, programme: Programme) -> list[int]:
    crowd = population.read_crowd(session, programme)
    waiting = [
        (person.waiting_since, one) for one, person in zip(crowd.ids, crowd.people, strict=True) if person.capacity
    ]
    return [member_id for _, member_id in sorted(waiting)]


def _people(circle: Circle) -> set[int]:
    return {seat.member_id for seat in seats_in(circle, *HELD)}


def _has_room(circle: Circle, count: int) -> bool:
    return len(_people(circle)) + count <= LARGEST


def _fits(company: Company, circle: Circle, people: list[int]) -> bool:
    was_here = {seat.member_id for seat in circle.seats}
    return not was_here & set(people) and company.may_sit([*sorted(_people(circle)), *people])


def _company(
    session: Session, programme: Programme, circles: list[Circle], waiting: Collection[int], now: datetime
) -> Company:
    """Read everybody who sits or waits. That two who sit together have met before keeps nobody else out."""
    seated = [_people(circle) for circle in circles]
    people = set(waiting).union(*seated)
    apart = history.apart_pairs(session, people, now=now)
    together = {pair for pair in apart if any(set(pair) <= those for those in seated)}
    return fitting.read_company(session, programme, people, apart - together)


def open_circles(session: Session, member_id: int, *, now: datetime) -> list[Circle]:
    """Return the circles that a member who waits could join at once, by the same test."""
    joined = sa.select(Enrolment).where(Enrolment.member_id == member_id, Enrolment.paused_at.is_(None))
    found: list[Circle] = []
    for enrolment in session.scalars(joined.order_by(Enrolment.id)):
        programme = enrolment.programme
        if not programme.pairs_two and member_id in _waiting(session, programme):
            circles = [circle for circle in _formed(session, programme.id) if _has_room(circle, 1)]
            company = _company(session, programme, circles, [member_id], now)
            found += [circle for circle in circles if _fits(company, circle, [member_id])]
    return found


def join(session: Session, public_id: str, member_id: int, *, now: datetime) -> Circle:
    """Sit down in a circle that has room; NotFound for whoever does not fit, whatever the reason."""
    known = session.scalar(sa.select(Circle).where(Circle.public_id == public_id))
    if known is None:
        raise NotFound
    pairs.lock_members(session, member_id, *(seat.member_id for seat in known.seats))
    circle = lock(session, Circle, known.id)
    session.refresh(known, ["seats"])
    if circle is None or circle not in open_circles(session, member_id, now=now):
        mine = seat_of(known, member_id)
        raise refusals.TooLate if mine is not None else NotFound
    seat = Seat(circle_id=circle.id, member_id=member_id, state=SeatState.TAKEN, answered_at=now)
    session.add(seat)
    session.flush()
    session.refresh(circle, ["seats"])
    leaving.sit_down(session, circle, seat, now)
    return circle
