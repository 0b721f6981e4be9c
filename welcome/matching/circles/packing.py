"""The best set of circles out of a list, no two of which share a member (set packing, by HiGHS)."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from welcome.matching.arrays import Bools, Floats
from welcome.matching.circles.clusters import Circle
from welcome.matching.circles.gathering import Gathering
from welcome.matching.circles.together import keeps_whole

# A limit in nodes, not in seconds, gives the same answer on every machine.
MOST_NODES = 2_000


def pack(gathering: Gathering, circles: list[Circle], groups: Sequence[Circle] = ()) -> list[Circle] | None:
    """Choose circles without a common member: the most people, then the largest worth.

    Groups sit in one circle each; None if they cannot, or if it takes too long.
    """
    circles = [circle for circle in circles if keeps_whole(circle, groups)]
    if not circles:
        return None if groups else []
    sizes = np.array([len(circle) for circle in circles], dtype=np.float64)
    worth = np.array([len(circle) * gathering.worth(circle) for circle in circles])
    columns = np.repeat(np.arange(len(circles)), sizes.astype(np.int64))
    rows = np.concatenate([np.array(circle) for circle in circles])
    shape = (len(gathering.population), len(circles))
    seats = np.zeros(shape[0])
    seats[[row for group in groups for row in group]] = 1
    rules = [LinearConstraint(csr_array((np.ones(len(rows)), (rows, columns)), shape=shape), seats, 1)]
    largest = _maximise(sizes, rules)
    if largest is None:
        return None
    rules.append(LinearConstraint(sizes[None, :], sizes[largest].sum() - 0.5, np.inf))
    found = _maximise(worth, rules)
    if found is None:
        return None
    return [circle for circle, is_chosen in zip(circles, found, strict=True) if is_chosen]


def _maximise(aim: Floats, rules: list[LinearConstraint]) -> Bools | None:
    answer = milp(
        -aim,
        integrality=np.ones(len(aim)),
        bounds=Bounds(0, 1),
        constraints=rules,
        options={"mip_rel_gap": 0, "node_limit": MOST_NODES},
    )
    return None if answer.status != 0 or answer.x is None else np.asarray(answer.x > 0.5)
