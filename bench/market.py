"""Weeks of a town in which people ask, answer and meet, under one ranking of suggestions or another.

Newcomers and locals arrive over time. Each week many of the unmatched look at their suggestions and
ask one or two of those shown; everybody answers only a few requests a week, those they gain most
from, and says yes the more readily the more they gain. A round every fourth week only sets prices.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench.town import make_town
from welcome.matching.arrays import Floats, Ints
from welcome.matching.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds import Round
from welcome.matching.suggestions import fitting, suggest
from welcome.matching.utility import directed, parts

WEEKS, BETWEEN_ROUNDS = 10, 4
SHOWN, ASKED, ANSWERED = 5, 2, 2
CAP = 6
LOOKS = {1: 0.7, 2: 0.2, 3: 0.4}
RANKINGS = {
    "interest-cosine": frozenset({"cosine"}),
    "reciprocal": frozenset[str](),
    "reciprocal+cap": frozenset({"cap"}),
    "reciprocal+price": frozenset({"price"}),
    "reciprocal+cap+price": frozenset({"cap", "price"}),
}


@dataclass
class Market:
    """A town, its state, and what happened so far."""

    population: Population
    programme: Programme
    arrival: Ints
    draw: np.random.Generator
    ranking: frozenset[str] = frozenset()
    matched_at: dict[int, int] = field(default_factory=dict)
    closed: set[tuple[int, int]] = field(default_factory=set)
    requests: int = 0
    unanswered: int = 0

    def __post_init__(self) -> None:
        """Begin with nobody shown and nobody priced."""
        self.shown = np.zeros(len(self.population), dtype=np.int64)
        self.prices = np.zeros(len(self.population))

    def play(self) -> None:
        """Play all weeks."""
        for week in range(WEEKS):
            there = [row for row in np.flatnonzero(self.arrival <= week).tolist() if row not in self.matched_at]
            if "price" in self.ranking and week % BETWEEN_ROUNDS == 0:
                self._price(there)
            self._answer(self._ask(there), week)

    def _away(self, there: list[int]) -> Ints:
        return np.setdiff1d(np.arange(len(self.population)), there)

    def _price(self, there: list[int]) -> None:
        capacity = self.population.capacity.copy()
        capacity[self._away(there)] = 0
        columns = {**self.population.__dict__, "capacity": capacity}
        self.prices = Round(self.programme).fit(Population(**columns)).prices_

    def _ask(self, there: list[int]) -> dict[int, list[int]]:
        """Show suggestions to whoever looks, and collect requests by the one who is asked."""
        week_shown = np.zeros(len(self.population), dtype=np.int64)
        away = set(self._away(there).tolist())
        inbox: dict[int, list[int]] = {}
        for row in self.draw.permutation(there).tolist():
            if self.draw.random() >= LOOKS[int(self.population.side[row])]:
                continue
            hidden = away | {b if a == row else a for a, b in self.closed if row in (a, b)}
            seen = self._suggest(row, hidden, week_shown)
            week_shown[seen] += 1
            for other in self._choose(row, seen):
                inbox.setdefault(other, []).append(row)
                self.closed.add((row, other))
        self.shown += week_shown
        return inbox

    def _suggest(self, row: int, hidden: set[int], week_shown: Ints) -> list[int]:
        if "cosine" in self.ranking:
            rows, _ = fitting(self.population, self.programme, row)
            rows = rows[~np.isin(rows, list(hidden))]
            likes = self.population.interests.astype(np.float64)
            near = likes[rows] @ likes[row] / np.maximum(1e-9, np.linalg.norm(likes[rows], axis=1))
            return [int(at) for at in rows[np.argsort(-near, kind="stable")[:SHOWN]]]
        found = suggest(
            self.population,
            self.programme,
            row,
            count=SHOWN,
            hidden=hidden,
            prices=self.prices if "price" in self.ranking else None,
            exposure=week_shown if "cap" in self.ranking else None,
            cap=CAP if "cap" in self.ranking else None,
        )
        return [one.row for one in found.chosen]

    def _gains(self, row: int, others: list[int]) -> Floats:
        found = parts(self.population, np.array([row]), np.array(others, dtype=np.int64))
        return directed(found, self.programme)[0]

    def _choose(self, row: int, seen: list[int]) -> list[int]:
        """Ask the ones one gains most from, with some chance."""
        if not seen:
            return []
        wish = self._gains(row, seen) + self.draw.normal(0, 0.05, len(seen))
        return [seen[at] for at in np.argsort(-wish)[:ASKED].tolist()]

    def _answer(self, inbox: dict[int, list[int]], week: int) -> None:
        for other in self.draw.permutation(sorted(inbox)).tolist():
            asked = inbox[other]
            gains = self._gains(other, asked)
            order = np.argsort(-gains, kind="stable").tolist()
            self.requests += len(asked)
            self.unanswered += max(0, len(asked) - ANSWERED)
            for at in order[:ANSWERED]:
                free = other not in self.matched_at and asked[at] not in self.matched_at
                if free and self.draw.random() < min(1.0, 0.2 + gains[at]):
                    self.matched_at[other] = self.matched_at[asked[at]] = week

    def figures(self) -> dict[str, float]:
        """Return what came of it."""
        newcomers = np.flatnonzero(self.population.side == 1)
        matched = [row for row in newcomers.tolist() if row in self.matched_at]
        waits = [self.matched_at[row] - int(self.arrival[row]) for row in matched]
        could = [r for r in range(len(self.population)) if len(fitting(self.population, self.programme, r)[0])]
        shown = np.sort(self.shown[could])
        ranks = np.arange(1, len(shown) + 1)
        total = max(1, int(shown.sum()))
        return {
            "matched": len(matched) / max(1, len(set(newcomers.tolist()) & set(could))),
            "wait_weeks": float(np.mean(waits)) if waits else float("nan"),
            "gini": float((2 * ranks - len(shown) - 1) @ shown / (len(shown) * total)) if len(shown) else 0.0,
            "never_shown": float((shown == 0).mean()) if len(shown) else 0.0,
            "unanswered": self.unanswered / max(1, self.requests),
        }


def measure(size: int, kind: str, regime: str, repeats: int) -> Iterator[dict[str, Any]]:
    """Yield one line a ranking, with the mean over several towns and the spread."""
    for name, ranking in RANKINGS.items():
        played = [_play(size, kind, regime, seed, ranking) for seed in range(repeats)]
        line: dict[str, Any] = {"bench": "market", "people": size, "kind": kind, "regime": regime, "ranking": name}
        for figure in played[0]:
            values = [one[figure] for one in played]
            line |= {figure: float(np.nanmean(values)), f"{figure}_spread": max(values) - min(values)}
        yield line


def _play(size: int, kind: str, regime: str, seed: int, ranking: frozenset[str]) -> dict[str, float]:
    town = make_town(size, regime, seed)
    draw = np.random.default_rng(seed)
    arrival = np.where(draw.random(size) < 0.5, 0, draw.integers(0, WEEKS - 2, size))
    population = Population.of(town.people, closeness=town.closeness)
    market = Market(population, Programme(Kind(kind)), arrival, draw, ranking)
    market.play()
    return market.figures()
