"""Whose attention is taken: what keeps suggestions from showing the same few people to everybody.

Ranking by score alone fills a few inboxes, where most questions die unanswered, and shows many
people to nobody. So a score is lowered by what a person has on hand already: questions that wait for
an answer, looks of late, and the price that the last round set on them (Su, Bayoumi, Joachims 2022,
by dual prices). The weights were chosen on towns drawn apart from those that ``bench market`` plays.
"""

from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Bools, Floats, Ints

# What a whole price takes off a score; what a question that waits, of as many as may wait; and what
# being shown much more often than the others who fit.
PRICE_WEIGHT, ASKED_WEIGHT, CROWDING_WEIGHT = 0.1, 1.0, 1.0
# Nobody is shown further while so many questions wait for their answer.
MOST_ASKED = 3
# Shown so many times as often as the others on average is as crowded as it gets.
CROWDED = 3.0
# Added to that average, so that a first look does not weigh too much where there were hardly any.
FEW_LOOKS = 0.25
# What looks of a week count for a week later.
FADING = 0.75


@dataclass(frozen=True)
class Attention:
    """What ``n`` people have on hand.

    Attributes
    ----------
    prices : float64 (n,)
        How sought-after everybody is, in [0, 1]: the dual prices of the last round
        (``Round.prices_``); stale ones are fine.
    shown : int64 (n,)
        To how many people everybody was shown this week.
    before : float64 (n,)
        The same for earlier weeks, each week faded by ``FADING`` for every week that has passed.
    asked : int64 (n,)
        How many questions wait for everybody's answer.
    cap : int, optional
        Whoever was shown so often this week is left out.
    """

    prices: Floats
    shown: Ints
    before: Floats
    asked: Ints
    cap: int | None = None

    def busy(self, rows: Ints) -> tuple[Bools, Bools]:
        """Say who has enough questions to answer, and who else was shown often enough this week."""
        asked = self.asked[rows] >= MOST_ASKED
        if self.cap is None:
            return asked, np.zeros(len(rows), dtype=np.bool_)
        return asked, (self.shown[rows] >= self.cap) & ~asked


def weariness(attention: Attention, rows: Ints) -> Floats:
    """Return what is taken off the scores of these rows, who all fit the same person."""
    looks = attention.shown[rows] + attention.before[rows]
    usual = (looks.mean() if len(rows) else 0) + FEW_LOOKS
    crowding = np.minimum(looks / usual, CROWDED) / CROWDED
    asked = attention.asked[rows] / MOST_ASKED
    return np.asarray(PRICE_WEIGHT * attention.prices[rows] + CROWDING_WEIGHT * crowding + ASKED_WEIGHT * asked)


def gini(exposure: Ints | Floats) -> float:
    """Return how unevenly people are shown: 0 all alike, near 1 all attention on one."""
    ordered = np.sort(np.asarray(exposure, dtype=np.float64))
    if not len(ordered) or not ordered.sum():
        return 0.0
    ranks = 2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1
    return float(ranks @ ordered / (len(ordered) * ordered.sum()))
