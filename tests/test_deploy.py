"""What operators copy is true: settings that exist, commands that exist, units of one make."""

import re
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest
from flask import Flask

from config import SECRETS, Settings, from_environ

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
#: Read by gunicorn, not by us.
GUNICORNS = {"WEB_CONCURRENCY"}
CALL = re.compile(r"(?:--app wsgi|^welcome|`welcome) ([a-z][a-z-]+)", re.MULTILINE)


def settings_of(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE))


def test_the_environment_file_names_settings_that_exist() -> None:
    known = {name.upper() for name in Settings.__dataclass_fields__} | {f"{name}_FILE" for name in SECRETS} | GUNICORNS
    assert set(settings_of((DEPLOY / "welcome.env").read_text("utf-8"))) <= known


def test_the_environment_file_would_start_in_production(tmp_path: Path) -> None:
    text = re.sub(r"^# .*$", "", (DEPLOY / "welcome.env").read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "secret").write_text("s3cr3t-" * 8, "ascii")
    given = {name: value.strip('"') for name, value in settings_of(text).items()}
    given |= {name: str(tmp_path / "secret") for name in given if name.endswith("_FILE")}
    assert from_environ(given).is_production


@pytest.mark.parametrize("file", [*PAGES, *sorted(filter(Path.is_file, DEPLOY.iterdir()))], ids=lambda file: file.name)
def test_every_command_exists(app: Flask, file: Path) -> None:
    known = set(app.cli.commands) | {"db", "run", "shell"}
    assert set(CALL.findall(file.read_text("utf-8"))) <= known


@pytest.mark.parametrize("file", sorted(DEPLOY.glob("*.service")), ids=lambda file: file.name)
def test_units_are_shut_in_and_never_run_as_root(file: Path) -> None:
    unit = RawConfigParser(strict=False, comment_prefixes=("#",), inline_comment_prefixes=None)
    unit.read_string(file.read_text("utf-8"))
    service = unit["Service"]
    assert service["User"] == "welcome"
    assert service["EnvironmentFile"] == "/etc/welcome/welcome.env"
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "yes")
    assert "--no-control-socket" in file.read_text("utf-8") or "gunicorn" not in service["ExecStart"]


def test_the_shell_reads_the_wrapper() -> None:
    subprocess.run(["/bin/sh", "-n", DEPLOY / "welcome"], check=True)
