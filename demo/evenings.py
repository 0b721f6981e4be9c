"""What happened at the evenings that are over: most people felt welcome, and some met somebody to see again."""

from datetime import timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo.inhabitants import City
from welcome.events.answers.models import Attendance, AttendanceState, Greeting, Listed
from welcome.events.models import Event
from welcome.events.plans import Manner
from welcome.visits import thanks
from welcome.visits.models import Felt

FELT = (Felt.YES,) * 8 + (Felt.PARTLY, None)
MANNERS = (Manner(),) * 6 + (
    Manner(greeting=Greeting.WANTED),
    Manner(greeting=Greeting.OFFERED),
    Manner(Listed.HIDDEN),
)


def look_back(session: Session, city: City, event: Event, chance: Random) -> None:
    """Let half of the guests of each date that is over have answered the two questions the day after."""
    for occurrence in event.occurrences:
        after = occurrence.ends_at + timedelta(hours=15)
        if after > city.now:
            continue
        going = (Attendance.occurrence_id == occurrence.id, Attendance.state == AttendanceState.GOING)
        guests = list(session.scalars(sa.select(Attendance).where(*going).order_by(Attendance.turn)))
        for guest in chance.sample(guests, len(guests) // 2):
            again = [one.member.public_id for one in chance.sample(guests, min(2, len(guests))) if one is not guest]
            felt = chance.choice(FELT)
            thanks.say_thanks(session, occurrence.id, guest.member_id, felt, again, now=after)
