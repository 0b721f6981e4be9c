"""Which step of the journey helps when: today's or the next, never one that is over, never two at once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welcome.announcements.journey.built_in import STEPS
from welcome.announcements.journey.steps import BETWEEN_TWO, begins_on, months_later, next_step, step_of_day

OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("today", "code"),
    [
        (date(2026, 8, 20), None),
        (date(2026, 9, 8), "before"),
        (date(2026, 10, 7), "before"),
        (date(2026, 10, 8), "first_week"),
        (date(2026, 11, 8), "first_month"),
        (date(2027, 1, 8), "third_month"),
        (date(2027, 4, 8), "half_year"),
        (date(2027, 10, 8), "year"),
        (date(2027, 11, 30), "year"),
        (date(2027, 12, 1), None),
    ],
)
def test_one_step_helps_at_a_time(today, code):
    step = step_of_day(STEPS, OCTOBER, today)
    assert (step and step.code) == code


def test_who_joins_late_gets_the_latest_step_alone():
    step, day = next_step(STEPS, OCTOBER, date(2027, 2, 20)) or (None, None)
    assert (step.code, day) == ("third_month", date(2027, 2, 20))
    step, day = next_step(STEPS, OCTOBER, date(2027, 2, 20), done=["third_month"], last_on=date(2027, 2, 20))
    assert (step.code, day) == ("half_year", date(2027, 4, 8))


def test_a_step_that_is_done_or_off_is_passed_over():
    step, day = next_step(STEPS, OCTOBER, date(2026, 10, 9), done=["first_week", "first_month"])
    assert (step.code, day) == ("third_month", date(2027, 1, 8))


def test_after_the_year_nothing_comes():
    assert next_step(STEPS, date(2019, 5, 1), date(2026, 11, 20)) is None


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.lists(st.integers(0, 120), min_size=1, max_size=20),
    st.lists(st.integers(-9, 9), min_size=20, max_size=20),
)
def test_whatever_the_arrival_is_changed_to_nothing_comes_twice_or_in_a_flood(today, waits, shifts):
    arrived, done, last_on, sent = months_later(today, 2), [], None, []
    for wait, shift in zip(waits, shifts, strict=False):
        today += timedelta(days=wait)
        arrived = months_later(arrived, shift)
        found = next_step(STEPS, arrived, today, done=done, last_on=last_on)
        if found and found[1] <= today:
            step, _day = found
            assert begins_on(step, arrived) <= today
            assert step_of_day(STEPS, arrived, today) is step
            done.append(step.code)
            sent.append(today)
            last_on = today
    assert len(done) == len(set(done)) <= len(STEPS)
    assert all(after - before >= BETWEEN_TWO for before, after in zip(sent, sent[1:], strict=False))
