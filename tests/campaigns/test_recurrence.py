"""Random rules in forty zones give the dates that dateutil gives, by its own clock, when it is left alone with them."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rruleset, rrulestr

from tests.campaigns import figures
from tests.campaigns.sizes import size
from tests.conftest import TODAY
from welcome.calendars import planning
from welcome.calendars.planning import AHEAD, plan_import
from welcome.calendars.reading import read_calendar
from welcome.events import recurrence
from welcome.events.times import computed_instant

ZONES = (
    *("Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi"),
    *("America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver"),
    *("America/Halifax", "America/Havana", "America/Los_Angeles", "America/Mexico_City", "America/New_York"),
    *("America/Nuuk", "America/Santiago", "America/Sao_Paulo", "America/St_Johns", "Asia/Amman", "Asia/Beirut"),
    *("Asia/Dubai", "Asia/Hong_Kong", "Asia/Jerusalem", "Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata"),
    *("Asia/Seoul", "Asia/Tehran", "Asia/Tokyo", "Australia/Adelaide", "Australia/Lord_Howe"),
    *("Australia/Sydney", "Europe/Amsterdam", "Europe/Dublin", "Europe/Istanbul", "Europe/Kyiv"),
    *("Europe/London", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Norfolk"),
)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ENOUGH = timedelta(days=400)


def random_rule(chance: random.Random, start: datetime, zone: str) -> str:
    """Write a rule that people could have made."""
    frequency = chance.choice(("DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"))
    parts = [f"FREQ={frequency}", f"INTERVAL={chance.randint(1, 4)}"]
    if frequency == "WEEKLY":
        parts.append("BYDAY=" + ",".join(chance.sample(DAYS, chance.randint(1, 3))))
        parts.append(f"WKST={chance.choice(('MO', 'SU'))}")
    elif frequency == "MONTHLY":
        day = f"{chance.choice((1, 2, 3, 4, -1))}{chance.choice(DAYS)}"
        parts.append(chance.choice((f"BYDAY={day}", f"BYMONTHDAY={chance.choice((1, 15, 29, 31, -1))}")))
    end = start + timedelta(days=chance.randint(10, 350))
    instant = computed_instant(end, zone)
    ends = (f"COUNT={chance.randint(1, 30)}", f"UNTIL={end:%Y%m%d}", f"UNTIL={instant:%Y%m%dT%H%M%S}Z", "")
    return ";".join([*parts, *([one] if (one := chance.choice(ends)) else [])])


def by_dateutil(rule: str, start: datetime, zone: str, without: datetime, extra: datetime) -> set[datetime]:
    """Let dateutil count on clocks that know their zone, and return the instants."""
    here = ZoneInfo(zone)
    parts = dict(part.split("=") for part in rule.split(";"))
    if "UNTIL" in parts and "T" not in parts["UNTIL"]:  # a day means all of it, by the clock there
        last = datetime.strptime(parts["UNTIL"], "%Y%m%d").replace(hour=23, minute=59, tzinfo=here)
        parts["UNTIL"] = f"{last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    dates = rruleset()
    dates.rrule(rrulestr(text, dtstart=start.replace(tzinfo=here)))
    dates.rdate(start.replace(tzinfo=here))
    dates.rdate(extra.replace(tzinfo=here))
    dates.exdate(without.replace(tzinfo=here))
    horizon = (max(TODAY.replace(tzinfo=None), start) + AHEAD).replace(tzinfo=here)
    found: set[datetime] = set()
    for date in dates:
        if date > horizon or date > start.replace(tzinfo=here) + ENOUGH * 10:
            break
        found.add(date.astimezone(UTC))
    return found


def by_us(rule: str, start: datetime, zone: str, without: datetime, extra: datetime) -> set[datetime]:
    """Read the same from a calendar file."""
    form = "%Y%m%dT%H%M%S"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:a@club", "SUMMARY:Random", f"RRULE:{rule}"]
    lines += [f"DTSTART;TZID={zone}:{start:{form}}", f"EXDATE;TZID={zone}:{without:{form}}"]
    lines += [f"RDATE;TZID={zone}:{extra:{form}}", "END:VEVENT", "END:VCALENDAR"]
    planned, problems = plan_import(read_calendar("\r\n".join(lines).encode(), "UTC"), now=TODAY)
    assert problems == []
    return {computed_instant(date.when.start, zone) for date in planned[0].dates.values()}


def differences(rules: int) -> list[str]:
    chance, found = random.Random(7), []
    for zone in ZONES:
        for _number in range(rules):
            start = datetime(2026, 12, 1) + timedelta(days=chance.randint(0, 365), minutes=15 * chance.randint(0, 95))  # noqa: DTZ001
            rule = random_rule(chance, start, zone)
            around = (start + timedelta(days=7 * chance.randint(0, 9)), start + timedelta(days=chance.randint(1, 99)))
            if by_us(rule, start, zone, *around) != by_dateutil(rule, start, zone, *around):
                found.append(f"{zone} {start} {rule}")
    return found


def test_random_rules_give_the_dates_that_dateutil_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = size("rules", small=5, full=500)
    assert len(ZONES) == 40
    assert differences(rules) == []
    with monkeypatch.context() as patch:
        patch.setattr(recurrence, "wall_time", lambda instant, zone: instant.replace(tzinfo=None))
        in_utc = len(differences(5))
    with monkeypatch.context() as patch:
        patch.setattr(planning, "AHEAD", timedelta(days=30))
        early = len(differences(5))
    assert in_utc and early
    planted = f"an UNTIL that stays in UTC ({in_utc} of 200 rules differ), a horizon that is too near ({early})"
    figures.tell(
        "recurrence", f"{rules * len(ZONES)} rules in {len(ZONES)} zones as dateutil has them", planted=planted
    )
