"""The three scanners that attack a running Welcome: how each is started, and what it says that it found.

Each has an environment of its own, as their libraries do not go together, and about WELCOME_SCAN_SECONDS for each
reader: as many doors as that is enough for are drawn anew each time, those with fields first.
"""

import csv
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import random
from urllib.parse import urlsplit

from tests.scan.planted import PAGES, PLANTED
from tests.scan.standing import Reader, Standing

ROOT = Path(__file__).parents[2]
SECONDS = int(os.environ.get("WELCOME_SCAN_SECONDS", "100"))
ATTACKS = ("xss", "sql", "file", "redirect", "crlf", "exec", "ssrf")
LOOKS = ("csrf", "cookieflags", "http_headers", "csp")
CHECKS = ("not_a_server_error", "status_code_conformance", "unsupported_method")
LONGEST = 10  #: seconds for an answer, on a machine that is shared

Finding = tuple[str, str]  #: where, and what
Scanner = Callable[[Standing, Reader, Path], Iterator[Finding]]


def run(environment: str, *command: object, notes: Path) -> None:
    """Run a scanner from its environment; keep what it says beside its notes."""
    program, *words = map(str, command)
    with notes.with_suffix(".txt").open("w", encoding="utf-8") as said:
        command = [ROOT / environment / "bin" / program, *words]
        subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, cwd=notes.parent)


def drawn(there: Standing, reader: Reader, notes: Path, pace: float) -> Path:
    """Describe as many doors as there is time for, and what is planted; nobody is sent to sign in at the others."""
    paths = there.document["paths"]

    def order(path: str) -> tuple[bool, bool, float]:
        has_fields = any("requestBody" in one or "'query'" in str(one["parameters"]) for one in paths[path].values())
        return not path.startswith(PLANTED), not has_fields, random()

    open_ones = [
        path for path, doors in paths.items() if reader.key or any("public" in one["tags"] for one in doors.values())
    ]
    some = sorted(open_ones, key=order)[: len(PAGES) + round(SECONDS * pace)]
    file = notes.with_suffix(".openapi.json")
    file.write_text(json.dumps(there.document | {"paths": {path: paths[path] for path in some}}))
    return file


def wapiti_attacks(there: Standing, reader: Reader, notes: Path) -> Iterator[Finding]:
    """Put attacks into what each address asks for, and into every field."""
    yield from _wapiti(
        *("--swagger", drawn(there, reader, notes, 1 / 30), "--depth", 0),
        *("--module", ",".join(ATTACKS), "--endpoint", f"{there.url}{PLANTED}/"),
        *("--header", f"X-CSRFToken: {reader.token}"),
        there=there, reader=reader, notes=notes,
    )  # fmt: skip


def wapiti_looks(there: Standing, reader: Reader, notes: Path) -> Iterator[Finding]:
    """Look at every page and where it leads, and ask whether the token of every form is looked at: a minute."""
    pages = notes.with_suffix(".pages")
    pages.write_text("\n".join(there.url + page for page in there.pages))
    yield from _wapiti(
        "--start", pages, "--depth", 1, "--module", ",".join(LOOKS), there=there, reader=reader, notes=notes
    )


def _wapiti(*words: object, there: Standing, reader: Reader, notes: Path) -> Iterator[Finding]:
    run(
        *(".venv-scan-wapiti", "wapiti", "--url", f"{there.url}/", "--cookie-value", reader.cookie, *words),
        *("--dns-endpoint", "localhost", "--no-bugreport", "--flush-session", "--store-session", there.folder),
        *("--format", "json", "--output", notes),
        notes=notes,
    )
    report = json.loads(notes.read_text())
    for kind, found in (report["vulnerabilities"] | report["anomalies"]).items():
        for one in found:
            yield one["path"], f"{kind}: {one['method']} {one['parameter']} {one['info']}"


def sqlmap(there: Standing, reader: Reader, notes: Path) -> Iterator[Finding]:
    """Ask whether a condition in any part of an address, or any field, changes the answer as if it were SQL."""
    run(
        *(".venv-scan", "sqlmap", "--batch", "--openapi", drawn(there, reader, notes, 1 / 3)),
        *("--openapi-base", there.url),
        *("--cookie", reader.cookie, "--headers", f"X-CSRFToken: {reader.token}", "--drop-set-cookie"),
        *("--answers", "keep testing=Y,skip further=N,exploit=N", "--technique", "B", "--dbms", "sqlite"),
        *("--ignore-code", "*", "--ignore-redirects", "--skip-waf", "--disable-coloring"),
        *("--output-dir", notes.with_suffix(""), "--results-file", notes),
        notes=notes,
    )
    for one in csv.DictReader(notes.read_text().splitlines()):
        yield urlsplit(one["Target URL"]).path, f"{one['Place']} {one['Parameter']} {one['Technique(s)']}"


def schemathesis(there: Standing, reader: Reader, notes: Path) -> Iterator[Finding]:
    """Fill each part of an address and each field with what is real and what is not."""
    run(
        *(".venv-scan-schemathesis", "schemathesis", "run", drawn(there, reader, notes, 1), "--url", there.url),
        *("--header", f"Cookie: {reader.cookie}", "--header", f"X-CSRFToken: {reader.token}", "--max-redirects", 0),
        *("--checks", ",".join(CHECKS), "--max-response-time", LONGEST, "--continue-on-failure", "--workers", 2),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", 10),
        *("--generation-database", "none", "--suppress-health-check", "all", "--no-color"),
        *("--report", "json", "--report-json-path", notes),
        notes=notes,
    )
    report = json.loads(notes.read_text())
    for one in report["failures"]:
        for operation in one["operations"]:
            yield operation.split()[1], f"{one['title']}: {operation}"
    yield from (("", one["title"]) for one in report["errors"])
