"""In continuous integration a skipped test is a failed one."""

import subprocess
import sys

import pytest

STORY = """
import pytest
def test_plain(): pass
def test_skipped(): pytest.skip("no browser")
def test_for_one_database(): pytest.skip("concerns SQLite alone")
@pytest.mark.xfail(strict=True)
def test_known_fault(): assert False
"""


MODULE = """
import pytest
pytest.importorskip("no_such_thing")
"""


@pytest.mark.parametrize(
    ("story", "outcome"), [(STORY, "1 failed, 1 passed, 1 skipped, 1 xfailed"), (MODULE, "1 error")]
)
def test_it_fails_what_was_skipped(tmp_path, story, outcome):
    (tmp_path / "test_story.py").write_text(story, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.no_skips",
        "-p",
        "no:cacheprovider",
        "--noconftest",
    ]
    run = subprocess.run([*command, "-q", str(tmp_path)], capture_output=True, text=True, check=False)
    assert outcome in run.stdout
