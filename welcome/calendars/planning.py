"""Every date that a calendar file wants, worked out before anything is written."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from time import process_time

from welcome.calendars.entries import MOST_DATES_OF_SERIES, CalendarHostile, Entry, Problem, Reading
from welcome.calendars.lines import CalendarTooLarge
from welcome.calendars.moments import at_midnight
from welcome.errors import Refusal
from welcome.events.plans import When
from welcome.events.recurrence import RuleTooFast, TooManyDates, dates_of
from welcome.events.times import computed_instant, wall_time

AHEAD = timedelta(days=366)
MOST_DATES = 10_000
MOST_SECONDS = 0.5  #: of the processor: rules that never match are slow to find out


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One date as the file wants it. Title and text are empty where they are those of the series."""

    when: When
    place: str
    is_cancelled: bool
    title: str = ""
    about: str = ""


Dates = dict[str | None, PlannedDate]


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """One event as the file wants it: its dates by their recurrence ids (None: the only one)."""

    source: Entry
    dates: Dates


def plan_import(reading: Reading, *, now: datetime) -> tuple[list[PlannedEvent], list[Problem]]:
    """Work out every date of a file. Raises CalendarHostile or CalendarTooLarge."""
    planned, problems, total, began = [], list(reading.problems), 0, process_time()
    for entries in _by_uid(reading.entries).values():
        try:
            planned.append(_planned(entries, now))
        except (RuleTooFast, TooManyDates) as refusal:
            raise CalendarHostile(line=entries[0].line, uid=entries[0].uid, sentence=str(refusal)) from refusal
        except Refusal as refusal:
            problems.append(Problem(entries[0].line, entries[0].uid, refusal))
            continue
        total += len(planned[-1].dates)
        if total > MOST_DATES or process_time() - began > MOST_SECONDS:
            raise CalendarTooLarge
    return planned, sorted(problems, key=lambda problem: problem.line)


def _by_uid(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Gather what belongs together; of two versions of the same thing the later one counts."""
    newest: dict[str, dict[tuple[date | None, bool], Entry]] = {}
    for entry in entries:
        versions = newest.setdefault(entry.uid, {})
        before = versions.get((entry.changes, entry.changes_later))
        if before is None or entry.sequence >= before.sequence:
            versions[entry.changes, entry.changes_later] = entry
    return {uid: sorted(versions.values(), key=_in_order) for uid, versions in newest.items()}


def _in_order(entry: Entry) -> tuple[bool, bool, str, int]:
    """Sort the series first, then changes to all later dates, then those to single ones."""
    moment = at_midnight(entry.changes).isoformat() if entry.changes else ""
    return entry.changes is not None, not entry.changes_later, moment, entry.line


def _planned(entries: list[Entry], now: datetime) -> PlannedEvent:
    master, *changes = entries
    if master.changes is not None:  # a file may hold single dates of a series without its rule
        master, changes = replace(master, changes=None), entries
        dates: Dates = {}
    elif master.rule is None and not master.extra and not changes:
        dates = {None: _date(master, master.when, master)}
    else:
        dates = {start.isoformat(): _date(master, _at(master.when, start), master) for start in _starts(master, now)}
    for change in changes:
        moment = _meant(change, master, dates)
        if change.changes_later:
            dates |= _changed_later(change, moment, dates, master)
        else:
            dates[moment.isoformat()] = _date(change, change.when, master)
    return PlannedEvent(master, dates)


def _starts(master: Entry, now: datetime) -> list[datetime]:
    until = max(now.replace(tzinfo=None), master.when.start) + AHEAD
    days = {moment for moment in master.without if not isinstance(moment, datetime)}
    without = [moment for moment in master.without if isinstance(moment, datetime)]
    starts = dates_of(
        master.rule or "FREQ=DAILY;COUNT=1",
        master.when.start,
        until=until,
        zone=master.when.zone,
        extra=master.extra,
        without=without,
        most=MOST_DATES_OF_SERIES,
    )
    return [start for start in starts if start.date() not in days]


def _meant(change: Entry, master: Entry, dates: Dates) -> datetime:
    """Return which date is changed, by the series' own clock; a day alone means the date on that day."""
    if not isinstance(change.changes, datetime):
        day = change.changes or change.when.start.date()
        same = [key for key in dates if key and key.startswith(day.isoformat())]
        return datetime.fromisoformat(same[0]) if same and same[0] else at_midnight(day)
    if change.when.zone == master.when.zone:
        return change.changes
    return wall_time(computed_instant(change.changes, change.when.zone), master.when.zone)


def _changed_later(change: Entry, moment: datetime, dates: Dates, master: Entry) -> Dates:
    """Return a date and all later ones as the change wants them: moved as far as that one, as long as that one."""
    moved = change.when.start - moment
    later = [key for key in dates if key and key >= moment.isoformat()]
    return {key: _date(change, _at(change.when, datetime.fromisoformat(key) + moved), master) for key in later}


def _at(when: When, start: datetime) -> When:
    return replace(when, start=start, end=start + when.length)


def _date(entry: Entry, when: When, master: Entry) -> PlannedDate:
    title = entry.title if entry.title != master.title else ""
    about = entry.about if entry.about != master.about else ""
    return PlannedDate(when, entry.place, entry.is_cancelled, title, about)
