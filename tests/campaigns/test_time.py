"""Every reminder at its time on the wall, in every zone, at every change of the clocks in ten years: once, not later.

The model is the C library's clock, asked minute by minute; it shares nothing with ours but the zones' rules.
"""

import os
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger

from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.conftest import TODAY
from welcome.announcements.rhythm import at_hour, next_weekly
from welcome.events.times import computed_instant
from welcome.pairings.rounds import cadence
from welcome.post.digest import next_digest
from welcome.post.hours import quiet_until
from welcome.post.letters import Somebody
from welcome.post.models import Rhythm

QUARTER, DAY = 15 * 60, 86_400
YEARS = size("years", small=2, full=10)
HOURS = range(24)
#: Half an hour, two hours, a change at midnight, none of Europe's and America's usual ones.
ODD = (
    "Europe/Amsterdam",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "America/Havana",
    "Asia/Beirut",
)


@contextmanager
def c_clock(zone: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


def wall(moment: int) -> tuple[int, ...]:
    return tuple(time.localtime(moment)[:5])


def _offset(moment: int) -> int:
    return time.localtime(moment).tm_gmtoff


def changes(first: int, last: int) -> list[int]:
    """Return the instants at which the clocks change."""
    found, offset = [], _offset(first)
    for begin in range(first, last, 4 * DAY):
        end = begin + 4 * DAY
        if _offset(end) != offset:
            quarters = range(begin, end + QUARTER, QUARTER)
            found.append(
                quarters[bisect_left(quarters, True, key=lambda at, was=offset: time.localtime(at).tm_gmtoff != was)]
            )
            offset = _offset(end)
    return found


@dataclass
class Window:
    """Some days around a change, as the clock on the wall walks through them."""

    first: int

    def __post_init__(self) -> None:
        self.moments = range(self.first, self.first + 21 * DAY, QUARTER)
        self.shown = [wall(moment) for moment in self.moments]
        self.minutes: dict[int, int] = {}
        self.at: dict[tuple[int, ...], int] = {}
        for moment, shown in zip(self.moments, self.shown, strict=True):
            self.at.setdefault(shown, moment)

    def minute(self, moment: int) -> int:
        """Return the minute of the day that is shown; each is asked for by many hours of quiet."""
        if moment not in self.minutes:
            _year, _month, _day, hour, minute = wall(moment)
            self.minutes[moment] = hour * 60 + minute
        return self.minutes[moment]

    def instant(self, day: date, hour: int) -> int:
        """Return when it strikes first; what clocks jump over strikes as long after the jump as it lies behind."""
        asked = (day.year, day.month, day.day, hour, 0)
        if asked in self.at:
            return self.at[asked]
        after = next(number for number, shown in enumerate(self.shown) if shown > asked)
        before = datetime(*self.shown[after - 1])  # noqa: DTZ001
        return self.moments[after - 1] + int((datetime(*asked) - before).total_seconds())  # noqa: DTZ001


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def chain(following, first: int, last: int) -> list[int]:
    """Return every time that something comes, each found out from the one before; APScheduler's may stand still."""
    found, moment = [first], utc(first)
    while (moment := following(moment)) is not None and found[-1] < stamp(moment) < last:
        found.append(stamp(moment))
    return found[1:]


def faults_at(zone: str, change: int, hours) -> tuple[int, list[str]]:
    """Try every kind at every hour around one change; return how many times were tried, and the faults."""
    window = Window((change - 5 * DAY) // QUARTER * QUARTER)
    noon, end = change - 2 * DAY, change + 2 * DAY
    today = date(*wall(change)[:3])
    days = [today + timedelta(days=number) for number in range(-3, 4)]
    tried, faults = 0, []

    def compare(kind: str, hour: int, found: list[int], expected: list[int]) -> None:
        nonlocal tried
        tried += len(expected)
        if found != expected:
            faults.append(f"{kind} at {hour} in {zone}: {[str(utc(at)) for at in set(found) ^ set(expected)]}")

    for hour in hours:
        strikes = [window.instant(day, hour) for day in days]
        coming = [at for at in strikes if noon < at < end]
        reader = Somebody(locale="en", timezone=zone, gathers_at=hour, gathers_on=today.weekday())
        walls = [datetime(day.year, day.month, day.day, hour) for day in days]  # noqa: DTZ001
        compare("journey", hour, [stamp(at_hour(day, hour, zone)) for day in days], strikes)
        compare("thanks and questions", hour, [stamp(computed_instant(at, zone)) for at in walls], strikes)
        compare("daily", hour, chain(lambda at, who=reader: next_digest(Rhythm.DAILY, who, at), noon, end), coming)
        weeks = [window.instant(today + timedelta(days=number), hour) for number in (0, 7, 14)]
        weekly = chain(lambda at, who=reader: next_digest(Rhythm.WEEKLY, who, at), noon, weeks[-1] + 1)
        compare("weekly", hour, weekly, [at for at in weeks if at > noon])
        compare(
            "weekly letter", hour, letters_of(today, hour, zone, noon, weeks[-1]), [at for at in weeks if at > noon]
        )
        compare("end of quiet", hour, *quiet_ends(window, hour, zone, change))
    compare(
        "round",
        9,
        [stamp(cadence.at_nine(day, ZoneInfo(zone))) for day in days],
        [window.instant(day, 9) for day in days],
    )
    return tried, faults


def letters_of(today: date, hour: int, zone: str, first: int, last: int) -> list[int]:
    found, moment, last_on = [], utc(first), None
    while not found or found[-1] < last:
        moment = next_weekly(today.weekday(), hour, zone, last_on, moment)
        last_on = moment.astimezone(ZoneInfo(zone)).date()
        found.append(stamp(moment))
    return found


def quiet_ends(window: Window, hour: int, zone: str, change: int) -> tuple[list[int], list[int]]:
    """Ask from within ten quiet hours when they end; the model walks until the wall shows that they are over."""
    begin, end = (hour + 14) % 24 * 60, hour * 60
    found, expected = [], []
    for moment in range(change - 12 * 3600, change + 12 * 3600, 7 * QUARTER):
        until = quiet_until(utc(moment), zone, (begin, end))
        if until is None:
            continue
        later = (at for at in range(moment, moment + 2 * DAY, 60) if not is_quiet(window.minute(at), begin, end))
        found.append(stamp(until))
        expected.append(next(later))
    return found, expected


def is_quiet(minute: int, begin: int, end: int) -> bool:
    return begin <= minute < end if begin < end else minute >= begin or minute < end


def rules_of(zone: str) -> bytes:
    return next((Path(root) / zone).read_bytes() for root in TZPATH if (Path(root) / zone).is_file())


def cron_faults(zone: str, change: int, hours) -> int:
    """Count the hours at which APScheduler's own cron misses or doubles."""
    window = Window((change - 5 * DAY) // QUARTER * QUARTER)
    today, faults = date(*wall(change)[:3]), 0
    for hour in hours:
        trigger = CronTrigger(hour=hour, minute=0, timezone=ZoneInfo(zone))
        found = chain(
            lambda at, cron=trigger: cron.get_next_fire_time(at, at + timedelta(seconds=1)),
            change - 2 * DAY,
            change + 2 * DAY,
        )
        days = (window.instant(today + timedelta(days=number), hour) for number in range(-3, 4))
        faults += found != [at for at in days if change - 2 * DAY < at < change + 2 * DAY]
    return faults


def test_every_reminder_keeps_its_time_on_the_wall_through_every_change():
    names = [*ODD, *sorted(available_timezones())]
    clocks = {rules_of(zone): zone for zone in reversed(names)}  # many names are another word for the same clock
    zones = sorted(clocks.values(), key=names.index)[: size("zones", small=3, full=len(names))]
    hours = HOURS[:: size("every_hour", small=5, full=1)]
    tried = changed = by_cron = 0
    faults: list[str] = []
    first = stamp(TODAY)
    for zone in zones:
        with c_clock(zone):
            for change in changes(first, first + YEARS * 366 * DAY):
                some, found = faults_at(zone, change, hours)
                changed, tried, faults = changed + 1, tried + some, faults + found
                by_cron += cron_faults(zone, change, hours) if zone in ODD else 0
    assert faults[:5] == []
    assert by_cron
    figure = (
        f"{len(zones)} clocks of {len(set(names))} zones, {changed} changes, {YEARS} years, {tried} reminders of 7 "
        "kinds: 0 missed, doubled or at a wrong time"
    )
    tell("time", figure, planted=f"APScheduler's cron fails at {by_cron} hours")
