"""When two people could meet: shared parts of the week turned into real dates, in the daytime first."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

DAYPARTS = 3
EVENING = 2
STARTS = (time(10, 0), time(14, 30), time(19, 0))
LENGTH = timedelta(minutes=90)
SOONEST = 2  #: days from now: both must be able to read their mail first
WINDOWS = (14, 28)  #: two weeks; four for two people who share very little
SHOWN = 9
OFFERED = 3
#: For two people who share no part of the week: Saturday and the afternoons.
USUAL = sum(1 << day * DAYPARTS + 1 for day in range(5)) | 1 << 5 * DAYPARTS | 1 << 5 * DAYPARTS + 1


def shared_times(
    mine: int, theirs: int, today: date, *, without: Collection[datetime] = (), most: int = SHOWN
) -> list[datetime]:
    """Return wall-clock times in the next weeks that suit both, daytime and different days first.

    1. Take every shared part of the week on every day of the window.
    2. Put daytime before evening, the first time on a day before the second, soon before late.
    3. Keep the best few, in the order of the calendar, the three to offer first.
    """
    found: list[datetime] = []
    for window in WINDOWS:
        if len(found) < OFFERED:
            found = [at for at in _all_times(mine & theirs or USUAL, today, window) if at not in without]
    ranked: list[tuple[bool, int, datetime]] = []
    used: dict[date, int] = {}
    for at in found:
        is_evening = at.time() == STARTS[EVENING]
        ranked.append((is_evening, used.get(at.date(), 0), at))
        used[at.date()] = used.get(at.date(), 0) + 1
    best = [at for _, _, at in sorted(ranked)][:most]
    return sorted(best[:OFFERED]) + sorted(best[OFFERED:])


def _all_times(mask: int, today: date, window: int) -> list[datetime]:
    days = (today + timedelta(days=ahead) for ahead in range(SOONEST, SOONEST + window))
    return [
        datetime.combine(day, STARTS[part])
        for day in days
        for part in range(DAYPARTS)
        if mask >> day.weekday() * DAYPARTS + part & 1
    ]
