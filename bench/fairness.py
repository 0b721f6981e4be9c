"""How evenly people are shown.

Newcomers look three times as often as locals, so locals are shown more whatever the ranking does;
people who come late or find somebody soon are shown less. So looks are counted for each week that a
person was there, and compared within each side. And where few look, not everybody can be shown: each
look is also shared out equally among all who fit, and those whose equal share stays below one showing
in all weeks are counted apart (``too_few_looks``). ``..._everybody`` gives the plain figures as well.
"""

import numpy as np

from welcome.matching.arrays import Bools, Floats, Ints


class Looks:
    """Who was shown, and who would have been had each look been shared equally."""

    def __init__(self, count: int, places: int) -> None:
        """Begin with nobody shown."""
        self.places = places
        self.shown, self.share, self.weeks = np.zeros(count), np.zeros(count), np.zeros(count)

    def begin_week(self, there: Bools) -> None:
        """Note who is there this week."""
        self.weeks += there

    def offer(self, rows: Ints) -> None:
        """Share one look among all whom it could have fallen on."""
        self.share[rows] += min(1.0, self.places / max(1, len(rows)))

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


def gini(values: Floats) -> float:
    """Return how unevenly values are spread: 0 all equal, towards 1 all on one."""
    ranks = np.arange(1, len(values) + 1)
    total = max(1e-9, float(values.sum()))
    return float((2 * ranks - len(values) - 1) @ np.sort(values) / (max(1, len(values)) * total))


def _share(which: Bools) -> float:
    return float(which.mean()) if len(which) else 0.0
