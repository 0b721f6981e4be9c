"""Who hears of an event: decisions on plain values."""

from datetime import date

import pytest

from welcome.announcements.rules import (
    ASKED_PER_PLACE,
    MOST_A_WEEK,
    Person,
    Room,
    among_all,
    arrival_window,
    from_both_sides,
    is_for,
    speaks_enough,
)


def person(member_id: int, side: str = "newcomer", **traits: object) -> Person:
    known: dict[str, object] = {
        "is_newcomer": side != "local",
        "is_local": side != "newcomer",
        "shared": 2,
        "closeness": 0.5,
        "speaks": True,
        "told_lately": 0,
        "told_this_week": 0,
    }
    return Person(member_id=member_id, **{**known, **traits})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("starts_on", "weeks", "first"),
    [
        (date(2026, 11, 28), 12, date(2026, 9, 1)),
        (date(2026, 11, 28), 4, date(2026, 10, 1)),
        (date(2027, 1, 2), 4, date(2026, 12, 1)),
        (date(2026, 11, 28), None, date(2026, 9, 1)),
    ],
)
def test_an_arrival_counts_by_its_month(starts_on, weeks, first):
    assert arrival_window(starts_on, weeks) == (first, starts_on)


def test_one_language_at_its_level_is_enough():
    assert speaks_enough({"nl": 2}, {"nl": 2, "en": 4})
    assert not speaks_enough({"nl": 1, "en": 3}, {"nl": 2, "en": 4})
    assert speaks_enough({}, {"ar": 0})
    assert speaks_enough({}, {})


def test_it_fits_who_shares_an_interest_or_lives_near_and_understands():
    assert is_for(person(1))
    assert is_for(person(1, shared=0, closeness=0.9))
    assert not is_for(person(1, shared=0))
    assert not is_for(person(1, speaks=False))


def test_nobody_is_told_of_something_every_day():
    assert is_for(person(1, told_this_week=MOST_A_WEEK - 1))
    assert not is_for(person(1, told_this_week=MOST_A_WEEK))


def test_those_told_least_lately_come_first_then_those_whom_it_fits_best():
    people = [person(1, told_lately=2, shared=9), person(2, shared=1), person(3, shared=3), person(4, shared=1)]
    assert among_all(people, Room(None)) == [3, 2, 4, 1]


def test_some_are_asked_for_each_place_of_each_side():
    people = [person(i) for i in range(100)] + [person(i, "local") for i in range(100, 200)]
    chosen = from_both_sides(people, Room(seats_left=5, newcomer_left=2, local_left=3))
    assert len([i for i in chosen if i < 100]) == 2 * ASKED_PER_PLACE
    assert len([i for i in chosen if i >= 100]) == 3 * ASKED_PER_PLACE


def test_when_one_side_is_full_only_the_other_is_asked():
    people = [person(1), person(2, "local")]
    assert from_both_sides(people, Room(seats_left=3, newcomer_left=0, local_left=3)) == [2]


def test_places_that_are_open_to_all_count_for_both_sides():
    people = [person(1), person(2, "local")]
    assert from_both_sides(people, Room(seats_left=3, newcomer_left=0, local_left=0)) == [1, 2]


def test_who_is_on_both_sides_is_told_once():
    assert from_both_sides([person(1, "both")], Room(seats_left=2, newcomer_left=1, local_left=1)) == [1]


def test_a_full_event_is_announced_to_nobody():
    assert among_all([person(1)], Room(seats_left=0)) == []


def test_edges_count():
    assert is_for(person(1, shared=0, closeness=0.6))
    assert not speaks_enough({}, {"ar": 1})
    room = Room(5, 0, 0)
    assert {room.places_for(is_newcomer=side, is_local=not side) for side in (True, False)} == {5}
    near, fond = person(1, shared=0, closeness=0.9), person(2, shared=1, closeness=0.1)
    assert among_all([fond, near], Room(None)) == [1, 2]
    near, fond = person(1, shared=0, closeness=1.0), person(2, shared=3, closeness=0.05)
    assert among_all([near, fond], Room(None)) == [2, 1]
