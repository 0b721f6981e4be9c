"""The rooms' own reminders through every change of the clocks, and through times when nothing ran.

One city plans them: for an event with a shift, a match that meets, a circle, a newcomer's journey, a weekly letter. The
model is the C library's clock, as in ``test_time``, whose zones with the same years ahead are asked once.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo, available_timezones

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.campaigns.test_time import DAY, HOURS, ODD, YEARS, Window, c_clock, changes, stamp, utc, wall
from tests.conftest import TODAY, empty
from tests.gatherings import evening, make_event
from tests.people import make_member
from tests.town import make_circle, open_programme
from welcome.accounts.models import Member
from welcome.agenda.jobs import run_due
from welcome.agenda.models import Due
from welcome.announcements import weekly_plans
from welcome.announcements.journey import plans as journey_plans
from welcome.announcements.journey.steps import BETWEEN_TWO
from welcome.announcements.models import JourneyPlan, WeeklyPlan
from welcome.database import db, writing
from welcome.events import joining, planning, service
from welcome.events.crew import shifts
from welcome.events.crew.rules import Plan
from welcome.events.models import Occurrence
from welcome.pairings import meetings
from welcome.pairings.circles import meetings as circle_meetings
from welcome.pairings.models.circles import Circle
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.states import MeetingState
from welcome.post import jobs
from welcome.post.models import Channel, Notice, Outcome
from welcome.profiles.models import Profile, Side
from welcome.scheduler import HANDLERS

#: The day on which a reader is asked or thanked, at ten.
TEN = 10


@dataclass
class City:
    """One of each thing that plans reminders, and its keys on the agenda."""

    session: Session
    carol: Member
    date: Occurrence
    meeting: Meeting
    circle: Circle
    keys: dict[str, str]

    def due(self, what: str) -> int:
        """Return when something is due."""
        return stamp(self.session.scalars(sa.select(Due.due_at).where(Due.key == self.keys[what])).one())


def found(session: Session) -> City:
    """Build it on a quiet Friday."""
    carol, bob, mia = (make_member(session, name) for name in ("Carol", "Bob", "Mia"))
    session.flush()
    session.add(Profile(member_id=carol.id, side=Side.NEWCOMER, updated_at=TODAY, arrived_on=date(2026, 12, 1)))
    date_ = make_event(session, TODAY, languages=()).occurrences[0]
    joining.join(session, date_.id, carol.id, now=TODAY, tells=False)
    shift = shifts.add_shift(session, date_, Plan("Tea", 0, 60, 3), now=TODAY)
    shifts.take(session, shift.id, bob.id, now=TODAY)
    programme = open_programme(session)
    match = Match(programme_id=programme.id, one_id=carol.id, other_id=bob.id, started_at=TODAY)
    session.add(match)
    session.flush()
    meeting = Meeting(match_id=match.id, number=1, zone="UTC", created_at=TODAY, proposed_by_id=carol.id)
    circle = make_circle(session, programme, carol, bob, mia, meets_at=TODAY + timedelta(days=7))
    session.add(meeting)
    session.flush()
    journey_plans.plan_journeys(session, now=TODAY)
    weekly_plans.plan_missing(session, now=TODAY)
    names = ("remind", "thanks", "tally")
    keys = {name: f"{name}:{date_.id}" for name in names} | {"shift": f"shift:{shift.id}"}
    keys |= {"meeting": meetings.check_key(meeting), "circle": f"{circle_meetings.CHECK}:{circle.id}:1"}
    return City(session, carol, date_, meeting, circle, keys)


def agree(city: City, at: datetime, zone: str, now: datetime) -> None:
    """Let two agree to meet."""
    city.meeting.state, city.meeting.zone = MeetingState.OFFERED, zone
    city.meeting.slots = [at.isoformat(timespec="minutes")]
    meetings.agree(city.session, city.meeting.public_id, city.meeting.match.other_id, at, now=now)


def faults_of_day(city: City, zone: str, window: Window, day: date, hours, now: datetime) -> tuple[int, list[str]]:
    """Plan what begins at every hour of a day; return how many reminders that were, and those at a wrong time."""
    tried, faults = 0, []

    def compare(what: str, hour: int, planned: int, expected: int) -> None:
        nonlocal tried
        tried += 1
        if planned != expected:
            faults.append(f"{what} at {hour} on {day} in {zone}: {utc(planned)} for {utc(expected)}")

    after = day + timedelta(days=1)
    for hour in hours:
        when = evening(datetime(day.year, day.month, day.day, hour), 2, zone)  # noqa: DTZ001
        service._set_when(city.date, when)
        city.session.flush()
        planning.replan(city.session, city.date, now=now)
        start = window.instant(day, hour)
        end = window.instant(when.end.date(), when.end.hour)
        end = end if end > start else start + 2 * 3600
        compare("reminder", hour, city.due("remind"), start - DAY)
        compare("shift", hour, city.due("shift"), start - DAY)
        last = date(*wall(end)[:3]) + timedelta(days=1)
        compare("thanks", hour, city.due("thanks"), window.instant(last, TEN))
        compare("tally", hour, city.due("tally"), end + 7 * DAY)
        plan = city.session.get_one(WeeklyPlan, city.carol.id)
        plan.weekday, plan.hour = day.weekday(), hour
        weekly_plans._plan_next(city.session, plan, city.carol, now)
        compare("weekly letter", hour, stamp(plan.next_at), start)
        city.circle.meetings[0].ends_at = now + timedelta(days=1)  # it is still to come, and moves
        circle_meetings._plan(city.session, city.circle, when.start, None, now)
        compare("circle", hour, city.due("circle"), window.instant(after, TEN))
    agree(city, datetime(day.year, day.month, day.day, 12), zone, now)  # noqa: DTZ001
    city.keys["meeting"] = meetings.check_key(city.meeting)
    compare("meeting", 12, city.due("meeting"), window.instant(after, TEN))
    plan = city.session.get_one(JourneyPlan, city.carol.id)
    city.session.get_one(Profile, city.carol.id).arrived_on = day.replace(day=1)
    plan.told, plan.last_on = [], day - BETWEEN_TWO
    journey_plans._plan_next(city.session, plan, city.carol, now)
    compare("journey", TEN, stamp(plan.next_at), window.instant(day, TEN))
    return tried, faults


def futures(names: list[str], first: int, last: int) -> dict[str, list[int]]:
    """Return one zone for each way in which clocks go in these years, with its changes."""
    known: dict[tuple[Any, ...], tuple[str, list[int]]] = {}
    for zone in names:
        with c_clock(zone):
            found_ = changes(first, last)
            ahead = tuple((at, wall(at)) for at in [first, *found_])
        seen = tuple((at, tuple(utc(at).astimezone(ZoneInfo(zone)).timetuple()[:5])) for at in [first, *found_])
        assert seen == ahead, zone  # ours and the C library's clock know the same rules
        known.setdefault(ahead, (zone, found_))
    return dict(known.values())


def walk(city: City, zones: dict[str, list[int]], hours) -> tuple[int, int, list[str]]:
    """Plan reminders around every change of the clocks; return how many changes, reminders, and the faults."""
    tried, faults = 0, []
    for zone, moments in zones.items():
        city.carol.timezone = city.circle.zone = zone
        with c_clock(zone):
            for change in moments:
                window = Window((change - 5 * DAY) // 900 * 900)
                day = date(*wall(change)[:3])
                for one in (day - timedelta(days=1), day):
                    some, wrong = faults_of_day(city, zone, window, one, hours, utc(change - 4 * DAY))
                    tried, faults = tried + some, faults + wrong
        city.session.execute(sa.delete(Notice))
    return sum(map(len, zones.values())), tried, faults


def by_winter_time(wall_time: datetime, zone: str) -> datetime:
    """Plant the fault: every time is counted from the same offset."""
    winter = TODAY.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return (wall_time - winter).replace(tzinfo=UTC)


def test_the_rooms_reminders_keep_their_time_through_every_change(session):
    first = stamp(TODAY)
    names = [*ODD, *sorted(available_timezones())]
    ahead = futures(names[: size("reminder_zones", small=3, full=len(names))], first, first + YEARS * 366 * DAY)
    zones = {zone: moments[: size("reminder_changes", small=2, full=99)] for zone, moments in ahead.items() if moments}
    hours = HOURS[:: size("every_hour", small=5, full=1)]
    city = found(session)
    number, tried, faults = walk(city, zones, hours)
    assert faults[:5] == []
    with patch.object(planning, "computed_instant", by_winter_time):
        planted = walk(city, {"Europe/Amsterdam": zones["Europe/Amsterdam"]}, hours)[2]
    assert planted
    figure = f"{len(zones)} clocks of {len(set(names))} zones, {number} changes, {tried} reminders of 8 kinds: 0 wrong"
    tell("reminders", figure, planted=f"counted from winter's offset, {len(planted)} are wrong")


DOWN = [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)]
KINDS = ("remind_guests", "remind_helpers", "thank_guests", "meeting_check", "circle_check", "journey", "weekly_letter")


class Line:
    """Takes everything."""

    def send(self, _message: Any) -> None:
        """Take one letter."""


def after_downtime(app, kind: str, down: timedelta, *, is_postman: bool, handlers) -> str:
    """Let everything, or the postmen alone, stand still when something is due; return what became of it."""
    with writing() as session:
        city = found(session)
        agree(city, datetime(2026, 11, 24, 12), "UTC", TODAY)  # noqa: DTZ001
        circle_meetings._plan(session, city.circle, datetime(2026, 11, 24, 12), None, TODAY)  # noqa: DTZ001
        session.execute(sa.delete(Notice))
        due = session.scalars(sa.select(Due).where(Due.kind == kind).order_by(Due.due_at)).first()
        due_id, due_at = due.id, due.due_at
        session.execute(sa.delete(Due).where(Due.id != due_id))
    moment = due_at + down
    with time_machine.travel(due_at if is_postman else moment, tick=False):
        run_due(handlers, now=due_at if is_postman else moment)
    with time_machine.travel(moment, tick=False):
        jobs.send_due(app.extensions["letters"], Line(), now=moment)
    db.session.rollback()
    done = db.session.get_one(Due, due_id)
    letters = db.session.scalars(sa.select(Notice).where(Notice.channel == Channel.MAIL)).all()
    ends = {one.outcome if one.outcome is Outcome.SENT else one.reason for one in letters}
    told = ends or {done.outcome if done.done_at and done.outcome != "done" else "lost"}
    empty(db.session())
    return " and ".join(sorted(str(one) for one in told))


@pytest.mark.parametrize("is_postman", [False, True])
def test_after_downtime_it_is_sent_or_said_to_be_too_late(app, is_postman):
    cases = [(kind, down) for kind in KINDS for down in DOWN][:: size("downtimes_every", small=6, full=1)]
    ends = {case: after_downtime(app, *case, is_postman=is_postman, handlers=HANDLERS) for case in cases}
    wrong = {case: end for case, end in ends.items() if not is_right(*case, end)}
    assert wrong == {}
    is_sent = [end == Outcome.SENT for end in ends.values()]
    case = ("remind_guests", DOWN[-1])
    quiet = HANDLERS["remind_guests"]
    silent = HANDLERS | {"remind_guests": lambda session, ref, now: quiet(session, ref, now) and None}
    with patch.object(jobs, "in_time", lambda context, _now: context):
        planted = after_downtime(app, *case, is_postman=is_postman, handlers=silent)
    assert not is_right(*case, planted)
    what = "postmen" if is_postman else "everything"
    figure = f"{what} stood still from 1 s to 7 days, {len(ends)} reminders: {sum(is_sent)} sent, the rest said why not"
    tell("downtime", figure, planted=f"after seven days a reminder is {planted}")


#: From which delay on it is of no use any more.
USELESS = {"remind_guests": DOWN[3], "remind_helpers": DOWN[3], "thank_guests": DOWN[4]}


def is_right(kind: str, down: timedelta, end: str) -> bool:
    """Whether it came, or was late enough for the reason that is written down."""
    if kind == "weekly_letter" and end == "there is nothing to tell this week":
        return True
    is_late = kind in USELESS and down >= USELESS[kind]
    return "too late" in end if is_late else end == Outcome.SENT
