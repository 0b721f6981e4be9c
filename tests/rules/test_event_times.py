"""Wall times, zones and rules that repeat: right on every day of the year."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welcome.events.answers.models import Pool
from welcome.events.recurrence import Repeat, Rhythm, RuleNotUnderstood, RuleTooFast, TooManyDates, dates_of
from welcome.events.rules import CapacityBelowGoing, Places, Promised, places_after, pools_for
from welcome.events.times import TimeComesTwice, TimeDoesNotExist, computed_instant, said_instant, wall_time

ZONES = ("Europe/Amsterdam", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
WALL = datetime(2026, 11, 28, 18, 30)  # noqa: DTZ001 (by the clock on the wall)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_a_time_that_is_said_is_the_time_on_the_wall(wall: datetime, zone: str) -> None:
    wall = wall.replace(second=0, microsecond=0, fold=0)
    try:
        instant = said_instant(wall, zone)
    except TimeDoesNotExist:
        assert wall_time(computed_instant(wall, zone), zone) > wall
    except TimeComesTwice:
        offsets = {wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)}
        assert len(offsets) == 2
    else:
        assert instant.tzinfo is UTC
        assert wall_time(instant, zone) == wall


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from(list(Rhythm)), st.integers(2, 30))  # noqa: DTZ001
def test_a_series_has_as_many_dates_as_were_asked_for(start: datetime, rhythm: Rhythm, times: int) -> None:
    rule = Repeat(rhythm, times).rule(start)
    if rule is None:
        assert rhythm is Rhythm.ONCE
        return
    dates = dates_of(rule, start.replace(microsecond=0))
    assert len(dates) in {times, times + 1}  # a fifth weekday stands beside the last ones that follow it
    assert {date.weekday() for date in dates} == {start.weekday()}
    assert {date.time() for date in dates} == {start.replace(microsecond=0).time()}


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("FREQ=SECONDLY", RuleTooFast),
        ("FREQ=DAILY;BYHOUR=1,2,3", RuleTooFast),
        ("FREQ=DAILY;COUNT=1000000", TooManyDates),
        ("FREQ=DAILY;INTERVAL=0", RuleNotUnderstood),
        ("FREQ=DAILY;COUNT=-1", RuleNotUnderstood),
        ("FREQ=DAILY;UNTIL=soon", RuleNotUnderstood),
        ("FREQ=WEEKLY;BYDAY=XX", RuleNotUnderstood),
        ("EVERY=DAY", RuleNotUnderstood),
        ("FREQ=DAILY;" + "BYDAY=MO;" * 100, RuleNotUnderstood),
    ],
)
def test_rules_that_nobody_can_keep_are_refused(rule: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        dates_of(rule, WALL)


def test_an_end_in_utc_is_counted_by_the_clock_on_the_wall() -> None:
    last_included = dates_of("FREQ=DAILY;UNTIL=20261129T173000Z", WALL, zone="Europe/Amsterdam")
    assert last_included == [WALL, WALL + timedelta(days=1)]
    assert dates_of("FREQ=DAILY;UNTIL=20261129T172959Z", WALL, zone="Europe/Amsterdam") == [WALL]


@given(
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 20),
    st.booleans(),
)
def test_places_left_never_promise_more_than_there_are(
    newcomers: int, locals_: int, taken_newcomers: int, taken_locals: int, taken_open: int, is_opened: bool
) -> None:
    taken = {Pool.NEWCOMER: taken_newcomers, Pool.LOCAL: taken_locals, Pool.ALL: taken_open}
    try:
        left = places_after(Promised(newcomers + locals_, newcomers, locals_), taken, is_opened=is_opened)
    except CapacityBelowGoing:
        assert sum(taken.values()) > newcomers + locals_
        return
    assert left.seats_left == newcomers + locals_ - sum(taken.values())
    assert left.seats_left is not None
    assert 0 <= (left.newcomer_left or 0) + (left.local_left or 0) <= left.seats_left


def test_each_side_tries_its_own_places_first() -> None:
    assert pools_for("newcomer", Places(2, 1, 1)) == (Pool.NEWCOMER, Pool.ALL)
    assert pools_for("local", Places(2, 1, 1)) == (Pool.LOCAL, Pool.ALL)
    assert pools_for("both", Places(3, 1, 2)) == (Pool.LOCAL, Pool.NEWCOMER, Pool.ALL)
    assert pools_for(None, Places(None, None, None)) == (Pool.ALL,)
    assert pools_for("local", Places(3, 1, 1, 1), is_new=True) == (Pool.FIRST_TIMER, Pool.LOCAL, Pool.ALL)
