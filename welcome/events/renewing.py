"""A series ends unless it is renewed: its organisers hear of it two weeks before, and one tap lets it go on.

The new dates follow the rule; where most of the last dates had been moved, by the same days and hours.
"""

from collections import Counter
from datetime import datetime, timedelta

from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.plans import Place, When
from welcome.events.recurrence import dates_of, ending, endless

TELL_BEFORE = timedelta(days=14)
RENEWED_BEFORE = timedelta(days=60)  #: of its last date: sooner, nobody needs it, and a second tap finds it renewed
LONGEST_RENEWAL = timedelta(days=366)
LOOKED_AT = 5


def series_end(event: Event) -> Occurrence | None:
    """Return the last date of a series that its organisers keep themselves; None for everything else."""
    kept = _kept(event)
    return kept[-1] if kept and event.rrule and not event.import_key else None


def tell_at(event: Event, now: datetime) -> datetime | None:
    """Return when the organisers hear that a series ends: two weeks before, of a short one after its first date."""
    last = series_end(event)
    if last is None or last.starts_at <= now:
        return None
    return max(last.starts_at - TELL_BEFORE, min(_kept(event)[0].ends_at, last.starts_at))


def next_dates(event: Event) -> list[tuple[datetime, When]]:
    """Return the dates that one tap adds, each after what the rule says.

    There are as many as the rule has given so far, for a year at most.
    """
    if event.rrule is None:
        return []
    kept = [date for date in event.occurrences if date.recurrence_id]
    known = sorted(datetime.fromisoformat(date.recurrence_id or "") for date in kept)
    first, last = known[0], known[-1]
    span = min(last - first + timedelta(days=31), LONGEST_RENEWAL)
    ruled = dates_of(endless(event.rrule), first, until=last + span)
    new = [start for start in ruled if start > last][: len([start for start in ruled if start <= last])]
    model, shift = kept[-1], _usual_shift(kept[-LOOKED_AT:])
    length = model.ends_at - model.starts_at
    moved = [(start, start + shift) for start in new]
    return [(ruled, When(start, start + length, model.zone, model.is_all_day)) for ruled, start in moved]


def ended_later(rule: str | None, dates: list[tuple[datetime, When]]) -> str | None:
    """Return the rule of a series that goes on to the last of these dates."""
    return ending(rule, dates[-1][0].date()) if rule and dates else rule


def place_of_series(event: Event) -> Place:
    """Return where its last date is."""
    last = event.occurrences[-1]
    return Place(last.venue_id, last.place_note)


def _kept(event: Event) -> list[Occurrence]:
    return [date for date in event.occurrences if date.status is not EventStatus.CANCELLED]


def _usual_shift(dates: list[Occurrence]) -> timedelta:
    """Return by how much dates were moved away from what the rule says, as most of them were."""
    shifts = Counter(_wall(date) - datetime.fromisoformat(date.recurrence_id or date.wall_start) for date in dates)
    return shifts.most_common(1)[0][0]


def _wall(date: Occurrence) -> datetime:
    return datetime.fromisoformat(date.wall_start)
