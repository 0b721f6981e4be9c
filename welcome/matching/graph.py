"""A matching problem without people: places, links between them, and what each is worth."""

from dataclasses import dataclass

import numpy as np

from welcome.matching.arrays import Bools, Ints

# Whole numbers up to here are exact as float64, which the assignment solver of scipy works in;
# the margin is for the sums along its paths.
EXACT = 2**53 // 2**10


@dataclass(frozen=True)
class Graph:
    """Places joined by links; each place takes part in one link at most.

    Attributes
    ----------
    size : int
        Number of places.
    first, second : int64 (m,)
        The two places of every link.
    priority : int64 (size,)
        What filling a place is worth before anything else counts; all positive numbers make the
        number of places filled the largest possible.
    score, favour : int64 (m,)
        What a link is worth then, and what it is worth among equals.
    """

    size: int
    first: Ints
    second: Ints
    priority: Ints
    score: Ints
    favour: Ints

    def __len__(self) -> int:
        """Return the number of links."""
        return len(self.first)

    def take(self, which: Bools | Ints) -> "Graph":
        """Return the graph with some of its links only."""
        return Graph(
            self.size,
            self.first[which],
            self.second[which],
            self.priority,
            self.score[which],
            self.favour[which],
        )

    def filling(self) -> Ints:
        """Return what each link fills: the priority of both of its places."""
        return self.priority[self.first] + self.priority[self.second]

    def weights(self) -> tuple[Ints, int]:
        """Merge priority, score and favour into one whole number a link, in that order.

        One step of priority outweighs every possible difference in score, and one step of score
        every possible difference in favour; on very large graphs, where exact numbers would run
        out, favour and then score are rounded.

        Returns
        -------
        weight : int64 (m,)
        step : int
            The weight of one step of priority.
        """
        pairs = self.size // 2
        fill, best = int(self.filling().max(initial=0)), int(self.score.max(initial=0))
        finest = pairs * int(self.favour.max(initial=0)) + 1
        coarse = 1
        while fill * (pairs * (best * finest // coarse + 1) + 1) > EXACT:
            if finest > 1:
                finest = max(1, finest // 2)
            else:
                coarse *= 2
        value = self.score * finest // coarse + np.minimum(self.favour, finest - 1)
        step = pairs * int(value.max(initial=0)) + 1
        return np.asarray(self.filling() * step + value), step

    def empty(self, chosen: Ints) -> Bools:
        """Say which places the chosen links leave empty."""
        empty = np.ones(self.size, dtype=np.bool_)
        empty[self.first[chosen]] = empty[self.second[chosen]] = False
        return empty

    def is_matching(self, chosen: Ints) -> bool:
        """Say whether no place occurs twice in the chosen links."""
        places = np.concatenate([self.first[chosen], self.second[chosen]])
        return len(np.unique(places)) == len(places)
