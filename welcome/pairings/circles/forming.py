"""From a round's circle to one that meets: everybody is asked, three make it, and its first meeting is planned."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.conversations.threads import open_group
from welcome.database import lock
from welcome.pairings import history, pairs, population, refusals, silence
from welcome.pairings.circles import fitting, joining, leaving, meetings, seating
from welcome.pairings.circles.letters import CIRCLE_FORMED, CIRCLE_LAPSED, seat_of
from welcome.pairings.circles.seating import seats_in
from welcome.pairings.models.circles import Circle
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.seats import ALIVE, HELD
from welcome.pairings.states import CircleState, SeatState
from welcome.post.service import post


def propose(
    session: Session,
    kept: Round,
    programme: Programme,
    groups: Collection[tuple[tuple[int, ...], float]],
    *,
    apart: Collection[tuple[int, int]] = (),
    expires_at: datetime,
    now: datetime,
) -> None:
    """Ask everybody in a round's circles; then offer those who are left a seat in one that meets already.

    ``apart`` are pairs that must not sit together, besides those who have met before.
    """
    people = {person for group, _ in groups for person in group}
    pairs.lock_members(session, *people)
    waiting = population.read_crowd(session, programme)
    free = {one for one in people if one in waiting.rows and waiting.population.capacity[waiting.rows[one]] > 0}
    known = history.apart_pairs(session, people, now=now)
    company = fitting.read_company(session, programme, people, known.union(apart))
    for group, score in groups:
        there = [person for person in group if person in free]
        shared = company.shared(there) if len(there) >= fitting.SMALLEST and company.may_sit(there) else None
        if shared is None or not company.is_balanced(there):
            continue
        circle = Circle(
            programme_id=programme.id,
            round_id=kept.id,
            score=score,
            zone=_zone(session, there),
            activity=shared.activity,
            slot=shared.slot,
            language=shared.language,
            created_at=now,
            expires_at=expires_at,
        )
        session.add(circle)
        session.flush()
        seating.offer_seats(session, circle, there, now=now)
    joining.offer_what_is_left(session, programme, expires_at=expires_at, now=now)


def _zone(session: Session, member_ids: Collection[int]) -> str:
    zones = session.scalars(sa.select(Member.timezone).where(Member.id.in_(member_ids)).order_by(Member.id))
    return Counter(zones).most_common(1)[0][0]


def answer(session: Session, public_id: str, member_id: int, *, yes: bool, now: datetime) -> Circle:
    """Say yes or no to a seat. The third yes makes the circle; a no frees the one who says it."""
    circle, held = seating.hold(session, public_id, member_id)
    seat = seat_of(circle, member_id)
    if seat is None or seat.state is not SeatState.OFFERED or circle.state not in ALIVE or now >= circle.expires_at:
        raise refusals.TooLate
    silence.hear(held, circle.programme_id, member_id)
    seat.state, seat.answered_at = (SeatState.TAKEN if yes else SeatState.DECLINED), now
    if yes and circle.state is CircleState.FORMED:
        leaving.sit_down(session, circle, seat, now)
    elif yes:
        form_if_enough(session, circle, now=now)
    elif circle.state is CircleState.PROPOSED and len(seats_in(circle, *HELD)) < fitting.SMALLEST:
        _give_up(session, circle, now)
    return circle


def form_if_enough(session: Session, circle: Circle, *, now: datetime) -> None:
    """Make the circle as soon as three said yes who still fit, and both sides are there."""
    taken = seats_in(circle, SeatState.TAKEN)
    people = [seat.member_id for seat in taken]
    if len(people) < fitting.SMALLEST:
        return
    company = fitting.read_company(session, circle.programme, people, seating.blocked_among(session, people))
    if not company.may_sit(people) or not company.is_balanced(people):
        return
    circle.state, circle.formed_at = CircleState.FORMED, now
    circle.thread_id = open_group(session, people, now=now).id
    meetings.plan_first(session, circle, people, now=now)
    for seat in taken:
        leaving.move_out(session, seat, now=now)
        key = f"{circle.id}:{seat.member_id}"
        post(session, CIRCLE_FORMED, seat.member_id, {"circle": circle.id}, key=key, now=now)


def _give_up(session: Session, circle: Circle, now: datetime) -> None:
    """Free everybody: too few are left to make a circle of."""
    circle.state, circle.ended_at = CircleState.LAPSED, now
    for seat in seats_in(circle, SeatState.OFFERED):
        seat.state = SeatState.LAPSED
    for seat in seats_in(circle, SeatState.TAKEN):
        key = f"{circle.id}:{seat.member_id}"
        post(session, CIRCLE_LAPSED, seat.member_id, {"circle": circle.id}, key=key, now=now)


def lapse(session: Session, round_id: int, *, now: datetime) -> None:
    """Free the seats that nobody took in time; a circle that did not come about is over."""
    programme_id = session.scalar(sa.select(Round.programme_id).where(Round.id == round_id))
    due = sa.select(Circle).where(
        Circle.programme_id == programme_id, Circle.state.in_(ALIVE), Circle.expires_at <= now
    )
    for known in session.scalars(due.order_by(Circle.id)).all():
        held = pairs.lock_members(session, *(seat.member_id for seat in known.seats))
        circle = lock(session, Circle, known.id)
        if circle is None or circle.state not in ALIVE:
            continue
        session.refresh(circle, ["seats"])
        for seat in seats_in(circle, SeatState.OFFERED):
            seat.state = SeatState.LAPSED
            silence.miss(session, held, circle.programme_id, seat.member_id, now=now)
        if circle.state is CircleState.PROPOSED:
            _give_up(session, circle, now)
