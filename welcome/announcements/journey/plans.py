"""Plan the next step of each newcomer's journey, follow their month of arrival, and send each step once."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.agenda.service import cancel, schedule
from welcome.announcements.journey.course import LAST_MONTH, read_course, steps_off
from welcome.announcements.journey.letter import JOURNEY, KIND
from welcome.announcements.journey.steps import AFTERWARDS, next_step
from welcome.announcements.models import JourneyPlan, JourneyStep
from welcome.announcements.rhythm import at_hour, local_day
from welcome.database import insert_once, lock
from welcome.events.times import wall_time
from welcome.post.service import post
from welcome.profiles.models import Profile, Side

HOUR = 10  #: in the morning, by the reader's clock
STUCK_AFTER = timedelta(days=2)
PLANNED_AT_ONCE = 500
LONGEST_AGO = timedelta(days=31 * (LAST_MONTH + AFTERWARDS))


def send_step(session: Session, member_id: int, *, now: datetime) -> None:
    """Put the step that helps now into the outbox, and plan the next.

    What is due is found out from the present arrival, not from what was planned once.
    """
    plan, member = lock(session, JourneyPlan, member_id), session.get(Member, member_id)
    if plan is None or member is None or plan.next_at is None or plan.next_at > now or not member.is_present:
        return
    today = local_day(now, member.timezone)
    found = _next(session, plan, today)
    if found and found[1] <= today:
        code = found[0]
        post(session, JOURNEY, member_id, {"step": code}, key=f"{member_id}:{code}", now=now)
        plan.told, plan.last_on = [*plan.told, code], today
    _plan_next(session, plan, member, now)


def plan_journeys(session: Session, *, now: datetime, after: int = 0) -> tuple[int, int]:
    """Plan for those whose journey is not planned, or planned for an arrival or a clock that they have changed.

    Returns how many were planned, and the last of them, after whom to go on.
    """
    ids = session.scalars(_out_of_date(session, now, after)).all()
    for member_id in ids:
        insert_once(session, JourneyPlan, member_id=member_id, told=[], zone="", planned_at=now)
        plan = session.get_one(JourneyPlan, member_id, with_for_update=True, populate_existing=True)
        _plan_next(session, plan, session.get_one(Member, member_id), now)
    return len(ids), ids[-1] if ids else after


def _out_of_date(session: Session, now: datetime, after: int) -> sa.Select[int]:
    steps_changed_at = session.scalar(sa.select(sa.func.max(JourneyStep.changed_at)))
    on_the_way = sa.and_(
        JourneyPlan.member_id.is_(None),
        Profile.arrived_on > (now - LONGEST_AGO).date(),
        Profile.side.in_((Side.NEWCOMER, Side.BOTH)),
    )
    changes = [
        on_the_way,
        Profile.updated_at > JourneyPlan.planned_at,
        JourneyPlan.zone != Member.timezone,
        JourneyPlan.next_at < now - STUCK_AFTER,
    ]
    if steps_changed_at is not None:
        changes.append(JourneyPlan.planned_at < steps_changed_at)
    return (
        sa.select(Member.id)
        .join(Profile, Profile.member_id == Member.id)
        .outerjoin(JourneyPlan, JourneyPlan.member_id == Member.id)
        .where(Member.is_present, Member.id > after, sa.or_(*changes))
        .order_by(Member.id)
        .limit(PLANNED_AT_ONCE)
    )


def _next(session: Session, plan: JourneyPlan, today: date) -> tuple[str, date] | None:
    """Return the next step of somebody who lets us know their arrival, and its day."""
    profile = session.get(Profile, plan.member_id)
    if profile is None or profile.arrived_on is None or profile.side in (None, Side.LOCAL):
        return None
    done = {*plan.told, *steps_off(session)}
    found = next_step(read_course(session), profile.arrived_on, today, done=done, last_on=plan.last_on)
    return (found[0].code, found[1]) if found else None


def _plan_next(session: Session, plan: JourneyPlan, member: Member, now: datetime) -> None:
    zone = member.timezone
    if plan.next_at is not None and plan.next_at > now:  # what is due now is being done
        cancel(session, _key(plan))
    plan.zone, plan.planned_at, plan.next_at = zone, now, None
    found = _next(session, plan, local_day(now, zone))
    if found is None:
        return
    at = at_hour(found[1], HOUR, zone)
    if at < now:  # today's hour is over: tomorrow's
        at = at_hour(found[1] + timedelta(days=1), HOUR, zone)
    plan.next_at = at
    schedule(session, _key(plan), KIND, member.id, at, wall_time=wall_time(at, zone), zone=zone)


def _key(plan: JourneyPlan) -> str:
    return f"{KIND}:{plan.member_id}:{plan.next_at:%Y%m%dT%H%M}"
