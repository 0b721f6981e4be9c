"""The figures of a round say what happened, and hide small groups."""

import numpy as np
import pytest

from bench.town import make_town
from welcome.matching.pairs.feasible import feasible_pairs
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds.quality import shares
from welcome.matching.rounds.round import Round
from welcome.matching.suggestions.attention import gini


def walker(*likes, slots=1, since=0.0):
    likes = dict.fromkeys(("walking", *likes), 3)
    return Person(languages={"en": Spoken(5)}, interests=likes, slots=slots, area=0, waiting_since=since)


def test_it_counts_the_pairs_that_would_rather_have_each_other():
    # The two who like chess suit each other best, but then the other two could not meet.
    people = [walker(slots=1), walker("chess", slots=3), walker("chess", slots=6), walker(slots=4)]
    found = Round(Programme(Kind.ACTIVITY)).fit(Population.of(people))
    assert found.pairs_.tolist() == [[0, 1], [2, 3]]
    assert found.quality_.blocking_pairs == 1
    assert found.quality_.largest_regret > 0
    assert found.quality_.worst == found.report_.floor


def test_it_says_how_long_people_waited():
    people = [walker(since=0.0), walker(since=0.0), walker(since=60.0)]
    quality = Round(Programme(Kind.ACTIVITY)).fit(Population.of(people)).quality_
    assert (quality.wait_matched, quality.wait_unmatched) == (60.0, 0.0)


@pytest.mark.parametrize("kind", list(Kind))
def test_blocking_pairs_are_those_found_one_by_one(kind):
    town = make_town(60, seed=3)
    population = Population.of(town.people, closeness=town.closeness)
    found = Round(Programme(kind)).fit(population)
    held = {}
    for (first, second), score in zip(found.pairs_.tolist(), found.scores_.tolist(), strict=True):
        held.setdefault(("gives", first), []).append(score)
        held.setdefault(("takes" if kind.is_directed else "gives", second), []).append(score)

    def wants(way, row, score, room):
        mine = held.get((way, row), [])
        return len(mine) < room or score > min(mine)

    made = {tuple(pair) for pair in found.pairs_.tolist()}
    pairs = feasible_pairs(population, Programme(kind))
    count = 0
    for first, second, score in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.score / 10_000, strict=True):
        room = town.people[first].capacity if kind.is_directed else 1
        there = wants("takes" if kind.is_directed else "gives", second, score, 1)
        count += (first, second) not in made and there and wants("gives", first, score, room)
    assert found.quality_.blocking_pairs == count


def test_small_groups_are_hidden():
    groups = np.array([1] * 6 + [2] * 4)
    everybody = np.ones(10, dtype=np.bool_)
    matched = np.array([True, True, True] + [False] * 7)
    assert shares(groups, everybody, matched) == {1: 0.5, 2: None}


def test_gini_runs_from_all_alike_to_all_on_one():
    assert gini(np.array([3, 3, 3])) == 0
    assert gini(np.array([0, 0, 0, 9])) == 0.75
    assert gini(np.zeros(3, dtype=np.int64)) == 0
