"""What the matcher knows as codes is said in sentences: for each side, what they share, and why there is nobody."""

import pytest
from flask import Flask

from welcome.matching.pairs.constraints import Rule
from welcome.matching.pairs.openings import Change, Opening
from welcome.matching.pairs.reasons import Explanation, explain
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.pairings import wording
from welcome.pairings.rounds.wording import say_rule

CAROL = Person(
    side="newcomer",
    languages={"pt": Spoken(7, True, False), "nl": Spoken(1, False, True), "en": Spoken(4)},
    interests={"food.baking": 2},
    slots=1 << 3 | 1 << 15,
    area=0,
    wishes={"health", "school"},
    role="mentee",
)
BOB = Person(
    side="local",
    languages={"nl": Spoken(7, True, False), "pt": Spoken(2, False, True), "en": Spoken(5)},
    interests={"food.baking": 3},
    slots=1 << 3 | 1 << 15,
    area=0,
    offers={"health"},
    role="mentor",
)


def why(kind: Kind, one: Person = CAROL, other: Person = BOB) -> Explanation:
    return explain(Population.of([one, other]), Programme(kind), 0, 1)


@pytest.fixture(autouse=True)
def _in_english(app: Flask):
    with app.test_request_context():
        yield


def test_an_exchange_speaks_of_languages():
    said = wording.say_why(why(Kind.EXCHANGE), "Bob")
    assert said.gets == "Bob can help you with Dutch." and said.gives == "You can help Bob with Portuguese."
    assert {reason.text for reason in said.shared} <= {
        "You both like: Baking.",
        "You are both often free: Tuesday morning · Saturday morning.",
        "You live in the same district.",
    }
    assert len(said.shared) == 2 and said.caution is None


def test_a_mentorship_speaks_of_topics():
    assert wording.say_why(why(Kind.MENTORSHIP), "Bob").gets == "Bob can help you with: Doctors and health care."
    assert wording.say_why(why(Kind.MENTORSHIP, BOB, CAROL), "Carol").gives == (
        "You can help Carol with: Doctors and health care."
    )


def test_a_situation_is_never_named():
    one = Person(languages={"en": Spoken(6)}, children={"0-1"}, situations={"refugee"}, slots=1)
    said = wording.say_why(why(Kind.ACTIVITY, one, one), "Bob")
    assert "You are in a similar situation." in {reason.text for reason in said.shared}


def test_who_fled_or_expects_a_child_is_not_even_hinted_at():
    one = Person(languages={"en": Spoken(6)}, children={"expecting"}, situations={"refugee"}, slots=1)
    said = wording.say_why(why(Kind.ACTIVITY, one, one), "Bob")
    assert "situation" not in {reason.kind for reason in said.shared}


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule is not Rule.PLACES])
def test_every_reason_for_nobody_is_a_sentence(rule: Rule):
    assert wording.say_nobody([(Rule.ROLE, 0), (rule, 3)], 0).endswith(".")
    assert say_rule(rule.value)


@pytest.mark.parametrize("change", Change)
def test_small_counts_are_not_told(change: Change):
    code = {Change.SLOT: 3, Change.TEACH: "nl", Change.LEARN: "nl", Change.INTEREST: "food.baking"}.get(change)
    assert "a few more people" in wording.say_opening(Opening(change, code, 4))
    assert "5 more people" in wording.say_opening(Opening(change, code, 5))
