"""OR-tools, solving the same problem its own way, finds nothing better."""

import numpy as np
import pytest
from ortools.sat.python import cp_model

from welcome.matching.solving.graph import Graph
from welcome.matching.solving.lexicographic import solve
from welcome.matching.solving.links import Links


def random_graph(seed, size, share, *, bipartite):
    draw = np.random.default_rng(seed)
    first, second = np.triu_indices(size, k=1)
    kept = draw.random(len(first)) < share
    if bipartite:
        kept &= (first < size // 3) & (second >= size // 3)
    first, second = first[kept], second[kept]
    score = draw.integers(0, 1000, len(first))
    nothing = np.zeros(len(first), dtype=np.int64)
    return Graph(size, first, second, draw.integers(1, 5, size), score, nothing)


def ask_oracle(graph):
    """Maximise filling, then the floor, then the total, each kept for the next."""
    model = cp_model.CpModel()
    used = [model.new_bool_var(f"{link}") for link in range(len(graph))]
    for place in range(graph.size):
        ends = np.flatnonzero((graph.first == place) | (graph.second == place))
        model.add_at_most_one(used[link] for link in ends)
    floor = model.new_int_var(0, 1000, "floor")
    for link, score in enumerate(graph.score.tolist()):
        model.add(floor <= score).only_enforce_if(used[link])
    found = []
    filling, scores = graph.filling().tolist(), graph.score.tolist()
    for aim in (
        cp_model.LinearExpr.weighted_sum(used, filling),
        floor,
        cp_model.LinearExpr.weighted_sum(used, scores),
    ):
        model.maximize(aim)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL
        found.append(round(solver.objective_value))
        model.add(aim >= found[-1])
    return tuple(found)


@pytest.mark.parametrize("bipartite", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_the_oracle_finds_nothing_better(seed, bipartite):
    graph = random_graph(seed, 30, 0.1 + 0.05 * (seed % 3), bipartite=bipartite)
    found = solve(Links(graph))
    assert graph.is_matching(found.chosen)
    assert (found.filling, found.floor, found.total) == ask_oracle(graph)
    assert found.is_proven
