"""What happened at Alice's table lately and what is open: a date that was counted, a door, answers of every kind."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.gatherings import evening, make_event
from welcome.accounts.models import Member
from welcome.conversations.threads import open_thread
from welcome.events import guests, joining, service
from welcome.events.answers import companions
from welcome.events.answers.models import Attendance, AttendanceState, Greeting
from welcome.events.letters import guest_path
from welcome.events.plans import Manner, Terms
from welcome.events.recurrence import Repeat, Rhythm
from welcome.visits import door
from welcome.visits.models import Tally

DAY = timedelta(days=1)


def look_back(session: Session, people: dict[str, Member], organisation_id: int, moment: datetime) -> dict[str, Any]:
    """Let some people have come three days ago, and tick the next date's guests; return the parts of the addresses."""
    hour = moment.replace(tzinfo=None, hour=18, minute=30, second=0, microsecond=0)
    then = moment - 20 * DAY
    own: dict[str, Any] = {"organisation_id": organisation_id}
    past = make_event(session, then, title="Pancakes", when=evening(hour - 3 * DAY), **own).occurrences[0]
    for name in ("Carol", "Bob", "Mia", "Iris"):
        joining.join(session, past.id, people[name].id, now=then)
    counts = {"people": 14, "guests": 12, "first_timers": 7, "newcomers": 6, "locals": 6, "answers": 11}
    session.add(Tally(occurrence_id=past.id, **counts, felt_welcome=10, met_somebody=3, counted_at=moment))
    where: dict[str, Any] = {"locale": "en", "timezone": "Europe/Amsterdam", "side": "newcomer", "party": 1}
    guests.ask(session, past.id, email="ana@welcome.example", first_name="Ana", now=then, **where)
    ana = session.query(Attendance).filter_by(occurrence_id=past.id, state=AttendanceState.ASKED).one()
    guests.answer(session, ana.id, ana.member.fs_uniquifier, party=1, now=then)
    return {
        "past": past,
        "past_event": past.event,
        "past_guest": guest_path(ana),
        **_open(session, people, own, hour, moment),
    }


def _open(
    session: Session, people: dict[str, Member], own: dict[str, Any], hour: datetime, moment: datetime
) -> dict[str, Any]:
    """Let a date of a series have somebody who asks, somebody for whom a place is held, and a door."""
    weekly: dict[str, Any] = {"repeat": Repeat(Rhythm.WEEKLY, 3), **own}
    series = make_event(session, moment, title="Dutch for beginners", when=evening(hour + 5 * DAY), **weekly)
    date = series.occurrences[0]
    service.change_terms(session, series.id, Terms(2, False, 24, False, True), now=moment)
    joining.join(session, date.id, people["Bob"].id, manner=Manner(greeting=Greeting.OFFERED), now=moment)
    joining.join(session, date.id, people["Mia"].id, party=3, children=2, now=moment)
    joining.join(session, date.id, people["Carol"].id, manner=Manner(greeting=Greeting.WANTED), now=moment)
    open_thread(session, [people["Carol"].id, people["Lea"].id], now=moment)
    asked = make_event(session, moment, title="Dinner at home", when=evening(hour + 6 * DAY), capacity=1, **own)
    service.change_terms(session, asked.id, Terms(needs_approval=True), now=moment)
    joining.join(session, asked.occurrences[0].id, people["Iris"].id, now=moment)
    held = make_event(session, moment, title="A boat trip", when=evening(hour + 7 * DAY), capacity=1, **own)
    service.change_terms(session, held.id, Terms(hold_hours=24), now=moment)
    for name in ("Bob", "Carol"):
        joining.join(session, held.occurrences[0].id, people[name].id, now=moment)
    joining.leave(session, held.occurrences[0].id, people["Bob"].id, now=moment)
    full = make_event(session, moment, title="Pottery", when=evening(hour + 8 * DAY), capacity=1, **own)
    joining.join(session, full.occurrences[0].id, people["Bob"].id, now=moment)
    companions.bring(session, full.occurrences[0].id, people["Carol"].id, people["Lea"].public_id, now=moment)
    token = door.open_door(session, date.id, people["Bob"].id, now=moment)
    found = {"lesson": series, "lesson_date": date, "dinner_date": asked.occurrences[0], "held": held, "full": full}
    return {**found, "door": f"/door/{token}"}
