"""From people to places and back: who takes part in a round, how often, and who comes first."""

from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Anything, Ints
from welcome.matching.pairs.constraints import gives, takes
from welcome.matching.pairs.feasible import Pairs
from welcome.matching.pairs.picking import cheap
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme
from welcome.matching.solving.graph import Graph
from welcome.matching.solving.links import Wanted

# Being shown often counts up to here.
MOST_FAVOUR = 15
FAR = 1 << 60


@dataclass(frozen=True)
class Places:
    """The places of a round.

    In a pool of equals everybody has one. In a directed programme a giver has as many as their
    capacity and a taker one; who is both has both.

    Attributes
    ----------
    owner : int64 (places,)
        The row that each place belongs to.
    priority : int64 (places,)
    giving, taking : int64 (n,)
        The first place of each row on each side, -1 without. In a pool both are the same place.
    copies : int64 (n,)
        How many giving places each row has; they follow each other.
    """

    owner: Ints
    priority: Ints
    giving: Ints
    taking: Ints
    copies: Ints


def places_of(population: Population, programme: Programme, spent: Ints) -> Places:
    """Lay out the places of everybody, less those already spent.

    Parameters
    ----------
    spent : int64 (2, n)
        Places used up by pinned pairs, giving and taking (a pool of equals counts as giving).
    """
    everybody = np.arange(len(population))
    room = population.capacity.astype(np.int64)
    if programme.kind.is_directed:
        places = np.where(gives(population, programme.kind, everybody), room - spent[0], 0)
        seats = np.where(takes(population, programme.kind, everybody) & (room > 0), 1 - spent[1], 0)
    else:
        places, seats = np.minimum(room, 1) - spent[0], np.zeros(len(population), dtype=np.int64)
    if min(places.min(initial=0), seats.min(initial=0)) < 0:
        raise ValueError("more pinned pairs than places")
    owner = np.concatenate([np.repeat(everybody, places), np.repeat(everybody, seats)])
    starts, chairs = np.cumsum(places) - places, int(places.sum()) + np.cumsum(seats) - seats
    giving, taking = np.where(places > 0, starts, -1), np.where(seats > 0, chairs, -1)
    priority = waiting_rank(population, programme)[owner]
    further = np.arange(int(places.sum())) != np.repeat(starts, places)
    # A second place of the same giver makes nobody else matched: it comes after first places.
    priority[: len(further)][further | (spent[0][owner[: len(further)]] > 0)] = 0
    taking = taking if programme.kind.is_directed else giving
    return Places(owner, priority, giving, taking, places)


def waiting_rank(population: Population, programme: Programme) -> Ints:
    """Rank everybody by waiting time in steps of the programme's patience: 1 came last."""
    if not len(population):
        return np.arange(0)
    waited = population.waiting_since.max() - population.waiting_since
    _, rank = np.unique(np.floor(waited / programme.patience_days), return_inverse=True)
    return np.asarray(rank, dtype=np.int64) + 1


@dataclass(frozen=True)
class Seating:
    """How pairs of people become links of places.

    Attributes
    ----------
    places : Places
    unseen : int64 (n,)
        How much everybody is favoured among equals.
    side : uint8 (n,)
    """

    places: Places
    unseen: Ints
    side: Anything

    def graph(self, pairs: Pairs) -> tuple[Graph, Ints]:
        """Link the places of every pair; return also the pair that each link comes from."""
        places = self.places
        able = np.flatnonzero((places.giving[pairs.first] >= 0) & (places.taking[pairs.second] >= 0))
        first, second = places.giving[pairs.first[able]], places.taking[pairs.second[able]]
        copies = places.copies[pairs.first[able]]
        origin = np.repeat(able, copies)
        turn = np.arange(len(origin)) - np.repeat(np.cumsum(copies) - copies, copies)
        first, second = np.repeat(first, copies) + turn, np.repeat(second, copies)
        favour = (self.unseen[pairs.first] + self.unseen[pairs.second])[origin]
        size, side = len(places.owner), self.side[places.owner]
        return Graph(size, first, second, places.priority, pairs.score[origin], favour, side), origin

    def pairs(self, graph: Graph, chosen: Ints) -> Pairs:
        """Return the pairs behind chosen links."""
        owner = self.places.owner
        return Pairs(owner[graph.first[chosen]], owner[graph.second[chosen]], graph.score[chosen])


class WantedPairs:
    """Says which pairs have a link that the solver wants.

    Most are ruled out by one number for each person: the least that any of their places costs, less
    what it fills. Only the few others are laid out as links.
    """

    def __init__(self, seating: Seating, wanted: Wanted) -> None:
        self.seating = seating
        self.wanted = wanted
        places, prices = seating.places, wanted.prices
        cost = np.asarray(prices.price - 2 * prices.unit * places.priority)
        # Where odd sets pay, links cost more than this, never less.
        self.giving = _least_cost(cost, places.giving, places.copies)
        self.taking = _least_cost(cost, places.taking, (places.taking >= 0).astype(np.int64))

    def __call__(self, packed: Ints, people: int) -> Ints:
        """Return the wanted ones of packed pairs."""
        few = self._promising(packed, people)
        graph, origin = self.seating.graph(Pairs.unpack(few, people))
        found = np.zeros(len(few), dtype=np.bool_)
        found[origin[self.wanted(graph)]] = True
        return few[found]

    def _promising(self, packed: Ints, people: int) -> Ints:
        view = self.wanted.view
        times = 0 if view.is_blank else 2
        limit = self.wanted.room + 2 * view.bonus
        return cheap(packed, people, self.giving, self.taking, times, limit, view.floor)


def _least_cost(cost: Ints, first: Ints, copies: Ints) -> Ints:
    """Return the least cost among the places of each row, which follow each other; far without any."""
    least = np.full(len(first), FAR)
    for turn in range(int(copies.max(initial=0))):
        rows = np.flatnonzero(copies > turn)
        least[rows] = np.minimum(least[rows], cost[first[rows] + turn])
    return least


def favoured(exposure: Ints | None, people: int) -> Ints:
    """Return how much everybody is favoured: the more the less they were shown."""
    if exposure is None or not people:
        return np.zeros(people, dtype=np.int64)
    return np.asarray(np.minimum(MOST_FAVOUR, exposure.max() - exposure))
