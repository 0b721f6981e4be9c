"""What a profile may say, and who may see whom."""

from datetime import date

import pytest

from welcome.profiles import rules, vocabulary
from welcome.profiles.models import ShownTo, Side
from welcome.profiles.rules import Language

KNOWN = {"en", "nl", "pt"}


@pytest.mark.parametrize(
    ("languages", "refusal"),
    [
        ([Language("pt", 7), Language("pt", 3)], rules.SpokenTwice),
        ([Language("nl", 4, teaches=True)], rules.NotFluentEnough),
        ([Language("pt", 7, learns=True)], rules.NothingToLearn),
        ([Language("xx", 3)], rules.UnknownWord),
        ([Language("nl", 8)], rules.UnknownWord),
        ([Language("nl", 1)] * 13, rules.TooManyLanguages),
    ],
)
def test_it_refuses_languages_that_cannot_be(languages: list[Language], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.check_languages(languages, KNOWN)


def test_carol_teaches_portuguese_and_learns_dutch() -> None:
    rules.check_languages([Language("pt", 7, teaches=True), Language("nl", 1, learns=True)], KNOWN)


def test_only_the_month_of_arrival_is_kept() -> None:
    assert rules.check_arrival(date(2026, 10, 17), date(2026, 11, 20)) == date(2026, 10, 1)


@pytest.mark.parametrize("arrived_on", [date(1929, 12, 1), date(2027, 12, 1), date(9999, 1, 1)])
def test_it_refuses_an_unlikely_arrival(arrived_on: date) -> None:
    with pytest.raises(rules.UnlikelyArrival):
        rules.check_arrival(arrived_on, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("shown_to", "own", "other", "is_permitted"),
    [
        (ShownTo.EVERYONE, None, None, True),
        (ShownTo.WOMEN, "man", "woman", True),
        (ShownTo.WOMEN, "woman", "man", False),
        (ShownTo.WOMEN, "woman", None, False),
        (ShownTo.OWN_GENDER, "man", "man", True),
        (ShownTo.OWN_GENDER, "man", "woman", False),
        (ShownTo.OWN_GENDER, None, None, False),
    ],
)
def test_silence_counts_as_no(shown_to: ShownTo, own: str | None, other: str | None, is_permitted: bool) -> None:
    assert rules.permits(shown_to, own, other) is is_permitted


def test_own_gender_needs_a_gender() -> None:
    with pytest.raises(rules.GenderNeeded):
        rules.check_limits(ShownTo.OWN_GENDER, None)


def test_the_steps_follow_each_other() -> None:
    assert rules.next_step([]) == "side"
    assert rules.next_step(["side", "interests"]) == "languages"
    assert rules.next_step(rules.STEPS) is None
    assert rules.step_after("side") == "languages" and rules.step_after("limits") is None
    assert rules.step_before("side") is None and rules.step_before("limits") == "offers"


def test_a_profile_is_complete_when_every_part_is_filled() -> None:
    assert rules.completeness([]) == 0
    assert rules.completeness(["side", "languages", "other"]) == 25
    assert rules.completeness(rules.STEPS) == 100


def test_small_counts_are_not_told() -> None:
    assert not rules.worth_counting(4) and rules.worth_counting(5)


def test_both_sides_count_as_both() -> None:
    assert Side.BOTH.is_newcomer and Side.BOTH.is_local
    assert not Side.LOCAL.is_newcomer and not Side.NEWCOMER.is_local


def test_slots_are_bits_from_monday_morning() -> None:
    assert vocabulary.mask_of([0, 20]) == 1 | 1 << 20
    assert vocabulary.slots_of(vocabulary.mask_of([3, 7])) == [3, 7]


def test_there_are_enough_interests_and_their_codes_are_plain() -> None:
    assert 110 <= len(vocabulary.INTERESTS) <= 130
    assert all(code.isascii() and len(code) <= 40 and code.count(".") == 1 for code in vocabulary.INTERESTS)
