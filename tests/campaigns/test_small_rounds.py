"""Random towns of up to twelve people: no round is better than ours, as trying every round shows.

Better means: more people, then those who waited longest, then the higher floor, then the larger total. Every kind takes
part, with and without compiled code; half of the time the solver begins with two pairs of everybody and asks for more.
"""

import itertools
import random

import pytest

from tests.campaigns.sizes import size
from tests.matching.brute_force import key, links_of, matchings, room_of
from welcome.matching.pairs.feasible import feasible_pairs
from welcome.matching.pairs.utility import UNIT
from welcome.matching.people.fingerprint import fair_order
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds import field, places
from welcome.matching.rounds.places import waiting_rank
from welcome.matching.rounds.round import Round
from welcome.matching.solving import lexicographic
from welcome.matching.tiers import Tier, using

TOWNS, MOST_PEOPLE, MOST_PAIRS = size("towns", small=10, full=1_500), 12, 22
TONGUES = [
    {"nl": Spoken(7, True), "pt": Spoken(2, learns=True)},
    {"pt": Spoken(7, True), "nl": Spoken(2, learns=True)},
    {"tr": Spoken(7, True), "nl": Spoken(3, learns=True), "pt": Spoken(5, True)},
    {"nl": Spoken(7, True), "tr": Spoken(2, learns=True)},
]
WAYS = list(itertools.product((Tier.NUMPY, Tier.COMPILED), (False, True)))


def draw_person(draw):
    return Person(
        side=draw.choice(("newcomer", "local", "both")),
        languages=draw.choice(TONGUES),
        interests={name: draw.randint(1, 3) for name in draw.sample(("chess", "choir", "walking"), draw.randint(1, 3))},
        slots=draw.randint(1, 7),
        area=draw.choice((0, 0, 0, 1, None)),
        online=draw.random() < 0.2,
        capacity=draw.choice((0, 1, 1, 1, 2, 3)),
        role=draw.choice(("mentor", "mentee", "mentee", "both")),
        waiting_since=draw.choice((0.0, 30.0, 80.0, 160.0, 320.0)),
        gender=draw.choice((None, "woman", "man")),
        shown_to=draw.choice(("everyone",) * 5 + ("own-gender",)),
        offers=frozenset(draw.sample(("health", "school"), draw.randint(0, 2))),
        wishes=frozenset(draw.sample(("health", "school"), draw.randint(0, 2))),
        asynchronous=draw.random() < 0.2,
    )


def draw_town(draw, programme):
    """Draw people, and forbid pairs until every round among the rest can be tried."""
    people = [draw_person(draw) for _ in range(max(draw.randint(0, MOST_PEOPLE), draw.randint(0, MOST_PEOPLE)))]
    population = Population.of(people, closeness=[[1.0, 0.3], [0.3, 1.0]])
    links = links_of(feasible_pairs(population, programme))
    draw.shuffle(links)
    return population.forbidding([link[:2] for link in links[MOST_PAIRS:]])


def is_best(kind, seed, monkeypatch):
    """Say whether the round of one town is as good as the best of all its rounds, and proven so."""
    draw, programme = random.Random(seed), Programme(kind)
    population = draw_town(draw, programme)
    people = population.take(fair_order(population, 0))
    links, ranks = links_of(feasible_pairs(people, programme)), waiting_rank(people, programme).tolist()
    every = matchings(links, room_of(people, programme), kind.is_directed)
    best = max(key(made, ranks, kind.is_directed) for made in every)
    tier, asks_for_more = WAYS[seed % len(WAYS)]
    with using(tier), monkeypatch.context() as few:
        if asks_for_more:
            few.setattr(field, "FEW", 0)
            few.setattr(field, "EACH", 2)
        found = Round(programme).fit(population)
    made = [(a, b, round(s * UNIT)) for (a, b), s in zip(found.pairs_.tolist(), found.scores_, strict=True)]
    ranks = waiting_rank(population, programme).tolist()
    return key(made, ranks, kind.is_directed) == best and found.report_.is_proven


@pytest.mark.parametrize("kind", Kind)
def test_no_round_is_better(kind, monkeypatch):
    assert [seed for seed in range(TOWNS) if not is_best(kind, seed, monkeypatch)] == []
    print(f"{kind}: {TOWNS} of {TOWNS} rounds are the best there is")


@pytest.mark.parametrize(
    ("room", "name", "fault"),
    [
        (places, "waiting_rank", lambda people, programme: waiting_rank(people, programme) * 0 + 1),
        (lexicographic, "_highest_floor", lambda links, first: (0, first.chosen, True)),
    ],
    ids=["forgets who waited", "forgets the floor"],
)
def test_it_notices_a_round_that(room, name, fault, monkeypatch):
    monkeypatch.setattr(room, name, fault)
    assert not all(is_best(Kind.ACTIVITY, seed, monkeypatch) for seed in range(10))
