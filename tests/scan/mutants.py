"""Change the rules one little thing at a time: the quick tests beside them must notice. See ``make mutants``.

mutmut changes functions alone, not the constants beside them. What stays unnoticed is printed, module by module.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.campaigns.figures import tell

ROOT = Path(__file__).parents[2]
ENOUGH = 0.9
MODULES = [
    "accounts/access.py", "accounts/standing.py", "announcements/rules.py", "announcements/announcing/rules.py",
    "conversations/rules.py", "events/rules.py", "events/crew/rules.py", "moderation/rules.py", "pairings/rules.py",
    "pairings/slots.py", "post/hours.py", "post/verp.py", "visits/rules.py",
]  # fmt: skip
TESTS = [
    "access", "announcing", "event_times", "pairing_rules", "places", "planted", "quiet_hours", "small_rules",
    "standing",
]  # fmt: skip
#: A rule whose test looks at nothing, and one whose test looks.
PLANTED = """
def is_careless(age):
    return age >= 18

def is_careful(age):
    return age >= 18
"""
LOOKS = """
from welcome.planted import is_careful, is_careless

def test_it_looks_at_one_of_two():
    is_careless(18)
    assert is_careful(18) is True and is_careful(17) is False
"""
SETTINGS = """
[tool.mutmut]
source_paths = ["welcome"]
only_mutate = {only}
also_copy = ["config.py", "wsgi.py"]
pytest_add_cli_args = ["--noconftest", "-p", "no:cacheprovider", "--hypothesis-profile=ci"]
pytest_add_cli_args_test_selection = {tests}
"""
#: How pytest ends when a test notices (3: the mutant stops pytest itself); a mutant that takes for ever is noticed too.
NOTICED = {1, 3, 24, 36, 152, 255, -24, -9}


def copy_to(folder: Path) -> None:
    """Put what mutmut may change into a folder of its own."""
    for name in ("welcome", "tests"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules", "*.gz")
        )
    for name in ("config.py", "wsgi.py"):
        shutil.copy(ROOT / name, folder)
    (folder / "welcome/planted.py").write_text(PLANTED)
    (folder / "tests/rules/test_planted.py").write_text(LOOKS)
    only = [f"welcome/{name}" for name in (*MODULES, "planted.py")]
    tests = [f"tests/rules/test_{name}.py" for name in TESTS]
    settings = SETTINGS.format(only=json.dumps(only), tests=json.dumps(tests))
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + settings)


def unnoticed_in(folder: Path, module: str) -> tuple[int, list[str]]:
    """Return how many changes of a module were tried, and which no test noticed."""
    found = json.loads((folder / f"mutants/welcome/{module}.meta").read_text())["exit_code_by_key"]
    return len(found), [name for name, code in found.items() if code not in NOTICED]


def main() -> int:
    """Try all; return 1 when the tests of a module notice too little, or a planted rule is taken for a tested one."""
    mutmut = [sys.executable, "-m", "mutmut"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_to(folder)
        run = subprocess.run([*mutmut, "run", *sys.argv[1:]], cwd=folder, capture_output=True, text=True)
        if run.returncode:
            print(run.stdout[-3000:], run.stderr[-3000:])
            return 1
        _, planted = unnoticed_in(folder, "planted.py")
        assert {one.split(".x_")[1].split("__")[0] for one in planted} == {"is_careless"}, planted
        sums, poor = Counter[str](), []
        for module in MODULES:
            tried, unnoticed = unnoticed_in(folder, module)
            sums.update(tried=tried, noticed=tried - len(unnoticed))
            print(f"{module}: {tried - len(unnoticed)} of {tried} noticed")
            for one in unnoticed:
                shown = subprocess.run([*mutmut, "show", one], cwd=folder, capture_output=True, text=True).stdout
                print(*(f"    {line}" for line in shown.splitlines() if line[:2] in {"- ", "+ "}), sep="\n")
            poor += [module] if len(unnoticed) > tried * (1 - ENOUGH) else []
    if poor:
        print(f"Too little is noticed in {', '.join(poor)}.")
        return 1
    figure = f"{sums['noticed']} of {sums['tried']} changes in {len(MODULES)} modules noticed"
    tell("mutants", figure, planted="a rule whose test looks at nothing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
