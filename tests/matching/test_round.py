"""A round leaves out as few as anybody could, whatever the town looks like."""

import distributed
import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.town import make_town
from tests.matching.brute_force import key, links_of, matchings, room_of
from tests.matching.strategies import easy, populations
from welcome.matching.pairs.constraints import Rule, may_meet
from welcome.matching.pairs.feasible import feasible_pairs
from welcome.matching.pairs.utility import UNIT
from welcome.matching.people.fingerprint import fair_order
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds import field
from welcome.matching.rounds.places import waiting_rank
from welcome.matching.rounds.round import Round
from welcome.matching.tiers import Tier, using

KINDS = list(Kind)
BOB = Person(side="local", languages={"nl": Spoken(7, True), "pt": Spoken(2, learns=True)}, slots=3, area=0)
CAROL = Person(languages={"pt": Spoken(7, True), "nl": Spoken(2, learns=True)}, slots=1, area=0)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_is_as_good_as_trying_everything(kind, data):
    population = data.draw(populations(most=7) | populations(most=7, of=easy))
    programme = Programme(kind)
    population = with_few_pairs(population, programme)
    people = population.take(fair_order(population, 0))
    pairs, rank = feasible_pairs(people, programme), waiting_rank(people, programme).tolist()
    every = matchings(links_of(pairs), room_of(people, programme), kind.is_directed)
    best = max(key(made, rank, kind.is_directed) for made in every)
    rank = waiting_rank(population, programme).tolist()
    found = Round(programme).fit(population)
    made = [(a, b, round(s * UNIT)) for (a, b), s in zip(found.pairs_.tolist(), found.scores_, strict=True)]
    assert key(made, rank, kind.is_directed) == best
    assert found.report_.is_proven
    assert found.bound_ == pytest.approx(found.scores_.sum())


def with_few_pairs(population, programme):
    """Forbid all pairs but the first sixteen, so that few are left to try."""
    pairs = feasible_pairs(population, programme)
    return population.forbidding(np.column_stack([pairs.first, pairs.second])[16:])


@settings(max_examples=80, deadline=None)
@given(populations(), st.sampled_from(KINDS))
def test_it_never_breaks_a_hard_rule(population, kind):
    programme = Programme(kind)
    found = Round(programme).fit(population)
    first, second = found.pairs_.T
    assert may_meet(population, programme, first, second).all()
    assert (first != second).all()
    taken = np.bincount(first, minlength=len(population))
    if kind.is_directed:
        assert (taken <= population.capacity).all()
        assert np.bincount(second, minlength=1).max(initial=0) <= 1
    else:
        assert (taken + np.bincount(second, minlength=len(population)) <= 1).all()


@settings(max_examples=80, deadline=None)
@given(st.lists(easy, max_size=9), st.sampled_from(KINDS), st.randoms())
def test_the_order_of_people_does_not_matter(people, kind, random):
    order = list(range(len(people)))
    random.shuffle(order)
    plain = Round(Programme(kind)).fit(Population.of(people, closeness=np.eye(1)))
    turned = Round(Programme(kind)).fit(Population.of([people[at] for at in order], closeness=np.eye(1)))
    assert sorted(plain.scores_.tolist()) == sorted(turned.scores_.tolist())
    assert told(people, plain.pairs_) == told(people, [[order[a], order[b]] for a, b in turned.pairs_])


def told(people, pairs):
    """Describe pairs by who the people are: twins who say the same are the same."""
    return sorted(sorted([repr(people[a]), repr(people[b])]) for a, b in pairs)


@settings(max_examples=40, deadline=None)
@given(populations(), st.sampled_from(KINDS), st.integers(0, 9))
def test_the_same_seed_gives_the_same_round(population, kind, seed):
    once, again = (Round(Programme(kind), random_state=seed).fit(population) for _ in range(2))
    assert once.digest_ == again.digest_
    assert once.pairs_.tobytes() == again.pairs_.tobytes()
    assert once.prices_.tobytes() == again.prices_.tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("people", [[], [BOB]])
def test_nobody_and_one_person_are_no_trouble(kind, people):
    found = Round(Programme(kind)).fit(Population.of(people))
    assert found.pairs_.shape == (0, 2)
    assert found.report_.matched == 0


def test_it_says_why_somebody_is_left_out():
    late = Person(languages=CAROL.languages, slots=4, area=0)
    twin = Person(languages=CAROL.languages, slots=1, area=0, waiting_since=100.0)
    found = Round(Programme(Kind.EXCHANGE)).fit(Population.of([BOB, CAROL, late, twin]))
    assert found.pairs_.tolist() == [[0, 1]]
    assert found.unmatched_[2].rule is Rule.TIME
    assert found.unmatched_[2].opening.code == 0
    assert found.unmatched_[3].rule is Rule.PLACES


def test_a_pinned_pair_stays_and_the_rest_is_arranged_around_it():
    people = [BOB, CAROL, BOB, CAROL]
    found = Round(Programme(Kind.EXCHANGE)).fit(Population.of(people), pinned=[(3, 0)])
    assert found.pairs_.tolist() == [[0, 3], [1, 2]]


def test_it_refuses_a_pinned_pair_that_breaks_a_rule():
    population = Population.of([BOB, CAROL], forbidden=[(0, 1)])
    with pytest.raises(ValueError, match="hard rule"):
        Round(Programme(Kind.EXCHANGE)).fit(population, pinned=[(0, 1)])


