"""A month of events, week by week, as the reader's calendar begins its weeks."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from welcome.events.filters import Filters, fitting
from welcome.events.models import Event, EventText, Occurrence
from welcome.events.wishes import MONTH, span
from welcome.i18n import first_weekday

MOST_A_DAY = 4
FARTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Day:
    """One day, with the first events that begin on it, and how many there are in all."""

    on: date
    is_inside: bool
    is_today: bool
    dates: Sequence[Occurrence] = ()
    total: int = 0

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.dates)


@dataclass(frozen=True, slots=True)
class Month:
    """One month, and the ways to its neighbours."""

    first: date
    weeks: list[list[Day]]
    before: str | None
    after: str | None
    total: int

    @property
    def weekdays(self) -> list[date]:
        """Seven days in the order in which weeks begin here."""
        return [day.on for day in self.weeks[0]]


def read_month(session: Session, when: str, filters: Filters, zone: str, *, now: datetime) -> Month:
    """Read what begins in a month ("2026-12"; else this month), by two statements however much that is."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = date.fromisoformat(f"{when}-01") if MONTH.fullmatch(when) else today.replace(day=1)
    since, before = span(f"{first:%Y-%m}", zone, now)
    found = _first_of_each_day(session, replace(filters, since=since, before=before), now)
    weeks = [
        [_day(on, first, today, found.get(on, [])) for on in week]
        for week in Calendar(first_weekday()).monthdatescalendar(first.year, first.month)
    ]
    after = (first + timedelta(days=31)).replace(day=1)
    return Month(
        first=first,
        weeks=weeks,
        before=f"{first - timedelta(days=1):%Y-%m}" if first > today else None,
        after=f"{after:%Y-%m}" if after < today + FARTHEST else None,
        total=sum(day.total for week in weeks for day in week),
    )


def _day(on: date, first: date, today: date, rows: list[tuple[Occurrence, int]]) -> Day:
    if on.month != first.month:
        return Day(on, is_inside=False, is_today=False)
    return Day(on, True, on == today, [date for date, _total in rows], rows[0][1] if rows else 0)


def _first_of_each_day(session: Session, filters: Filters, now: datetime) -> dict[date, list[tuple[Occurrence, int]]]:
    """Return the first dates of each day, each with the number of that day's dates."""
    day = sa.func.substr(Occurrence.wall_start, 1, 10)
    in_order = sa.func.row_number().over(partition_by=day, order_by=(Occurrence.starts_at, Occurrence.id))
    numbered = (
        sa.select(Occurrence.id, in_order.label("number"), sa.func.count().over(partition_by=day).label("total"))
        .join(Occurrence.event)
        .where(*fitting(now, filters), Occurrence.starts_at >= filters.since)
        .subquery()
    )
    event = contains_eager(Occurrence.event).load_only(Event.title, Event.public_id, Event.kind)
    chosen = (
        sa.select(Occurrence, numbered.c.total)
        .join(Occurrence.event)
        .join(numbered, numbered.c.id == Occurrence.id)
        .where(numbered.c.number <= MOST_A_DAY)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .options(event, event.selectinload(Event.texts).load_only(EventText.title))
    )
    found: dict[date, list[tuple[Occurrence, int]]] = {}
    for occurrence, total in session.execute(chosen):
        found.setdefault(date.fromisoformat(occurrence.wall_start[:10]), []).append((occurrence, total))
    return found
