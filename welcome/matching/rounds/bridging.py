"""The bridging dial: raise the worth of pairs across the sides until enough of them are made."""

from welcome.matching.pairs.utility import UNIT
from welcome.matching.programme import Programme
from welcome.matching.solving.lexicographic import Solution, solve_again
from welcome.matching.solving.links import Links

# Being across the sides is worth at most this: more than any score.
MOST = 2 * UNIT
STEP = UNIT // 100


def bridge(
    links: Links, plain: Solution, programme: Programme, held_crossing: int, held: int
) -> tuple[Solution, float]:
    """Find the smallest worth of crossing that reaches the programme's share, by bisection.

    Parameters
    ----------
    links : Links
    plain : Solution
        The best matching without a worth for crossing. Number and floor are kept.
    held_crossing, held : int
        Pinned pairs across the sides, and all of them.

    Returns
    -------
    solution : Solution
    cost : float
        Share of the plain total that was given up.
    """
    target = programme.bridging
    best = plain

    def share(solution: Solution) -> float:
        made = len(solution.chosen) + held
        return (int(links.graph.crossing[solution.chosen].sum()) + held_crossing) / made if made else 1.0

    if target is None or share(plain) >= target:
        return plain, 0.0
    low, high = 0, MOST
    while high - low > STEP:
        worth = high if low == 0 and high == MOST and best is plain else (low + high) // 2
        trial = solve_again(links, plain, worth)
        if share(trial) >= target:
            best, high = trial, worth
        elif worth == MOST:
            # Even the highest worth does not reach the share: give the best there is.
            best, low = trial, worth
        else:
            low = worth
    return best, 1 - best.total / plain.total if plain.total else 0.0
