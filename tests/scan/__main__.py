"""Let scanners read the code: they find nothing in it, and in the same run every fault that is planted for them."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.campaigns.figures import tell

ROOT = Path(__file__).parents[2]
OURS = ["welcome", "deploy", "config.py", "wsgi.py"]
PLANTED = """
import pickle, subprocess, tempfile
import sqlalchemy as sa
from flask import redirect, request, url_for
from markupsafe import Markup

def careless(words):
    subprocess.run(words, shell=True)
    pickle.loads(words)
    open(tempfile.mktemp())
    eval(words)
    Markup(words)
    sa.text(f"SELECT {words}")
    url_for("x", _external=True)
    return redirect(request.args.get("next"), 303)
"""
FAULTS = {"bandit": {"B602", "B301", "B306", "B307"},
          "semgrep": {"words-into-html", "words-into-sql", "way-on-not-looked-at", "link-by-the-host"}}  # fmt: skip


def bandit(paths: list[str]) -> list[tuple[str, str]]:
    """Return what Bandit finds that is more than a hint, and where."""
    command = ["bandit", "--quiet", "--recursive", "--severity-level", "medium", "--format", "json", *paths]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    return [(one["test_id"], f"{one['filename']}:{one['line_number']}") for one in json.loads(said)["results"]]


def semgrep(paths: list[str]) -> list[tuple[str, str]]:
    """Return what our own rules find, and where."""
    options = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "--quiet", "--json", "--jobs=1"]
    command = ["semgrep", "scan", *options, "--config", str(ROOT / "tests/scan/rules.yml"), *paths]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    return [(one["check_id"].rpartition(".")[2], f"{one['path']}:{one['start']['line']}") for one in
            json.loads(said)["results"]]  # fmt: skip


def main() -> int:
    """Scan the code and the planted faults; return 1 for a finding too many or too few."""
    verdict = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "careless.py"
        file.write_text(PLANTED)
        for name, scan in (("bandit", bandit), ("semgrep", semgrep)):
            found, planted = scan(OURS), {rule for rule, _ in scan([str(file)])}
            missed = FAULTS[name] - planted
            print("\n".join(f"{name}: {rule} in {place}" for rule, place in found))
            verdict |= bool(found or missed)
            if not (found or missed):
                tell(f"scan, {name}", "0 findings", planted=f"all {len(FAULTS[name])}")
            elif missed:
                print(f"{name} did not find what was planted: {sorted(missed)}")
    return verdict


if __name__ == "__main__":
    sys.exit(main())
