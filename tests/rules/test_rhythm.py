"""A weekly letter comes at its reader's own hour, in every zone, also in the weeks in which clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welcome.announcements.rhythm import FIRST_HOUR, LAST_HOUR, at_hour, local_day, next_weekly

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ZONES = ("Europe/Amsterdam", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC")


def test_the_next_thursday_evening():
    assert next_weekly(3, 18, "Europe/Amsterdam", None, FRIDAY) == datetime(2026, 11, 26, 17, 0, tzinfo=UTC)


def test_today_when_the_hour_is_still_to_come():
    assert next_weekly(4, 18, "Europe/Amsterdam", None, FRIDAY).date() == date(2026, 11, 20)
    assert next_weekly(4, 10, "Europe/Amsterdam", None, FRIDAY).date() == date(2026, 11, 27)


def test_a_week_or_more_lies_between_two():
    assert next_weekly(5, 18, "UTC", date(2026, 11, 20), FRIDAY).date() == date(2026, 11, 28)
    assert next_weekly(4, 18, "UTC", date(2026, 11, 20), FRIDAY).date() == date(2026, 11, 27)
    assert next_weekly(3, 18, "UTC", date(2026, 11, 20), FRIDAY).date() == date(2026, 12, 3)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("weekday", range(7))
def test_through_a_year_it_is_once_a_week_at_the_same_hour_on_the_wall(zone, weekday):
    last, now, seen = None, datetime(2026, 1, 1, tzinfo=UTC), []
    for _ in range(60):
        now = next_weekly(weekday, 8, zone, last, now)
        wall = now.astimezone(ZoneInfo(zone))
        assert (wall.weekday(), wall.hour, wall.minute) == (weekday, 8, 0)
        last = wall.date()
        seen.append(last)
    assert {after - before for before, after in zip(seen, seen[1:], strict=False)} == {timedelta(days=7)}


def test_an_hour_that_the_clocks_jump_over_comes_an_hour_later():
    assert at_hour(date(2027, 3, 28), 2, "Europe/Amsterdam") == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (in UTC)
    st.sampled_from(sorted(available_timezones())),
    st.integers(0, 6),
    st.integers(FIRST_HOUR, LAST_HOUR),
    st.none() | st.integers(0, 13),
)
def test_in_every_zone_it_is_the_hour_that_was_chosen(now, zone, weekday, hour, days_ago):
    last_on = None if days_ago is None else local_day(now, zone) - timedelta(days=days_ago)
    following = next_weekly(weekday, hour, zone, last_on, now)
    wall = following.astimezone(ZoneInfo(zone))
    assert now < following < now + timedelta(days=15)
    assert (wall.weekday(), wall.hour, wall.minute) == (weekday, hour, 0)
    assert last_on is None or wall.date() - last_on >= timedelta(days=7)
