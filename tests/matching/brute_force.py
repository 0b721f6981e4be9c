"""The same aims, by trying everything: slow, simple, and written apart from the solver."""

from collections.abc import Iterator

from welcome.matching.pairs.feasible import Pairs
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme

Key = tuple[tuple[int, ...], int, int]
Link = tuple[int, int, int]


def links_of(pairs: Pairs) -> list[Link]:
    columns = (pairs.first.tolist(), pairs.second.tolist(), pairs.score.tolist())
    return list(zip(*columns, strict=True))


def room_of(population: Population, programme: Programme) -> dict[tuple[str, int], int]:
    """Count the places of everybody."""
    directed = programme.kind.is_directed
    capacity = population.capacity.tolist()
    giving = {("gives", row): room if directed else min(1, room) for row, room in enumerate(capacity)}
    return giving | {("takes", row): min(1, room) for row, room in enumerate(capacity)}


def matchings(links: list[Link], room: dict[tuple[str, int], int], directed: bool) -> Iterator[list[Link]]:
    """Yield every set of links that keeps to everybody's room."""
    if not links:
        yield []
        return
    (first, second, score), rest = links[0], links[1:]
    yield from matchings(rest, room, directed)
    ends = [("gives", first), ("takes" if directed else "gives", second)]
    if all(room[end] for end in ends):
        for end in ends:
            room[end] -= 1
        for more in matchings(rest, room, directed):
            yield [(first, second, score), *more]
        for end in ends:
            room[end] += 1


def key(made: list[Link], rank: list[int], directed: bool) -> Key:
    """Return what is aimed at, so that the greatest key is the best matching."""
    filled = {("gives", first) for first, _, _ in made}
    filled |= {("takes" if directed else "gives", second) for _, second, _ in made}
    ranks = [rank[row] for _, row in filled]
    counts = tuple(ranks.count(step) for step in range(max(rank, default=0), 0, -1))
    scores = [score for _, _, score in made]
    return (len(filled), *counts), min(scores, default=0), sum(scores)
