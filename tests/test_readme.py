"""The README tells operators every setting there is, and what happens without it."""

import re
from pathlib import Path

from config import Settings

README = Path(__file__).parents[1] / "README.md"
ROW = re.compile(r"^\| `([A-Z_]+)`[^|]*\|([^|]*)\|", re.MULTILINE)


def test_it_lists_every_setting():
    listed = [name.lower() for name, _ in ROW.findall(README.read_text("utf-8"))]
    assert sorted(listed) == sorted(Settings.__dataclass_fields__)


def test_it_tells_the_right_default():
    told = {name: default.strip(" `") for name, default in ROW.findall(README.read_text("utf-8"))}
    real = {name.upper(): str(setting.default) for name, setting in Settings.__dataclass_fields__.items()}
    assert {**told, "SECRET_KEY": ""} == {**real, "SECRET_KEY": ""}


def test_its_links_lead_somewhere():
    for file in [README, *README.parent.glob("*.md"), *README.parent.glob("docs/**/*.md")]:
        for target in re.findall(r"(?:\]\(|src=\")(?!https?:|#)([^)#\"]+)", file.read_text("utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"
