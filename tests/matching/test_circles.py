"""Circles are valid always, and leave nobody out where a split exists."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from bench.town import make_town
from tests.matching.strategies import populations
from welcome.matching.circles.forming import Circles, join
from welcome.matching.circles.gathering import Gathering
from welcome.matching.circles.generation import generate
from welcome.matching.circles.weaving import weave
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme

ACTIVITY = Programme(Kind.ACTIVITY)


def walker(side="newcomer", **more):
    told = {"languages": {"en": Spoken(5)}, "interests": {"walking": 2}, "slots": 3, "area": 0}
    return Person(side=side, **(told | more))


def valid(population, rows, least_each=2):
    """Check a circle in the simplest way: one question after the other."""
    people = [
        {
            "slots": int(population.slots[row]),
            "interests": set(np.flatnonzero(population.interests[row]).tolist()),
            "languages": set(np.flatnonzero(population.level[:, row] >= 2).tolist()),
            "side": int(population.side[row]),
        }
        for row in rows
    ]
    slot = any(all(p["slots"] >> bit & 1 for p in people) for bit in range(21))
    sides = [sum(bool(p["side"] & side) for p in people) for side in (1, 2)]
    return (
        3 <= len(set(rows)) == len(rows) <= 6
        and slot
        and set.intersection(*(p["interests"] for p in people)) != set()
        and set.intersection(*(p["languages"] for p in people)) != set()
        and min(sides) >= least_each
        and not population.is_forbidden(*np.array(list(itertools.combinations(rows, 2))).T).any()
    )


@pytest.mark.parametrize("count", [4, 5, 6, 8, 9, 10, 11, 13])
def test_nobody_is_stranded_because_the_number_does_not_divide(count):
    people = [walker("local" if row % 2 else "newcomer") for row in range(count)]
    found = Circles().fit(Population.of(people))
    assert found.report_.placed == count
    assert found.report_.is_proven
    assert all(valid(Population.of(people), circle.rows) for circle in found.circles_)


def test_three_are_a_circle_when_one_of_each_side_is_enough():
    people = [walker(), walker(), walker("local")]
    assert Circles(least_each=1).fit(Population.of(people)).report_.placed == 3
    assert Circles().fit(Population.of(people)).report_.placed == 0


def test_a_circle_needs_one_slot_for_all():
    people = [walker(slots=3), walker(slots=5), walker("local", slots=6), walker("local", slots=7)]
    assert Circles().fit(Population.of(people)).circles_ == []


def test_it_tells_what_all_share():
    people = [walker(slots=1), walker(), walker("local", interests={"walking": 3, "chess": 1}), walker("local")]
    (circle,) = Circles().fit(Population.of(people)).circles_
    assert (circle.slots, circle.activities, circle.languages) == ((0,), ("walking",), ("en",))
    assert 0 < circle.score <= 1


@settings(max_examples=60, deadline=None)
@given(populations(most=9))
def test_it_places_as_many_as_trying_everything(population):
    found = Circles(least_each=1).fit(population)
    gathering = Gathering(population, ACTIVITY, 1)
    part = np.flatnonzero(population.capacity > 0).tolist()
    every = [c for size in range(3, 7) for c in itertools.combinations(part, size) if gathering.is_valid(c)]
    assert all(valid(population, circle.rows, 1) for circle in found.circles_)
    assert found.report_.placed == most(every)


def most(circles):
    """Place as many as possible by trying every set of circles."""
    if not circles:
        return 0
    first, *rest = circles
    apart = [circle for circle in rest if not set(circle) & set(first)]
    return max(most(rest), len(first) + most(apart))


def test_weaving_is_valid_and_places_nearly_as_many_as_the_optimum():
    exact = woven = 0
    for seed in range(4):
        people = [p for p in make_town(300, seed=seed).people if p.area is not None and p.area < 3][:40]
        population = Population.of(people, closeness=np.ones((12, 12)))
        gathering = Gathering(population, ACTIVITY, 1)
        circles = weave(gathering, np.arange(len(people)))
        rows = [row for circle in circles for row in circle]
        assert len(rows) == len(set(rows))
        assert all(valid(population, circle, 1) for circle in circles)
        woven += len(rows)
        exact += Circles(least_each=1).fit(population).report_.placed
    assert woven >= 0.9 * exact


@settings(max_examples=40, deadline=None)
@given(populations(most=12))
def test_generated_circles_are_valid_and_their_bound_holds(population):
    gathering = Gathering(population, ACTIVITY, 1)
    part = np.flatnonzero(population.capacity > 0)
    found = generate(gathering, part, [])
    rows = [row for circle in found.circles for row in circle]
    assert len(rows) == len(set(rows))
    assert all(valid(population, circle, 1) for circle in found.circles)
    assert found.bound is not None
    assert len(rows) <= Circles(least_each=1).fit(population).report_.placed <= found.bound


def test_generation_places_nearly_all_that_can_be_placed():
    for seed, size in ((0, 90), (1, 120)):
        town = make_town(size, seed=seed)
        population = Population.of(town.people, closeness=town.closeness)
        report = Circles().fit(population).report_
        assert 0.96 * report.bound <= report.placed <= report.bound < report.placeable


def test_another_solver_finds_no_better_set_of_circles():
    cp_model = pytest.importorskip("ortools.sat.python.cp_model")
    for seed in range(3):
        town = make_town(45, seed=seed)
        gathering = Gathering(Population.of(town.people, closeness=town.closeness), ACTIVITY, 2)
        listed = gathering.every(np.arange(45), 20_000)
        model = cp_model.CpModel()
        is_chosen = [model.new_bool_var("") for _ in listed]
        for row in range(45):
            model.add_at_most_one(x for x, circle in zip(is_chosen, listed, strict=True) if row in circle)
        model.maximize(sum(len(circle) * x for x, circle in zip(is_chosen, listed, strict=True)))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL
        assert Circles().fit(gathering.population).report_.placed == solver.objective_value


def test_a_late_comer_joins_by_the_same_test():
    people = [walker(), walker(), walker("local"), walker("local"), walker(), walker(slots=1 << 9)]
    population = Population.of(people)
    assert join(population, ACTIVITY, [0, 1, 2, 3], 4)
    assert not join(population, ACTIVITY, [0, 1, 2, 3], 5)


def test_it_refuses_another_kind():
    with pytest.raises(ValueError, match="kind activity"):
        Circles(Programme(Kind.EXCHANGE)).fit(Population.of([]))


def test_the_same_seed_gives_the_same_circles_and_nobody_is_no_trouble():
    population = Population.of([walker("local" if row % 2 else "newcomer") for row in range(7)])
    once, again = (Circles(random_state=3).fit(population) for _ in range(2))
    assert once.circles_ == again.circles_
    assert once.digest_ == again.digest_
    assert Circles().fit(Population.of([])).circles_ == []


def drawn(count):
    town = make_town(count)
    return Population.of(town.people, closeness=town.closeness)


@pytest.mark.parametrize("count", [40, 90])
def test_who_is_wanted_together_sits_in_one_circle(count):
    """Once where all circles are listed, once where they are woven."""
    population = drawn(count)
    plain = Circles().fit(population)
    gathering = Gathering(population, ACTIVITY, 2)
    assert plain.circles_
    one = plain.circles_[0].rows[0]
    others = next(
        (c.rows for c in plain.circles_[1:] if gathering.is_valid((*c.rows, one))), plain.circles_[0].rows[1:]
    )
    steps: list[float] = []
    found = Circles().fit(
        population, together=[(one, o) for o in others], progress=lambda done, step: steps.append(done)
    )
    assert any({one, *others} <= set(circle.rows) for circle in found.circles_)
    assert all(gathering.is_valid(circle.rows) for circle in found.circles_)
    assert steps == sorted(steps) and found.digest_ != plain.digest_


def test_a_listener_may_stop_circles():
    class Stopped(Exception):
        pass

    def stop(done: float, step: str) -> None:
        if done > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        Circles().fit(drawn(90), progress=stop)
