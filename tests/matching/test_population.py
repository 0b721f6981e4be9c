"""Columns hold what people say, and follow an edit at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.strategies import person
from welcome.matching.people import Person, Spoken
from welcome.matching.population import Population, Vocabulary
from welcome.matching.programme import Kind, Programme
from welcome.matching.suggestions import suggest

NEAR = np.array([[1.0, 0.3], [0.3, 1.0]])


@settings(max_examples=60, deadline=None)
@given(st.lists(person, min_size=2, max_size=6), person, st.sampled_from(list(Kind)))
def test_after_an_edit_the_answer_is_that_of_new_columns(people, changed, kind):
    words = Vocabulary.of([*people, changed])
    edited = Population.of(people, closeness=NEAR, vocabulary=words).replacing(1, changed)
    people[1] = changed
    anew = Population.of(people, closeness=NEAR, vocabulary=words)
    for name, column in anew.columns().items():
        if name != "interest_full":
            assert (edited.columns()[name] == column).all()
    for row in range(len(people)):
        rows = [{one.row for one in suggest(p, Programme(kind), row).chosen} for p in (edited, anew)]
        assert rows[0] == rows[1]


def test_an_edit_leaves_the_old_columns_alone():
    before = Population.of([Person(slots=1), Person(slots=2)])
    after = before.replacing(0, Person(slots=4))
    assert before.slots.tolist() == [1, 2]
    assert after.slots.tolist() == [4, 2]


def test_the_same_people_in_another_order_are_the_same_people():
    people = [Person(slots=at, languages={"nl": Spoken(at)}) for at in range(4)]
    turned = Population.of(people, forbidden=[(0, 3)]).take(np.array([2, 0, 3, 1]))
    assert turned.slots.tolist() == [2, 0, 3, 1]
    assert turned.level.tolist() == [[2, 0, 3, 1]]
    assert turned.is_forbidden(np.array([1]), np.array([2])).all()
    assert not turned.is_forbidden(np.array([0]), np.array([2])).any()


WRONG = [
    ({"slots": 1 << 21}, "21 bits"),
    ({"languages": {"nl": Spoken(8)}}, "between 0 and 7"),
    ({"interests": {"chess": 4}}, "between 1 and 3"),
    ({"capacity": 256}, "between 0 and 255"),
]


@pytest.mark.parametrize(("told", "why"), WRONG)
def test_a_record_refuses_what_no_column_can_hold(told, why):
    with pytest.raises(ValueError, match=why):
        Person(**told)


def test_a_population_refuses_what_does_not_exist():
    with pytest.raises(ValueError, match="closeness table"):
        Population.of([Person(area=1)], closeness=np.eye(1))
    with pytest.raises(ValueError, match="row that does not exist"):
        Population.of([Person()], forbidden=[(0, 1)])
    with pytest.raises(ValueError, match="unknown languages: nl"):
        Population.of([Person(languages={"nl": Spoken(1)})], vocabulary=Vocabulary())
    with pytest.raises(ValueError, match="unknown limit"):
        Population.of([Person(shown_to="nobody")])


def test_more_than_sixty_four_languages_are_no_trouble():
    codes = [f"x{at:03}" for at in range(150)]
    people = [Person(languages={code: Spoken(7)}, slots=1, interests={"chess": 1}) for code in codes]
    people.append(Person(languages={codes[140]: Spoken(3)}, slots=1, interests={"chess": 1}))
    found = suggest(Population.of(people), Programme(Kind.ACTIVITY), 150)
    assert [one.row for one in found.chosen] == [140]
