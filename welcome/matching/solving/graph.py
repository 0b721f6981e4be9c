"""A matching problem without people: places, links between them, and what each is worth."""

from dataclasses import dataclass, replace

import numpy as np

from welcome.matching.arrays import Anything, Bools, Ints

BOTH_SIDES = 3


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
    side : uint8 (size,), optional
        Bits of the sides that a place is on; a link of places that have two bits together crosses.
    """

    size: int
    first: Ints
    second: Ints
    priority: Ints
    score: Ints
    favour: Ints
    side: Anything | None = None

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
            self.side,
        )

    def plus(self, other: "Graph") -> "Graph":
        """Return the graph with the links of another one after its own."""
        return replace(
            self,
            first=np.append(self.first, other.first),
            second=np.append(self.second, other.second),
            score=np.append(self.score, other.score),
            favour=np.append(self.favour, other.favour),
        )

    def keys(self) -> Ints:
        """Number the links by their places."""
        return self.first * self.size + self.second

    @property
    def crossing(self) -> Bools:
        """Which links join two sides."""
        if self.side is None:
            return np.zeros(len(self), dtype=np.bool_)
        return np.asarray((self.side[self.first] | self.side[self.second]) == BOTH_SIDES)

    def filling(self) -> Ints:
        """Return what each link fills: the priority of both of its places."""
        return self.priority[self.first] + self.priority[self.second]

    def empty(self, chosen: Ints) -> Bools:
        """Say which places the chosen links leave empty."""
        empty = np.ones(self.size, dtype=np.bool_)
        empty[self.first[chosen]] = empty[self.second[chosen]] = False
        return empty

    def is_matching(self, chosen: Ints) -> bool:
        """Say whether no place occurs twice in the chosen links."""
        places = np.concatenate([self.first[chosen], self.second[chosen]])
        return len(np.unique(places)) == len(places)
