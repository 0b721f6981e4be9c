"""Suggestions are exact, say why for both sides, and say what would help."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.strategies import populations
from welcome.matching.pairs.constraints import Rule, may_meet
from welcome.matching.pairs.openings import Change
from welcome.matching.pairs.reasons import Caution, Nearness, explain
from welcome.matching.pairs.utility import scores
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.suggestions.attention import Attention
from welcome.matching.suggestions.suggest import suggest

BOB = Person(
    side="local",
    languages={"nl": Spoken(7, True), "pt": Spoken(3, learns=True)},
    interests={"choir": 3, "chess": 1},
    slots=0b111,
    area=0,
    offers={"health"},
)
CAROL = Person(
    languages={"pt": Spoken(7, True), "nl": Spoken(3, learns=True)},
    interests={"choir": 2},
    slots=0b11,
    area=0,
    wishes={"health"},
    situations={"spouse"},
)
EXCHANGE = Programme(Kind.EXCHANGE)


@settings(max_examples=80, deadline=None)
@given(populations(most=8), st.sampled_from(list(Kind)))
def test_it_finds_everybody_who_fits_and_counts_the_others(population, kind):
    programme = Programme(kind)
    for row in range(len(population)):
        found = suggest(population, programme, row, count=100)
        fits = [
            other
            for other in range(len(population))
            if other != row and may_meet(population, programme, np.array([row]), np.array([other]))[0]
        ]
        assert sorted(one.row for one in found.chosen) == fits
        assert [one.rank for one in found.chosen] == sorted((o.rank for o in found.chosen), reverse=True)
        assert found.fitting + sum(found.removed.values()) == len(population) - 1


@settings(max_examples=100, deadline=None)
@given(populations(most=6), st.sampled_from(list(Kind)))
def test_scores_are_symmetric_and_points_add_up(population, kind):
    programme = Programme(kind)
    rows = np.arange(len(population))
    block = scores(population, programme, rows[:, None], rows[None, :])
    assert (block == block.T).all()
    for first in rows:
        for second in rows:
            why = explain(population, programme, int(first), int(second))
            assert sum(reason.points for reason in why.mine) == pytest.approx(why.gain)
            assert sum(reason.points for reason in why.theirs) == pytest.approx(why.their_gain)
            assert all(0 <= reason.value <= 1 for reason in (*why.mine, *why.theirs))
            assert why.score == block[first, second] / 10_000
            mirror = explain(population, programme, int(second), int(first))
            assert (mirror.mine, mirror.theirs) == (why.theirs, why.mine)


def test_it_says_why_on_both_sides():
    why = explain(Population.of([CAROL, BOB]), EXCHANGE, 0, 1)
    assert why.facts.they_teach == ("nl",)
    assert why.facts.i_teach == ("pt",)
    assert why.facts.interests == ("choir",)
    assert why.facts.slots == (0, 1)
    assert why.facts.they_offer == ("health",)
    assert why.facts.nearness is Nearness.SAME
    assert [common.language for common in why.facts.common] == ["nl", "pt"]
    assert why.bridges
    assert why.caution is None


def test_it_warns_of_one_thing():
    shy = Person(languages={"pt": Spoken(7, True), "nl": Spoken(2, learns=True)}, slots=1, area=0)
    weak = Person(side="local", languages={"nl": Spoken(7, True), "pt": Spoken(2, learns=True)}, slots=1, area=0)
    assert explain(Population.of([shy, weak]), EXCHANGE, 0, 1).caution is Caution.THIN_LANGUAGE
    assert explain(Population.of([shy, BOB]), EXCHANGE, 0, 1).caution is Caution.ONE_SLOT


def test_it_says_which_rule_removed_whom_and_what_would_help():
    later = Person(languages=BOB.languages, side="local", slots=1 << 15, area=0)
    dan = Person(languages={"en": Spoken(7)}, slots=3, area=0)
    found = suggest(Population.of([CAROL, later, later, dan]), EXCHANGE, 0)
    assert found.chosen == ()
    assert found.removed == {Rule.EXCHANGE: 1, Rule.TIME: 2}
    assert [(o.change, o.code, o.people) for o in found.openings] == [(Change.SLOT, 15, 2)]


def test_it_never_asks_anybody_to_lift_a_safety_limit():
    careful = Person(languages=CAROL.languages, slots=1, area=0, gender="woman", shown_to="women")
    found = suggest(Population.of([careful, BOB]), EXCHANGE, 0)
    assert found.removed == {Rule.LIMITS: 1}
    assert found.openings == ()


def attention(count, **told):
    whole = {"prices": np.zeros(count), "shown": np.zeros(count, int), "before": np.zeros(count)}
    return Attention(**{**whole, "asked": np.zeros(count, int), **told})


def rows_of(population, **told):
    return [one.row for one in suggest(population, EXCHANGE, 0, attention=attention(len(population), **told)).chosen]


def test_a_price_spreads_the_attention():
    population = Population.of([CAROL, BOB, replace(BOB, slots=1)])
    assert rows_of(population) == [1, 2]
    assert rows_of(population, prices=np.array([0.0, 1.0, 0.0])) == [2, 1]


def test_the_cap_and_what_is_hidden_are_kept():
    population = Population.of([CAROL, BOB, BOB, BOB])
    taken = attention(4, shown=np.array([0, 3, 0, 0]), cap=3)
    found = suggest(population, EXCHANGE, 0, attention=taken, hidden=[2])
    assert [one.row for one in found.chosen] == [3]
    assert found.removed == {Rule.EXPOSURE: 1}
    assert found.fitting == 3


def test_two_who_would_see_each_other_again_come_first_but_over_no_rule():
    population = Population.of([CAROL, BOB, replace(BOB, slots=1), replace(BOB, slots=0b1000)])
    found = suggest(population, EXCHANGE, 0, wished=[2, 3])
    assert [one.row for one in found.chosen] == [2, 1]


def test_who_was_shown_less_comes_before_others_as_good():
    population = Population.of([CAROL, BOB, BOB])
    assert rows_of(population, shown=np.array([0, 2, 0])) == [2, 1]
    assert rows_of(population, before=np.array([0, 0.5, 0])) == [2, 1]


def test_who_has_questions_to_answer_comes_later_and_with_three_not_at_all():
    population = Population.of([CAROL, BOB, BOB])
    assert rows_of(population, asked=np.array([0, 1, 0])) == [2, 1]
    assert rows_of(population, asked=np.array([0, 3, 2])) == [2]
    full = attention(3, asked=np.array([0, 3, 3]), shown=np.array([0, 9, 0]), cap=5)
    assert suggest(population, EXCHANGE, 0, attention=full).removed == {Rule.ASKED: 2}


def test_the_first_five_hold_somebody_near_and_somebody_across():
    far = Person(**{**BOB.__dict__, "area": 1, "side": "newcomer", "interests": {"choir": 2}})
    near = Person(**{**BOB.__dict__, "interests": {}, "slots": 1})
    population = Population.of([CAROL] + [far] * 6 + [near], closeness=[[1.0, 0.6], [0.6, 1.0]])
    rows = [one.row for one in suggest(population, EXCHANGE, 0, count=5).chosen]
    assert 7 in rows
    assert len(rows) == 5


def test_it_refuses_a_row_that_does_not_exist():
    with pytest.raises(IndexError):
        suggest(Population.of([CAROL]), EXCHANGE, 1)
