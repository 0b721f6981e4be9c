"""How evenly people are shown.

Newcomers look three times as often as locals, so locals are shown more whatever the ranking does;
people who come late or find somebody soon are shown less. So looks are counted for each week that a
person was there, and compared within each side. And where few look, not everybody can be shown: each
look is also shared out equally among all who fit, and those whose equal share stays below one showing
in all weeks are counted apart (``too_few_looks``). ``..._everybody`` gives the plain figures as well, and
``..._at_best`` what nobody could go below who shared out the same looks, knowing all of them beforehand.
"""

from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from welcome.matching.arrays import Bools, Floats, Ints
from welcome.matching.suggestions.attention import gini


class Looks:
    """Who was shown, and who would have been had each look been shared equally."""

    def __init__(self, count: int, places: int) -> None:
        """Begin with nobody shown."""
        self.places = places
        self.shown, self.share, self.weeks = np.zeros(count), np.zeros(count), np.zeros(count)
        self.could, self.had = np.zeros((count, count)), np.zeros(count)

    def begin_week(self, there: Bools) -> None:
        """Note who is there this week."""
        self.weeks += there

    def offer(self, row: int, rows: Ints, seen: int) -> None:
        """Share one look of a person, who saw so many, among all whom it could have fallen on."""
        self.share[rows] += min(1.0, self.places / max(1, len(rows)))
        self.could[row, rows] += 1
        self.had[row] += seen

    def show(self, counts: Ints) -> None:
        """Note how often everybody was shown."""
        self.shown += counts

    def figures(self, able: Bools, side: Ints) -> dict[str, float]:
        """Return how evenly those were shown who may meet anybody."""
        counted = able & (self.share >= 1)
        rate = self.shown / np.maximum(1, self.weeks)
        sides = {"newcomers": counted & (side == 1), "locals": counted & (side == 2)}
        each = {f"gini_{name}": gini(rate[who]) for name, who in sides.items()}
        many = [int(who.sum()) for who in sides.values()]
        return {
            "gini": float(np.average(list(each.values()), weights=many)) if sum(many) else 0.0,
            **each,
            "gini_everybody": gini(self.shown[able]),
            "never_shown": _share(self.shown[counted] == 0),
            "never_shown_everybody": _share(self.shown[able] == 0),
            "too_few_looks": _share(self.share[able] < 1),
        }

    def at_best(self, able: Bools) -> dict[str, float]:
        """Return the plain figures that nobody could go below, of those who may meet anybody."""
        never = 1 - self.most_shown() / max(1, int(able.sum()))
        return {"gini_at_best": gini(self.evenly()[able]), "never_shown_at_best": never}

    def evenly(self) -> Floats:
        """Return how often everybody would be shown if the same looks were shared out as evenly as can be.

        The sum of squares is least, by levels of a linear programme. Such shares are majorised by all others, so
        that no others have a smaller Gini coefficient (Megiddo 1974; Fujishige 1980).
        """
        count, most = len(self.shown), max(1, int(self.shown.max()))  # shared out evenly, nobody is shown more often
        levels = csr_array(np.kron(np.eye(count), np.ones(most)))
        return self._shared_out(levels, np.tile(np.arange(most) + 0.5, count), [1] * most)

    def most_shown(self) -> int:
        """Return how many people could be shown at all."""
        count = len(self.shown)
        first = csr_array(np.kron(np.eye(count), np.ones(2)))
        return round(float(np.minimum(1, self._shared_out(first, np.tile([0.0, 1.0], count), [1, None])).sum()))

    def _shared_out(self, levels: Any, costs: Floats, widths: list[int | None]) -> Floats:
        """Share looks out at least cost, which depends on how often each person is shown; return how often that is."""
        looker, seen = np.nonzero(self.could)
        count, pairs = len(self.shown), len(looker)
        on = np.arange(pairs)
        given = csr_array((np.ones(pairs), (looker, on)), shape=(count, pairs))
        taken = csr_array((np.ones(pairs), (seen, on)), shape=(count, pairs))
        rules = vstack([hstack([given, csr_array((count, levels.shape[1]))]), hstack([taken, -levels])])
        most = [(0, times) for times in self.could[looker, seen]]
        more = [(0, width) for width in widths] * count
        found = linprog(
            np.concatenate([np.zeros(pairs), costs]),
            A_eq=rules,
            b_eq=np.concatenate([self.had, np.zeros(count)]),
            bounds=most + more,
            method="highs",
        )
        return np.asarray(levels @ found.x[pairs:])


def _share(which: Bools) -> float:
    return float(which.mean()) if len(which) else 0.0