def test_it_favours_those_shown_least():
    population = Population.of([BOB, CAROL, CAROL])
    for least in (1, 2):
        exposure = np.array([0, 5, 5])
        exposure[least] = 0
        found = Round(Programme(Kind.EXCHANGE)).fit(population, exposure=exposure)
        assert found.pairs_.tolist() == [[0, least]]


def test_a_mentor_takes_as_many_as_there_is_room_for():
    mentor = Person(side="local", languages={"nl": Spoken(7)}, slots=1, area=0, role="mentor", capacity=3)
    mentee = Person(languages={"nl": Spoken(3)}, slots=1, area=0, role="mentee")
    found = Round(Programme(Kind.MENTORSHIP)).fit(Population.of([mentor] + [mentee] * 5))
    assert len(found.pairs_) == 3
    assert (found.pairs_[:, 0] == 0).all()


def test_the_dial_makes_more_pairs_across_the_sides():
    def walker(side, *also, **more):
        told = {"languages": {"en": Spoken(6)}, "slots": 1, "area": 0, **more}
        return Person(side=side, interests={"walking": 3} | dict.fromkeys(also, 3), **told)

    alike = [walker("local", "choir"), walker("local", "choir")]
    others = [walker("newcomer", "chess"), walker("newcomer", "quiz")]
    # These two score low whatever happens, so that the floor does not decide.
    apart = [walker("newcomer", "baking", slots=2), walker("newcomer", "tennis", slots=2, area=None)]
    population = Population.of([*alike, *others, *apart])
    free = Round(Programme(Kind.ACTIVITY)).fit(population).report_
    turned = Round(Programme(Kind.ACTIVITY, bridging=0.5)).fit(population).report_
    assert free.bridging == 0
    assert turned.bridging == pytest.approx(2 / 3)
    assert (turned.matched, turned.floor) == (free.matched, free.floor)
    assert 0 < turned.bridging_cost < 1


def test_it_tells_how_far_it_is_and_can_be_stopped():
    told = []
    population = Population.of([BOB, CAROL])
    Round(Programme(Kind.EXCHANGE)).fit(population, progress=lambda done, step: told.append((done, step)))
    assert told == sorted(told, key=lambda one: one[0])
    assert (told[0], told[-1]) == ((0.0, "pairs"), (1.0, "done"))

    def stop(done, step):
        if step == "largest total":
            raise KeyboardInterrupt(step)

    with pytest.raises(KeyboardInterrupt):
        Round(Programme(Kind.EXCHANGE)).fit(population, progress=stop)


@pytest.fixture
def town_on_shares(monkeypatch):
    """A town whose pairs are not kept, so that every look is shared out."""
    monkeypatch.setattr(field, "FEW", 0)
    monkeypatch.setattr(field, "MOST_KEPT", 2_000)
    town = make_town(700, seed=1)
    return Population.of(town.people, closeness=town.closeness)


@pytest.mark.parametrize("kind", [Kind.EXCHANGE, Kind.MENTORSHIP])
def test_two_workers_give_the_same_round(kind, town_on_shares):
    alone = Round(Programme(kind)).fit(town_on_shares)
    told = []
    shared = Round(Programme(kind), n_jobs=2).fit(town_on_shares, progress=lambda done, step: told.append(done))
    assert_same(shared, alone)
    assert told == sorted(told)


# Dask's own timers and sockets close a moment after the cluster does.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_two_dask_workers_give_the_same_round(town_on_shares):
    alone = Round(Programme(Kind.EXCHANGE)).fit(town_on_shares)
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster), joblib.parallel_config("dask"):
        shared = Round(Programme(Kind.EXCHANGE), n_jobs=2).fit(town_on_shares)
    assert_same(shared, alone)


def assert_same(shared, alone):
    assert shared.pairs_.tobytes() == alone.pairs_.tobytes()
    assert shared.prices_.tobytes() == alone.prices_.tobytes()
    assert shared.digest_ == alone.digest_
    assert shared.report_ == alone.report_
    assert shared.report_.is_proven


@pytest.mark.parametrize("kind", KINDS)
def test_every_tier_gives_the_same_round(kind):
    town = make_town(150, "one-city", seed=2)
    population = Population.of(town.people, closeness=town.closeness)
    found = {}
    for name in Tier:
        with using(name):
            found[name] = Round(Programme(kind)).fit(population, exposure=np.arange(150) % 7)
    plain = found[Tier.NUMPY]
    assert plain.report_.is_proven
    for other in found.values():
        assert other.pairs_.tobytes() == plain.pairs_.tobytes()
        assert other.prices_.tobytes() == plain.prices_.tobytes()
        assert other.report_ == plain.report_


def test_it_refuses_a_tier_that_is_not_there(monkeypatch):
    monkeypatch.setattr("welcome.matching.tiers.find_spec", lambda name: None)
    with pytest.raises(ValueError, match="not installed"), using("compiled"):
        pass


@pytest.mark.parametrize("kind", KINDS)
def test_looking_at_few_pairs_first_gives_the_same_round(kind, monkeypatch):
    town = make_town(150, "one-city", seed=4)
    population = Population.of(town.people, closeness=town.closeness)
    whole = Round(Programme(kind, bridging=0.6)).fit(population)
    monkeypatch.setattr(field, "FEW", 0)
    monkeypatch.setattr(field, "EACH", 2)
    for kept in (10**6, 400):
        monkeypatch.setattr(field, "MOST_KEPT", kept)
        part = Round(Programme(kind, bridging=0.6)).fit(population)
        assert part.pairs_.tobytes() == whole.pairs_.tobytes()
        assert part.report_ == whole.report_
        assert repr(part.quality_) == repr(whole.quality_)
        assert part.unmatched_ == whole.unmatched_
