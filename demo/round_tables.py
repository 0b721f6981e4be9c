"""Circles of the city: a round a while ago, who said yes, what they wrote to each other, and their meetings so far."""

from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.conversations.models import Message
from welcome.errors import Refusal
from welcome.pairings.circles import forming, meetings, seating
from welcome.pairings.models.circles import Circle
from welcome.pairings.rounds import drafts, outcomes, sending
from welcome.pairings.states import CircleState, SeatState

DAY = timedelta(days=1)
HELLOS = ("Hi all, looking forward to it!", "Leuk! Tot dan.", "Shall I bring something?", "J'arrive avec ma fille.")


def hold_circles(session: Session, slug: str, at: datetime, chance: Random, *, is_open: bool = False) -> None:
    """Propose circles as a round did then; most say yes, unless the round is so new that few have answered."""
    drafted = drafts.draft(session, slug, seed=at.toordinal(), now=at)
    kept = sending.propose(session, drafted, outcomes.compute(drafted), now=at)
    circles = session.scalars(sa.select(Circle).where(Circle.round_id == kept.id).order_by(Circle.id)).all()
    for circle in circles:
        for seat in list(circle.seats):
            if chance.random() < (0.3 if is_open else 0.85):
                _answer(session, circle, seat.member_id, at + chance.uniform(0.1, 1.5) * DAY, yes=chance.random() < 0.9)
        _write(session, circle, at + 2 * DAY, chance)
    if not is_open:
        sending.lapse(session, kept.id, at + 6 * DAY)
        kept.settled_at = at + 6 * DAY  # long ago: no wave follows today


def _answer(session: Session, circle: Circle, person: int, at: datetime, *, yes: bool) -> None:
    try:
        forming.answer(session, circle.public_id, person, yes=yes, now=at)
    except Refusal:
        return  # so many said no that the circle was over before


def _write(session: Session, circle: Circle, at: datetime, chance: Random) -> None:
    if circle.thread_id is None:
        return
    for number, seat in enumerate(seat for seat in circle.seats if chance.random() < 0.6):
        words = HELLOS[number % len(HELLOS)]
        session.add(
            Message(thread_id=circle.thread_id, member_id=seat.member_id, body=words, sent_at=at + number * DAY / 9)
        )
    session.flush()


def meet(session: Session, chance: Random, now: datetime) -> None:
    """Let the circles have met as planned up to now; most say so the day after."""
    for circle in session.scalars(sa.select(Circle).where(Circle.state == CircleState.FORMED).order_by(Circle.id)):
        while circle.meeting and circle.meeting.ends_at + DAY < now:
            number, day_after = circle.meeting.number, circle.meeting.ends_at + DAY
            meetings.ask_how_it_was(session, circle.meeting.id, day_after)
            for seat in seating.seats_in(circle, SeatState.TAKEN):
                if chance.random() < 0.7:
                    whose = (session, circle.public_id, seat.member_id)
                    meetings.answer_check(*whose, did_meet=True, would_again=True, now=day_after)
            if circle.meeting.number == number:
                break  # it does not meet any more
