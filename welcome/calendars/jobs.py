"""What the scheduler does for calendars: ask those that are due, one after the other."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from welcome.calendars import following
from welcome.calendars.models import CalendarSubscription
from welcome.database import db, writing
from welcome.errors import Refusal
from welcome.leases import claim

LEASE = timedelta(minutes=5)  #: longer than asking and reading take

log = logging.getLogger(__name__)


def follow_calendars(clock: Callable[[], datetime], is_stopping: Event, *, agent: str, zone: str) -> int:
    """Ask for every calendar that is due and let our events follow; return how many were asked."""
    asked = 0
    while not is_stopping.is_set():
        with writing() as session:
            subscription_id = claim(session, CalendarSubscription, now=clock(), lease=LEASE)
        if subscription_id is None:
            break
        _ask(subscription_id, clock, agent, zone)
        asked += 1
    return asked


def _ask(subscription_id: int, clock: Callable[[], datetime], agent: str, zone: str) -> None:
    """Ask for one calendar, without a transaction open meanwhile; whatever happens, it is asked again."""
    try:
        subscription = db.session().get_one(CalendarSubscription, subscription_id)
        db.session().expunge(subscription)
        db.session.rollback()
        brought = following.fetch(subscription, agent=agent, zone=zone, now=clock())
        with writing() as session:
            following.take(session, subscription_id, brought, now=clock())
    except Refusal as refusal:
        _note(subscription_id, refusal, clock())
    except Exception:
        log.exception("Calendar %s could not be followed", subscription_id)
        _note(subscription_id, Refusal(), clock())


def _note(subscription_id: int, refusal: Refusal, now: datetime) -> None:
    with writing() as session:
        following.note_failure(session, subscription_id, refusal, now=now)
