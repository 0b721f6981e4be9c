"""The table of the security standard: each row has a test, a reason, an operator's duty or a gap that we own up to."""

import re
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TABLE = (HERE.parent / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| .+? \| (\w+) \| (.+) \|$", TABLE, re.MULTILINE)
#: How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has.
CHAPTERS = dict(enumerate((27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7), start=1))


def lost(named: str) -> bool:
    """Return whether a test is named that does not exist."""
    path, _, function = named.partition("::")
    file = HERE.parent / path
    return not file.is_file() or f"def {function}(" not in file.read_text(encoding="utf-8")


def test_every_requirement_has_its_row() -> None:
    assert Counter(int(number.split(".")[0]) for number, *_ in ROWS) == CHAPTERS
    assert len({number for number, *_ in ROWS}) == len(ROWS)
    assert {kind for _, kind, _ in ROWS} <= {"Test", "Reason", "Operator", "Gap"}


@pytest.mark.parametrize("page", ["dpia.md", "safety.md"])
def test_every_test_that_another_page_names_exists(page: str) -> None:
    named = re.findall(r"`(tests/\S+::\S+)`", (HERE.parent / "docs" / page).read_text(encoding="utf-8"))
    assert named and [test for test in named if lost(test)] == []


def test_every_named_test_exists() -> None:
    named = {number: re.findall(r"`(tests/\S+::\S+)`", words) for number, _, words in ROWS}
    assert [number for number, kind, _ in ROWS if kind == "Test" and not named[number]] == []
    assert [test for tests in named.values() for test in tests if lost(test)] == []
    assert lost("tests/test_asvs.py::test_nothing"), "a test that is gone would be noticed"
