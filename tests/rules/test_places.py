"""How many places are left for whom, and what may be promised, at the edges."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from welcome.events import rules
from welcome.events.answers.models import Pool
from welcome.events.models import EventKind
from welcome.events.plans import Facts, When
from welcome.events.rules import Places, Promised, places_after, pools_for

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_places_without_a_number() -> None:
    assert places_after(Promised(None), {Pool.ALL: 30}) == Places(None, None, None, None)
    assert places_after(Promised(None, 3, 3), {}) == Places(None, 0, 0, None)


def test_places_that_are_kept_count_what_is_taken_of_them() -> None:
    kept = Promised(10, 4, 3, 2)
    assert places_after(kept, {}) == Places(10, 4, 3, 2)
    assert places_after(kept, {Pool.NEWCOMER: 1, Pool.LOCAL: 3, Pool.FIRST_TIMER: 1}) == Places(5, 3, 0, 1)
    assert places_after(kept, {Pool.NEWCOMER: 5}) == Places(5, 0, 3, 2), "more newcomers than were promised"
    assert places_after(kept, {Pool.ALL: 4}) == Places(6, 4, 2, 0), "what was promised to all before counts"
    assert places_after(kept, {}, is_opened=True) == Places(10, 0, 0, 2)
    assert places_after(kept, {}, is_for_regulars=True) == Places(10, 4, 3, 0)
    assert places_after(Promised(10, None, 3), {}) == Places(10, None, 3, None)
    assert places_after(Promised(10, 0, 3), {}) == Places(10, 0, 3, None)
    assert places_after(Promised(2), {Pool.ALL: 2}) == Places(0, None, None, None)
    assert places_after(Promised(2, 1, 1), {Pool.ALL: 2}) == Places(0, 0, 0, None)
    with pytest.raises(rules.CapacityBelowGoing) as below:
        places_after(Promised(2), {Pool.ALL: 3})
    assert "3 people" in str(below.value)


def test_which_places_somebody_may_take() -> None:
    first = (Pool.FIRST_TIMER, Pool.ALL)
    assert pools_for(None, Places(3, None, None, 1), is_new=True) == first
    assert pools_for(None, Places(3, None, None, 1)) == pools_for(None, Places(3, None, None), is_new=True) == first[1:]
    assert pools_for(None, Places(3, 1, None)) == pools_for(None, Places(3, None, 1)) == (Pool.ALL,)
    assert pools_for("both", Places(3, 1, 1)) == (Pool.NEWCOMER, Pool.LOCAL, Pool.ALL)
    with pytest.raises(rules.SideNotSaid):
        pools_for(None, Places(3, 1, 1))


def test_a_date_has_an_end_and_is_to_come() -> None:
    def when(length: timedelta, *, is_all_day: bool = False) -> When:
        start = NOW.replace(tzinfo=None)
        return When(start=start, end=start + length, zone="UTC", is_all_day=is_all_day)

    rules.check_when(when(HOUR))
    rules.check_when(when(0 * DAY, is_all_day=True))
    rules.check_when(when(31 * DAY))
    for length, is_all_day in ((-HOUR, False), (0 * DAY, False), (-DAY, True)):
        with pytest.raises(rules.EndBeforeStart):
            rules.check_when(when(length, is_all_day=is_all_day))
    with pytest.raises(rules.TooLong):
        rules.check_when(when(32 * DAY))
    rules.check_coming(NOW + HOUR, NOW)
    with pytest.raises(rules.StartIsPast):
        rules.check_coming(NOW, NOW)
    with pytest.raises(rules.TooFarAway):
        rules.check_coming(NOW.replace(year=9999), NOW)


def test_a_bridge_has_two_ends() -> None:
    open_to_all = Facts(kind=EventKind.OPEN, title="Dinner", capacity=7)
    bridge = replace(open_to_all, kind=EventKind.BRIDGING, newcomer_places=3, local_places=5)
    rules.check_facts(open_to_all)
    rules.check_facts(bridge)
    for sides in ({"newcomer_places": 0}, {"local_places": None}):
        with pytest.raises(rules.SidesMissing):
            rules.check_facts(replace(bridge, **sides))
    assert rules.capacity_of(open_to_all) == 7
    assert rules.capacity_of(bridge) == 8
    assert rules.capacity_of(replace(bridge, capacity=9)) == 9
    assert rules.capacity_of(replace(bridge, capacity=None, local_places=None)) == 3
    assert rules.capacity_of(replace(bridge, capacity=None, newcomer_places=None)) == 5
    assert rules.capacity_of(replace(bridge, capacity=None, newcomer_places=None, local_places=None)) == 0


def test_first_timers_get_what_the_sides_leave() -> None:
    for enough in (Promised(10, 4, 4, 2), Promised(2, None, None, 2), Promised(None), Promised(0)):
        rules.check_kept(enough)
    for too_few in (Promised(10, 4, 4, 3), Promised(1, 0, 0, 2), Promised(None, None, None, 1), Promised(3, 4)):
        with pytest.raises(rules.TooFewToKeep):
            rules.check_kept(too_few)


def test_a_held_place_a_party_and_a_first_audience() -> None:
    assert rules.hold_until(24, NOW + 4 * DAY, NOW) == NOW + DAY
    assert rules.hold_until(24, NOW + DAY, NOW) == NOW + DAY / 2
    for party in ((1, 0), (6, 5), (2, 1)):
        rules.check_party(*party)
    rules.check_party(1)
    for party in ((0, 0), (7, 0), (2, 2), (2, -1)):
        with pytest.raises(rules.PartyTooLarge) as refused:
            rules.check_party(*party)
        assert "6" in str(refused.value)
    assert [rules.audience_after(held) for held in range(5)] == [100, 200, 400, 800, None]
