"""What a round came to, in a few figures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """The figures of a round; scores in [0, 1].

    Attributes
    ----------
    people, matchable, matched : int
        Who takes part, who has anybody to be paired with, who was paired.
    pairs : int
    floor, total, bound : float
        The worst pair; the sum of all; what no round as large above this floor exceeds.
    is_proven : bool
        Whether number, floor and total are proven to be the best possible.
    gap : float
        ``1 - total / bound``: 0 when proven.
    most_filled : float
        Share of the weighted places filled of what no round exceeds: 1 when proven.
    bridging : float
        Share of the pairs that join a newcomer and a local.
    bridging_cost : float
        Share of the total that the programme's bridging target cost.
    """

    people: int
    matchable: int
    matched: int
    pairs: int
    floor: float
    total: float
    bound: float
    is_proven: bool
    gap: float
    most_filled: float
    bridging: float
    bridging_cost: float
