"""Plan each member's next weekly letter: one row of the agenda after the other."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.agenda.service import schedule
from welcome.announcements.models import WeeklyPlan
from welcome.announcements.rhythm import USUAL_HOUR, USUAL_WEEKDAY, local_day, next_weekly
from welcome.announcements.weekly import KIND, WEEKLY_LETTER
from welcome.database import insert_once, lock
from welcome.events.times import wall_time
from welcome.post.choices import choice_of
from welcome.post.models import Rhythm
from welcome.post.service import post

STUCK_AFTER = timedelta(days=2)
PLANNED_AT_ONCE = 500  #: so that a sweep never holds others up for long


def send_weekly(session: Session, member_id: int, *, now: datetime) -> None:
    """Put a member's weekly letter into the outbox when its hour has come, and plan the next one.

    What it says, and whether there is anything to say, is found out when it goes out. A row that was planned before the
    member chose another time finds the plan in the future and does nothing.
    """
    plan, member = lock(session, WeeklyPlan, member_id), session.get(Member, member_id)
    if plan is None or member is None or plan.next_at > now or not member.is_present:
        return  # whoever comes back is planned by the sweep
    today = local_day(now, member.timezone)
    if choice_of(session, member_id, KIND).mail is not Rhythm.OFF:
        post(session, WEEKLY_LETTER, member_id, {}, key=f"{member_id}:{today}", now=now)
        plan.last_on = today
    _plan_next(session, plan, member, now)


def time_of(session: Session, member_id: int) -> tuple[int, int]:
    """Return the weekday and the hour of a member's weekly letter."""
    plan = session.get(WeeklyPlan, member_id)
    return (plan.weekday, plan.hour) if plan else (USUAL_WEEKDAY, USUAL_HOUR)


def choose_time(session: Session, member_id: int, weekday: int, hour: int, *, now: datetime) -> None:
    """Keep when a member wants their weekly letter."""
    plan, member = _open(session, member_id, now)
    if (plan.weekday, plan.hour) != (weekday, hour):
        plan.weekday, plan.hour = weekday, hour
        _plan_next(session, plan, member, now)


def plan_missing(session: Session, *, now: datetime) -> int:
    """Plan the letter of those who have none planned, or whose clock or plan is out of date; return how many."""
    out_of_date = sa.or_(
        WeeklyPlan.member_id.is_(None),
        WeeklyPlan.zone != Member.timezone,
        WeeklyPlan.next_at < now - STUCK_AFTER,
    )
    missing = (
        sa.select(Member.id)
        .outerjoin(WeeklyPlan, WeeklyPlan.member_id == Member.id)
        .where(Member.is_present, out_of_date)
        .order_by(Member.id)
        .limit(PLANNED_AT_ONCE)
    )
    ids = session.scalars(missing).all()
    for member_id in ids:
        plan, member = _open(session, member_id, now)
        _plan_next(session, plan, member, now)
    return len(ids)


def _open(session: Session, member_id: int, now: datetime) -> tuple[WeeklyPlan, Member]:
    """Return the member's plan for writing, made where there was none."""
    member = session.get_one(Member, member_id)
    first_at = next_weekly(USUAL_WEEKDAY, USUAL_HOUR, member.timezone, None, now)
    usual = {"weekday": USUAL_WEEKDAY, "hour": USUAL_HOUR, "zone": member.timezone, "next_at": first_at, "told": []}
    is_new = insert_once(session, WeeklyPlan, member_id=member_id, **usual)
    plan = session.get_one(WeeklyPlan, member_id, with_for_update=True, populate_existing=True)
    if is_new:
        _plan_next(session, plan, member, now)
    return plan, member


def _plan_next(session: Session, plan: WeeklyPlan, member: Member, now: datetime) -> None:
    zone = member.timezone
    plan.zone, plan.next_at = zone, next_weekly(plan.weekday, plan.hour, zone, plan.last_on, now)
    key = f"{KIND}:{member.id}:{plan.next_at:%Y%m%dT%H%M}"
    schedule(session, key, KIND, member.id, plan.next_at, wall_time=wall_time(plan.next_at, zone), zone=zone)
