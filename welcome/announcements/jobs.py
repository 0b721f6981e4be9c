"""What the agenda does for announcements, and the sweep for those who came later."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from welcome.announcements import service, weekly_plans
from welcome.announcements.journey import plans as journey_plans
from welcome.announcements.outbox import service as outbox
from welcome.database import db, writing


def announce_occurrence(session: Session, occurrence_id: int, now: datetime) -> None:
    """Tell of a date that was published."""
    service.announce(session, occurrence_id, now=now)


def announce_again(*, now: datetime) -> int:
    """Tell those who have arrived since, and some more people of meetups with free places; return how many."""
    dates = service.dates_to_announce_again(db.session(), now=now)
    told = 0
    for occurrence_id in dates:
        with writing() as session:
            told += service.announce(session, occurrence_id, now=now)
    return told


def send_weekly(session: Session, member_id: int, now: datetime) -> None:
    """Send a member's weekly letter, and plan the next."""
    weekly_plans.send_weekly(session, member_id, now=now)


def send_step(session: Session, member_id: int, now: datetime) -> None:
    """Send the step of a newcomer's journey that helps now, and plan the next."""
    journey_plans.send_step(session, member_id, now=now)


def plan_journeys(*, now: datetime) -> int:
    """Plan the journeys of those who have said or changed when they arrive; return how many."""
    planned, some, last = 0, journey_plans.PLANNED_AT_ONCE, 0
    while some == journey_plans.PLANNED_AT_ONCE:
        with writing() as session:
            some, last = journey_plans.plan_journeys(session, now=now, after=last)
        planned += some
    return planned


def plan_letters(*, now: datetime) -> int:
    """Plan the letters of those who have joined, come back or moved to another time zone; return how many."""
    planned = 0
    while True:
        with writing() as session:
            some = weekly_plans.plan_missing(session, now=now)
        planned += some
        if some < weekly_plans.PLANNED_AT_ONCE:
            return planned


def tell_of_stuck_work(*, now: datetime) -> int:
    """Tell the admins of work that failed too often; return how many pieces there are."""
    with writing() as session:
        return outbox.tell_of_stuck_work(session, now=now)


HANDLERS: dict[str, Callable[[Session, int, datetime], None]] = {
    "announce_occurrence": announce_occurrence,
    "weekly_letter": send_weekly,
    "journey": send_step,
}
