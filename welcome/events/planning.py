"""What is due for a date: telling people, reminding guests, opening unused places. It moves when the date moves."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from welcome.agenda import service as agenda
from welcome.events.crew.planning import replan_shifts, unplan_shifts
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.renewing import series_end, tell_at
from welcome.events.times import computed_instant

REMIND_BEFORE = timedelta(hours=24)
REGULARS_FROM = timedelta(hours=24)
COUNTED_AFTER = timedelta(days=7)


def plan(session: Session, occurrence: Occurrence, *, now: datetime) -> None:
    """Write down, or move, everything that is due for a published date."""
    agenda.schedule(session, f"announce:{occurrence.id}", "announce_occurrence", occurrence.id, now)
    replan(session, occurrence, now=now)


def replan(session: Session, occurrence: Occurrence, *, now: datetime) -> None:
    """Let what hangs on the start follow it, also when it was done already."""
    remind_at = occurrence.starts_at - REMIND_BEFORE
    if remind_at > now:
        _follow(session, occurrence, "remind", "remind_guests", remind_at)
    else:  # who joins now has just read it, and who had joined gets the news of the move
        agenda.cancel(session, f"remind:{occurrence.id}")
    if occurrence.first_timer_left is not None and occurrence.regulars_at is None:
        _follow(session, occurrence, "regulars", "open_to_regulars", max(now, occurrence.starts_at - REGULARS_FROM))
    if occurrence.newcomer_left is not None and occurrence.opened_at is None:
        opens_at = occurrence.starts_at - timedelta(hours=occurrence.event.opens_to_all_hours)
        _follow(session, occurrence, "open_places", "open_places", max(now, opens_at))
    _follow(session, occurrence, "thanks", "thank_guests", _morning_after(occurrence))
    _follow(session, occurrence, "tally", "count_visits", occurrence.ends_at + COUNTED_AFTER)
    replan_shifts(session, occurrence, now=now)


def plan_publishing(session: Session, event: Event, at: datetime, *, wall_time: datetime, zone: str) -> None:
    """Let a draft publish itself at this time, or at this one instead of another."""
    event.publish_at = at
    agenda.follow(session, f"publish:{event.id}", "publish_event", event.id, at, wall_time=wall_time, zone=zone)


def forget_publishing(session: Session, event: Event) -> None:
    """Let a draft wait for its organisers again."""
    if event.publish_at is not None:
        event.publish_at = None
        agenda.cancel(session, f"publish:{event.id}")


def unplan(session: Session, occurrence_id: int) -> None:
    """Call everything off."""
    for name in ("announce", "remind", "open_places", "regulars", "thanks", "tally"):
        agenda.cancel(session, f"{name}:{occurrence_id}")
    unplan_shifts(session, occurrence_id)


def plan_end(session: Session, event: Event, *, now: datetime) -> None:
    """Write down when the organisers hear that a series ends, after each change of its dates."""
    due_at, last = tell_at(event, now), series_end(event)
    if due_at is not None and last is not None and event.status is EventStatus.PUBLISHED:
        key, wall = f"series_ends:{event.id}", datetime.fromisoformat(last.wall_start)
        agenda.follow(session, key, "series_ends", event.id, max(now, due_at), wall_time=wall, zone=last.zone)


def _morning_after(occurrence: Occurrence) -> datetime:
    """Return ten o'clock of the day after it ended, by the clock on the wall there."""
    return computed_instant(
        datetime.combine(occurrence.local_end.date() + timedelta(days=1), time(10)), occurrence.zone
    )


def _follow(session: Session, occurrence: Occurrence, name: str, kind: str, due_at: datetime) -> None:
    key, wall = f"{name}:{occurrence.id}", datetime.fromisoformat(occurrence.wall_start)
    agenda.follow(session, key, kind, occurrence.id, due_at, wall_time=wall, zone=occurrence.zone)
