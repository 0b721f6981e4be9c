"""The estimator keeps scikit-learn's manners, and the web never loads scikit-learn by accident."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import estimator_checks_generator

from welcome.matching.rounds.estimator import ReciprocalMatcher

# One check is about arrays on graphics cards, and asks for a switch in the environment.
CHECKS = [
    check
    for _, check in estimator_checks_generator(ReciprocalMatcher())
    if check.func.__name__ != "check_array_api_input"
]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.func.__name__))
def test_it_passes_the_checks_of_scikit_learn(check):
    check(ReciprocalMatcher())


def test_it_pairs_neighbours():
    X = np.array([[0.0], [10.0], [0.1], [10.2], [99.0]])
    found = ReciprocalMatcher(reach=5).fit(X)
    assert found.pairs_.tolist() == [[0, 2], [1, 3]]
    assert found.partner().tolist() == [2, 3, 0, 1, -1]
    assert found.scores_.sum() == pytest.approx(found.bound_)


def test_it_has_no_partners_before_it_is_fitted():
    with pytest.raises(NotFittedError):
        ReciprocalMatcher().partner()


def test_rounds_and_suggestions_do_not_load_scikit_learn_nor_the_web():
    asked = "import sys, welcome.matching.rounds.round, welcome.matching.suggestions.suggest; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert not {"sklearn", "flask", "sqlalchemy"} & set(loaded.split())
