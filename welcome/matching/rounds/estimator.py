"""The same round for people who are just rows of numbers, as a scikit-learn estimator.

This is the one module that loads scikit-learn; nothing that the web process needs imports it.
"""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.metrics import pairwise_distances
from sklearn.utils.validation import check_is_fitted, validate_data

from welcome.matching.arrays import Anything, Floats, Ints
from welcome.matching.pairs.utility import UNIT
from welcome.matching.solving.graph import Graph
from welcome.matching.solving.lexicographic import solve
from welcome.matching.solving.links import Links


class ReciprocalMatcher(BaseEstimator):
    """Pair rows of numbers so that the fewest are left out and the pairs are as near as can be.

    Parameters
    ----------
    metric : str, default="euclidean"
        A metric of ``sklearn.metrics.pairwise_distances``.
    reach : float, optional
        Rows further apart than this are never paired. Default: no limit.
    random_state : int, optional
        Decides between equals; None is 0.

    Attributes
    ----------
    pairs_ : int64 (m, 2)
        Rows, sorted, the smaller first.
    scores_ : float64 (m,)
        ``1 / (1 + distance)``, to four digits.
    matched_ : bool (n_samples,)
    bound_ : float
        What the sum of scores of no pairing as large above the same floor exceeds.
    n_features_in_ : int

    Notes
    -----
    Solved like every round: see ``welcome.matching.solving.lexicographic``.
    """

    pairs_: Ints
    scores_: Floats
    bound_: float

    def __init__(
        self, metric: str = "euclidean", *, reach: float | None = None, random_state: int | None = None
    ) -> None:
        """Store the settings, nothing else."""
        self.metric = metric
        self.reach = reach
        self.random_state = random_state

    def fit(self, X: Anything, y: object = None) -> Self:
        """Pair the rows of X.

        Parameters
        ----------
        X : array of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        self
        """
        X = validate_data(self, X)
        distance = pairwise_distances(X, metric=self.metric)
        order = np.lexsort(X.T[::-1])
        order = np.random.default_rng(self.random_state or 0).permutation(order)
        first, second = np.triu_indices(len(order), k=1)
        apart = np.minimum(distance, distance.T)[order[first], order[second]]
        near = np.flatnonzero(apart <= (np.inf if self.reach is None else self.reach))
        score = np.rint(UNIT / (1 + apart[near])).astype(np.int64)
        equal, nothing = np.ones(len(order), dtype=np.int64), np.zeros(len(near), dtype=np.int64)
        graph = Graph(len(order), first[near], second[near], equal, score, nothing)
        solution = solve(Links(graph))
        pairs = np.sort(order[np.column_stack([graph.first, graph.second])[solution.chosen]], axis=1)
        by_row = np.lexsort((pairs[:, 1], pairs[:, 0]))
        self.pairs_ = pairs[by_row]
        self.scores_ = score[solution.chosen][by_row] / UNIT
        self.bound_ = solution.bound / UNIT
        self.matched_ = np.isin(np.arange(len(order)), self.pairs_)
        return self

    def partner(self) -> Ints:
        """Return the partner of every row, -1 without; shape (n_samples,)."""
        check_is_fitted(self)
        partner = np.full(len(self.matched_), -1, dtype=np.int64)
        partner[self.pairs_[:, 0]], partner[self.pairs_[:, 1]] = self.pairs_[:, 1], self.pairs_[:, 0]
        return partner

    def fit_predict(self, X: Anything, y: object = None, **settings: Any) -> Ints:
        """Pair the rows of X and return the partner of every row."""
        return self.fit(X).partner()
