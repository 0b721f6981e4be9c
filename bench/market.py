"""Weeks of a town in which people ask, answer and meet, under one ranking of suggestions or another.

Newcomers and locals arrive over time. Each week many of those who look for somebody open their
suggestions and ask one or two of the people shown. Everybody answers two questions a week, those they
gain most from, and says yes the more readily the more they gain. Then the two meet, the more surely
the better they suit each other; otherwise both are free again. As in the application, whoever lets
three questions in a row lapse is paused until they come back; whoever hears from nobody three weeks in
a row gives up. Every fourth week a round sets the prices; its pairs are left out of this market.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bench.fairness import Looks
from bench.town import make_town
from welcome.matching.arrays import Floats, Ints
from welcome.matching.pairs.nearby import meetable
from welcome.matching.pairs.utility import UNIT, directed, parts, scores
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds.round import Round
from welcome.matching.suggestions.attention import FADING, Attention
from welcome.matching.suggestions.suggest import rank

WEEKS, BETWEEN_ROUNDS = 10, 4
SHOWN, ASKED, ANSWERED, CAP = 5, 2, 2, 10
LOOKS = {1: 0.7, 2: 0.2, 3: 0.4}
IGNORED_IN_A_ROW, COMES_BACK, PATIENCE = 3, 0.3, 3
MEETS_ANYHOW = 0.3
RANKINGS = {
    "interest-cosine": frozenset({"cosine"}),
    "reciprocal": frozenset[str](),
    "reciprocal+cap": frozenset({"cap"}),
    "reciprocal+price": frozenset({"price"}),
    "reciprocal+cap+price": frozenset({"cap", "price"}),
    "shipped": frozenset({"cap", "price", "before", "asked"}),
}


class Market:
    """A town, its state, and what happened so far; ``seed`` decides all that is left to chance."""

    def __init__(self, population: Population, programme: Programme, ranking: frozenset[str], seed: int) -> None:
        """Begin with nobody shown, asked, priced or met."""
        count = len(population)
        self.population, self.programme, self.ranking = population, programme, ranking
        self.draw = np.random.default_rng(seed)
        self.arrival = np.where(self.draw.random(count) < 0.5, 0, self.draw.integers(0, WEEKS - 2, count))
        equals = programme.kind in (Kind.EXCHANGE, Kind.ACTIVITY)
        self.places = np.ones(count, dtype=np.int64) if equals else population.capacity.astype(np.int64)
        self.met_at, self.waiting = np.full(count, -1), list[tuple[int, int]]()
        self.gone, self.paused = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
        self.unheard = np.zeros(count, dtype=np.int64)
        self.prices, self.before = np.zeros(count), np.zeros(count)
        self.closed: dict[int, set[int]] = defaultdict(set)
        self.looks = Looks(count, SHOWN)
        self.questions = self.unanswered = 0

    def play(self) -> None:
        """Play all weeks."""
        for week in range(WEEKS):
            self._meet(week)
            self.paused &= self.draw.random(len(self.paused)) >= COMES_BACK
            there = (self.arrival <= week) & (self.places > 0) & ~self.gone & ~self.paused
            self.looks.begin_week(there)
            if "price" in self.ranking and week % BETWEEN_ROUNDS == 0:
                capacity = np.where(there, self.places, 0).astype(np.uint8)
                self.prices = Round(self.programme).fit(replace(self.population, capacity=capacity)).prices_
            self._answer(self._ask(there))

    def _meet(self, week: int) -> None:
        """Let last week's matches meet, or not."""
        for one, other in self.waiting:
            score = scores(self.population, self.programme, np.array([one]), np.array([other]))[0] / UNIT
            if self.draw.random() < MEETS_ANYHOW + score:
                self.met_at[[row for row in (one, other) if self.met_at[row] < 0]] = week
            else:
                self.places[[one, other]] += 1
        self.waiting = []

    def _ask(self, there: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[int, list[int]]:
        """Show suggestions to whoever looks, and collect the questions by who is asked."""
        inbox: dict[int, list[int]] = {}
        shown, asked = np.zeros(len(there), dtype=np.int64), np.zeros(len(there), dtype=np.int64)
        attention = Attention(
            self.prices,
            shown if "cap" in self.ranking else np.zeros_like(shown),
            self.before if "before" in self.ranking else np.zeros(len(there)),
            asked if "asked" in self.ranking else np.zeros_like(asked),
            CAP if "cap" in self.ranking else None,
        )
        away = set(np.flatnonzero(~there).tolist())
        for row in self.draw.permutation(np.flatnonzero(there)).tolist():
            if self.draw.random() >= LOOKS[int(self.population.side[row])]:
                continue
            hidden = away | self.closed[row]
            fits = meetable(self.population, self.programme, row)
            seen = self._rank(row, hidden, attention)
            self.looks.offer(row, fits[~np.isin(fits, list(hidden))], len(seen))
            shown[seen] += 1
            for other in self._choose(row, seen):
                inbox.setdefault(other, []).append(row)
                asked[other] += 1
                self.closed[row].add(other)
                self.closed[other].add(row)
        self.looks.show(shown)
        self.before = FADING * (self.before + shown)
        return inbox

    def _rank(self, row: int, hidden: set[int], attention: Attention) -> Ints:
        population, programme = self.population, self.programme
        if "cosine" not in self.ranking:
            return rank(population, programme, row, count=SHOWN, hidden=hidden, attention=attention).rows
        rows = meetable(population, programme, row)
        rows = rows[~np.isin(rows, list(hidden))]
        likes = population.interests.astype(np.float64)
        near = likes[rows] @ likes[row] / np.maximum(1e-9, np.linalg.norm(likes[rows], axis=1))
        return rows[np.argsort(-near, kind="stable")[:SHOWN]]

    def _gains(self, row: int, others: Ints) -> Floats:
        return directed(parts(self.population, np.array([row]), others), self.programme)[0]

    def _choose(self, row: int, seen: Ints) -> list[int]:
        """Ask the ones one gains most from, with some chance."""
        wish = self._gains(row, seen) + self.draw.normal(0, 0.05, len(seen))
        return [int(seen[at]) for at in np.argsort(-wish)[:ASKED]]

    def _answer(self, inbox: dict[int, list[int]]) -> None:
        heard: set[int] = set()
        for other in self.draw.permutation(sorted(inbox)).tolist():
            asked = np.array(inbox[other])
            gains = self._gains(other, asked)
            for at in np.argsort(-gains, kind="stable")[:ANSWERED].tolist():
                one = int(asked[at])
                heard.add(one)
                if self.places[other] > 0 and self.places[one] > 0 and self.draw.random() < gains[at]:
                    self.places[[other, one]] -= 1
                    self.waiting.append((other, one))
            self._lapse(other, len(asked))
        for row in {row for asked in inbox.values() for row in asked}:
            self.unheard[row] = 0 if row in heard else self.unheard[row] + 1
        self.gone |= (self.unheard >= PATIENCE) & (self.met_at < 0) & (self.places > 0)

    def _lapse(self, row: int, asked: int) -> None:
        """Count what a person left unanswered; an answer begins the count anew."""
        self.questions += asked
        self.unanswered += max(0, asked - ANSWERED)
        if self.places[row] > 0:
            self.paused[row] = asked - ANSWERED >= IGNORED_IN_A_ROW

    def figures(self) -> dict[str, float]:
        """Return what came of it, of those whom the rules allow to meet anybody at all."""
        able = np.array([len(meetable(self.population, self.programme, r)) > 0 for r in range(len(self.gone))])
        newcomers = able & (self.population.side == 1)
        met = newcomers & (self.met_at >= 0)
        return {
            "matchable": float(able.mean()),
            "matched": float(met.sum() / max(1, newcomers.sum())),
            "wait_weeks": float((self.met_at - self.arrival)[met].mean()) if met.any() else float(WEEKS),
            "unanswered": self.unanswered / max(1, self.questions),
            "gave_up": float(self.gone[newcomers].mean()) if newcomers.any() else 0.0,
            **self.looks.figures(able, self.population.side),
            **(self.looks.at_best(able) if self.ranking == RANKINGS["shipped"] else {}),
        }


def measure(
    size: int, kind: str, regime: str, repeats: int, first_seed: int = 0, names: Sequence[str] = tuple(RANKINGS)
) -> Iterator[dict[str, Any]]:
    """Yield one line a ranking, with the mean over several towns and the standard error of that mean."""
    for name in names:
        ranking = RANKINGS[name]
        played = [_play(size, kind, regime, seed, ranking) for seed in range(first_seed, first_seed + repeats)]
        line: dict[str, Any] = {"bench": "market", "people": size, "kind": kind, "regime": regime, "ranking": name}
        line["towns"] = repeats
        for figure in played[0]:
            values = np.array([one[figure] for one in played])
            line[figure] = float(np.mean(values))
            line[f"{figure}_error"] = float(np.std(values) / np.sqrt(len(values)))
        yield line


def _play(size: int, kind: str, regime: str, seed: int, ranking: frozenset[str]) -> dict[str, float]:
    town = make_town(size, regime, seed)
    market = Market(Population.of(town.people, closeness=town.closeness), Programme(Kind(kind)), ranking, seed)
    market.play()
    return market.figures()
