"""What a calendar somewhere else brought, and what its events become here.

What it does not hold any more is called off, but only when it came whole: an error page, half a file, an empty one or
an entry that we cannot read never call anything off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome import egress
from welcome.calendars import importing
from welcome.calendars.entries import Problem
from welcome.calendars.lines import LARGEST_BYTES
from welcome.calendars.models import CalendarSubscription, SubscribedEvent
from welcome.calendars.planning import PlannedEvent, plan_import
from welcome.calendars.reading import read_calendar
from welcome.database import insert_once, lock
from welcome.egress import Answer
from welcome.errors import Refusal
from welcome.events import service
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.i18n import lazy_gettext as _l

EVERY = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)
WORKED_OUT_AGAIN = timedelta(days=1)  #: also when nothing changed, for series reach a year ahead
MOST_LEFT_OUT = 20
COUNTS = ("added", "changed", "unchanged", "gone", "dates")


class CalendarEmpty(Refusal):
    """Whole, but without anything in it, where there was something before."""

    message = _l("The calendar is empty now. To be on the safe side we have called nothing off.")


@dataclass(frozen=True, slots=True)
class Brought:
    """What an answer holds, worked out before anything is written. ``planned`` is None when nothing is new."""

    answer: Answer
    digest: str
    planned: list[PlannedEvent] | None = None
    problems: tuple[Problem, ...] = ()


def fetch(subscription: CalendarSubscription, *, agent: str, zone: str, now: datetime) -> Brought:
    """Ask for a calendar and work out what it wants; nothing is written, so that nobody waits meanwhile."""
    is_fresh = subscription.read_at is not None and subscription.read_at > now - WORKED_OUT_AGAIN
    asked = egress.fetch(
        subscription.address, most_bytes=LARGEST_BYTES, headers=_headers(subscription, agent, is_fresh)
    )
    digest = sha256(asked.body).hexdigest()
    if asked.status == 304 or (is_fresh and digest == subscription.digest):
        return Brought(asked, subscription.digest)
    planned, problems = plan_import(read_calendar(asked.body, zone), now=now)
    return Brought(asked, digest, planned, tuple(problems))


def _headers(subscription: CalendarSubscription, agent: str, is_fresh: bool) -> Mapping[str, str]:
    headers = {"User-Agent": agent, "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1"}
    if is_fresh and subscription.etag:
        headers["If-None-Match"] = subscription.etag
    if is_fresh and subscription.last_modified:
        headers["If-Modified-Since"] = subscription.last_modified
    return headers


def take(session: Session, subscription_id: int, brought: Brought, *, now: datetime) -> None:
    """Let our events follow what a calendar brought, and ask again in an hour."""
    subscription = lock(session, CalendarSubscription, subscription_id)
    if subscription is None:
        return
    if brought.planned is not None:
        _follow(session, subscription, brought.planned, list(brought.problems), now)
        said = brought.answer.headers
        subscription.etag, subscription.last_modified = said.get("etag", "")[:200], said.get("last-modified", "")[:60]
        subscription.digest, subscription.read_at = brought.digest, now
    subscription.tried_at = subscription.succeeded_at = now
    subscription.failure, subscription.failure_words, subscription.attempts = None, {}, 0
    subscription.due_at, subscription.leased_until = now + EVERY, None


def note_failure(session: Session, subscription_id: int, refusal: Refusal, *, now: datetime) -> None:
    """Write down why a calendar could not be followed, and wait longer each time."""
    subscription = lock(session, CalendarSubscription, subscription_id)
    if subscription is None:
        return
    wait = EVERY * 2 ** min(max(subscription.attempts - 1, 0), 10)
    subscription.tried_at, subscription.failure = now, type(refusal).__name__
    subscription.failure_words = refusal.words
    subscription.due_at, subscription.leased_until = now + min(wait, LONGEST_WAIT), None


def _follow(
    session: Session,
    subscription: CalendarSubscription,
    planned: list[PlannedEvent],
    problems: list[Problem],
    now: datetime,
) -> None:
    own = _events_of(session, subscription.id)
    if own and not planned and not problems:
        raise CalendarEmpty
    taken = _taken_by_others(session, subscription)
    wanted = [one for one in planned if one.source.uid not in taken]
    result = importing.follow(session, subscription.organisation_id, wanted, problems, now=now)
    there = {one.source.uid for one in wanted}
    brought = sa.select(Event.id).where(
        Event.organisation_id == subscription.organisation_id, Event.import_key.in_(there)
    )
    for event_id in session.scalars(brought.order_by(Event.id)).all():
        insert_once(session, SubscribedEvent, event_id=event_id, subscription_id=subscription.id)
    if all(problem.uid for problem in problems):  # who cannot be named might be one of ours
        there |= {problem.uid for problem in problems}
        result.gone = _call_off(session, [one for one in own if one.import_key not in there], now)
    subscription.result = _in_words(result)


def _events_of(session: Session, subscription_id: int) -> list[Event]:
    chosen = sa.select(Event).join(SubscribedEvent, SubscribedEvent.event_id == Event.id)
    return list(session.scalars(chosen.where(SubscribedEvent.subscription_id == subscription_id).order_by(Event.id)))


def _taken_by_others(session: Session, subscription: CalendarSubscription) -> set[str | None]:
    chosen = sa.select(Event.import_key).join(SubscribedEvent, SubscribedEvent.event_id == Event.id)
    return set(
        session.scalars(
            chosen.where(
                Event.organisation_id == subscription.organisation_id,
                SubscribedEvent.subscription_id != subscription.id,
            )
        )
    )


def _call_off(session: Session, vanished: list[Event], now: datetime) -> int:
    """Call off what is still to come of events that a whole calendar does not hold any more."""
    is_open = sa.select(Occurrence.event_id).where(
        Occurrence.event_id.in_([event.id for event in vanished]),
        Occurrence.status == EventStatus.PUBLISHED,
        Occurrence.starts_at > now,
    )
    coming = sorted(set(session.scalars(is_open)))
    for event_id in coming:
        service.cancel_event(session, event_id, now=now)
    return len(coming)


def _in_words(result: importing.Result) -> dict[str, object]:
    """Return what an import did, as the page shows it."""
    left_out = [
        {"line": one.line, "uid": one.uid, "why": type(one.refusal).__name__, "words": one.refusal.words}
        for one in result.problems[:MOST_LEFT_OUT]
    ]
    counts = {name: getattr(result, name) for name in COUNTS}
    return {**counts, "left_out": left_out, "left_out_in_all": len(result.problems)}
