"""Quiet hours end at their reader's own morning, in every zone and through every change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from welcome.announcements.rhythm import LONGEST_QUIET, TooQuiet, check_quiet
from welcome.events.planning import REMIND_BEFORE
from welcome.post.hours import TOO_LATE, hours_of, in_time, is_too_late, length_of, quiet_until, read_hours
from welcome.post.letters import Unwanted

NIGHT = read_hours("21:30-08:00")
AMSTERDAM = "Europe/Amsterdam"
ZONES = sorted(available_timezones())
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (in UTC)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(AMSTERDAM))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(20, 21, 29), None),
        (at(20, 21, 30), at(21, 8)),
        (at(20, 23, 59), at(21, 8)),
        (at(21, 0), at(21, 8)),
        (at(21, 7, 59), at(21, 8)),
        (at(21, 8), None),
        (at(24, 23, month=10), at(25, 8, month=10)),  # a night of 25 hours' day
        (at(28, 23, month=3), at(29, 8, month=3)),  # and of 23
    ],
)
def test_they_last_until_the_morning(now, until):
    assert quiet_until(now, AMSTERDAM, NIGHT) == until


@pytest.mark.parametrize(("zone", "jump"), [("Antarctica/Troll", (3, 28, 1)), ("Pacific/Chatham", (9, 25, 14))])
def test_an_end_that_the_clocks_jump_over_comes_when_they_jump(zone, jump):
    month, day, hour = jump
    jumped = datetime(2027, month, day, hour, tzinfo=UTC)
    inside = 2 * 60 if zone == "Antarctica/Troll" else 3 * 60
    assert quiet_until(jumped - timedelta(hours=3), zone, (20 * 60, inside)) == jumped


def test_they_may_lie_within_a_day():
    siesta = read_hours("13:00-16:00")
    assert quiet_until(at(20, 14), AMSTERDAM, siesta) == at(20, 16)
    assert quiet_until(at(20, 16), AMSTERDAM, siesta) is None


def test_the_same_time_twice_and_an_empty_text_are_no_quiet_hours():
    assert read_hours("") == (0, 0)
    assert not [hour for hour in range(24) if quiet_until(at(20, hour), AMSTERDAM, (480, 480))]


def test_an_end_that_comes_twice_or_never_still_comes():
    through = read_hours("21:30-02:30")
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    assert quiet_until(second, AMSTERDAM, through) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    before_the_gap = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    until = quiet_until(before_the_gap, AMSTERDAM, through)
    assert before_the_gap < until <= before_the_gap + timedelta(hours=2)


def shift(zone: str, one: datetime, other: datetime) -> timedelta:
    """Return by how much a zone's clocks change between two instants."""
    before, after = (moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in (one, other))
    return abs(after - before)


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 47), st.integers(0, 47))
def test_who_waits_is_told_when_the_quiet_hours_are_over(now, zone, first, last):
    hours = (first * 30, last * 30)
    until = quiet_until(now, zone, hours)
    if until is not None:
        changed = shift(zone, now, until)
        assert now < until <= now + length_of(hours) + changed
        local = until.astimezone(ZoneInfo(zone))
        assert changed or (local.hour * 60 + local.minute, quiet_until(until, zone, hours)) == (hours[1], None)


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 47), st.integers(0, 28))
def test_a_reminder_that_waits_still_comes_hours_before(starts_at, zone, first, length):
    hours = (first * 30, (first + length) % 48 * 30)
    check_quiet(hours)
    remind_at = starts_at - REMIND_BEFORE
    until = quiet_until(remind_at, zone, hours) or remind_at
    assert until <= remind_at + LONGEST_QUIET + shift(zone, remind_at, until)
    assert not is_too_late(until, starts_at)


def test_a_day_may_not_be_missed():
    check_quiet(read_hours("20:00-10:00"))
    with pytest.raises(TooQuiet):
        check_quiet(read_hours("20:00-10:30"))


def test_hours_and_moments_at_their_edges():
    assert read_hours("21:30-08:15") == (21 * 60 + 30, 8 * 60 + 15)
    siesta = read_hours("13:00-16:00")
    assert quiet_until(at(20, 13), AMSTERDAM, siesta) == at(20, 16)
    before = datetime(2026, 10, 24, 22, tzinfo=UTC)  # 02:30 comes twice: the first counts
    assert quiet_until(before, AMSTERDAM, read_hours("21:30-02:30")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    begins = at(20, 12)
    assert not is_too_late(begins, None) and not is_too_late(begins - timedelta(hours=2), begins)
    assert is_too_late(begins - timedelta(hours=2) + timedelta(microseconds=1), begins)


def test_what_would_come_after_what_it_is_about_is_kept_back():
    begins = at(20, 12)
    kept = in_time({"needed_by": begins}, begins)
    assert isinstance(kept, Unwanted) and kept.reason == TOO_LATE
    for context in ({"needed_by": begins}, {"needed_by": None}, {}, Unwanted("it was read")):
        assert in_time(context, begins - timedelta(microseconds=1)) is context


def test_whoever_chose_no_hours_has_those_of_the_house():
    house = Flask("house")
    house.config["QUIET_HOURS"] = "21:30-08:00"
    with house.app_context():
        assert hours_of((60, 120)) == (60, 120) and hours_of((0, 0)) == (0, 0)
        assert hours_of((None, 120)) == hours_of((60, None)) == hours_of((None, None)) == NIGHT
