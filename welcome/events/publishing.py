"""Drafts that publish themselves: at a time by the clock on the wall, which may be moved or taken back."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from welcome.errors import Refusal
from welcome.events import rules, service
from welcome.events.crew.letters import SELF_PUBLISHED
from welcome.events.models import EventStatus
from welcome.events.planning import forget_publishing, plan_publishing
from welcome.events.times import said_instant
from welcome.i18n import lazy_gettext as _l
from welcome.post.service import post


class PublishedAlready(Refusal):
    """What everybody sees cannot be published later."""

    message = _l("This event is published already, or cancelled.")


class TooLateToPublish(Refusal):
    """Nobody could come."""

    message = _l("All dates of this event will be over by then. Please choose an earlier time.")


def publish_later(session: Session, event_id: int, wall_time: datetime, zone: str, *, now: datetime) -> None:
    """Choose, or change, the time at which a draft publishes itself."""
    event = service.held_event(session, event_id)
    if event.status is not EventStatus.DRAFT:
        raise PublishedAlready
    at = said_instant(wall_time, zone)
    rules.check_coming(at, now)
    if all(one.starts_at <= at for one in event.occurrences if one.status is not EventStatus.CANCELLED):
        raise TooLateToPublish
    plan_publishing(session, event, at, wall_time=wall_time, zone=zone)


def publish_by_hand(session: Session, event_id: int) -> None:
    """Take the time back: the draft waits for its organisers again."""
    forget_publishing(session, service.held_event(session, event_id))


def publish_when_due(session: Session, event_id: int, now: datetime) -> None:
    """Publish a draft whose time has come, and tell who wrote it what came of it."""
    event = service.held_event(session, event_id)
    if event.status is not EventStatus.DRAFT or event.publish_at is None or event.publish_at > now:
        return
    due_at, event.publish_at = event.publish_at, None  # its row on the agenda is in hand and must stay there
    with suppress(Refusal):
        service.publish_event(session, event_id, now=now)
    if event.created_by is not None:
        key = f"{event_id}:{due_at.isoformat()}:member:{event.created_by}"
        post(session, SELF_PUBLISHED, event.created_by, {"event_id": event_id}, key=key, now=now)
