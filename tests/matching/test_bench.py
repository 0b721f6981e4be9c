"""The measurements run, and their checker catches what it is there to catch."""

from bench.checker import violations
from bench.rounds import measure as measure_rounds
from bench.suggestions import measure as measure_suggestions
from bench.town import REGIMES, make_town
from welcome.matching.programme import Kind


def test_the_checker_catches_a_pair_that_must_not_be():
    town = make_town(40)
    assert violations(town.people, town.closeness, [(0, 0)], "exchange")
    everybody = [(a, b) for a in range(40) for b in range(a + 1, 40)]
    assert len(violations(town.people, town.closeness, everybody, "exchange")) > 700


def test_rounds_are_measured_without_violations():
    for kind in Kind:
        for line in measure_rounds([50], str(kind), "scarce", 1, is_apart=False):
            assert line["violations"] == 0
            assert line["is_proven"]


def test_suggestions_are_measured_and_exact_in_every_regime():
    for regime in REGIMES:
        (line,) = measure_suggestions([80], "exchange", regime, 10, with_sql=False)
        assert line["exact"] == line["exact_after_edit"] == 1
