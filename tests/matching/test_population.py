"""Columns hold what people say, and follow an edit at once."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.strategies import person
from welcome.matching.people.editing import edit
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population, Vocabulary
from welcome.matching.programme import Kind, Programme
from welcome.matching.suggestions.suggest import suggest

NEAR = np.array([[1.0, 0.3], [0.3, 1.0]])


@settings(max_examples=80, deadline=None)
@given(st.data(), st.lists(person, min_size=1, max_size=6), st.lists(person, max_size=3), st.sampled_from(list(Kind)))
def test_after_edits_all_columns_are_those_made_anew(data, people, added, kind):
    rows = st.integers(0, len(people) - 1)
    changed = data.draw(st.dictionaries(rows, person, max_size=3))
    removed = data.draw(st.sets(rows))
    pairs = data.draw(st.lists(st.tuples(rows, rows), max_size=3))
    words = Vocabulary.of([*people, *changed.values(), *added])
    before = Population.of(people, closeness=NEAR, vocabulary=words, forbidden=pairs)
    edited = edit(before, changed, added=added, removed=removed)
    stays = [row for row in range(len(people)) if row not in removed]
    left = [(stays.index(one), stays.index(other)) for one, other in pairs if not {one, other} & removed]
    now = [changed.get(row, people[row]) for row in stays] + added
    anew = Population.of(now, closeness=NEAR, vocabulary=words, forbidden=left)
    for entry in fields(Population):
        assert np.array_equal(getattr(edited, entry.name), getattr(anew, entry.name)), entry.name
    for row in range(len(now)):
        assert suggest(edited, Programme(kind), row).chosen == suggest(anew, Programme(kind), row).chosen


def test_an_edit_leaves_the_old_columns_alone():
    before = Population.of([Person(slots=1), Person(slots=2)])
    after = edit(before, {0: Person(slots=4)}, added=[Person(slots=5)], removed=[1])
    assert before.slots.tolist() == [1, 2]
    assert after.slots.tolist() == [4, 5]


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
