"""A second program that reads our calendars: Mozilla's ical.js, which node runs."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.machine import find_ical_js

HERE = Path(__file__).parent / "node"


def read_as_mozilla(calendar: bytes) -> list[dict[str, Any]]:
    """Return what ical.js finds in a calendar, in the order of the file."""
    if find_ical_js() is None:
        pytest.skip("There is no node with ical.js on this machine: npm ci --prefix tests/node")
    node = shutil.which("node") or "node"
    said = subprocess.run([node, HERE / "read.js"], input=calendar, capture_output=True, check=False, timeout=120)
    assert said.returncode == 0, said.stderr.decode()
    return [json.loads(line) for line in said.stdout.splitlines()]
