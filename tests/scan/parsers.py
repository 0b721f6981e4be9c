"""Feed what the parsers of other people's files never expect: calendars, tables, markdown, pictures, returned letters.

``python -m tests.scan.parsers markdown -max_total_time=60``: Atheris follows the code and stops at the first fault.
``all`` tries each for ``WELCOME_FUZZ_SECONDS``, and that a parser with a fault planted in it is stopped.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import atheris
from PIL import Image

with atheris.instrument_imports(include=["welcome.calendars", "welcome.directory", "welcome.events", "welcome.post"]):
    from welcome.calendars.reading import read_calendar
    from welcome.directory import sheets
    from welcome.events.markup import first_words, to_html
    from welcome.events.pictures import redraw
    from welcome.post.classifying import read

from tests.campaigns.figures import tell
from welcome.errors import Refusal

HERE = Path(__file__).parents[1]
SECONDS = os.environ.get("WELCOME_FUZZ_SECONDS", "60")


def markdown(data: bytes) -> None:
    """Draw somebody's words."""
    words = data.decode("utf-8", "replace")
    page = str(to_html(words)).lower()
    assert "<script" not in page and "javascript:" not in re.sub(r">[^<]*<", "><", page)
    first_words(words)


@atheris.instrument_func
def careless(data: bytes) -> None:
    """Read a number after a colon, if somebody asks for it: the planted fault."""
    if data.startswith(b"UID:"):
        int(data[4:])


PARSERS: dict[str, Callable[[bytes], object]] = {
    "calendars": lambda data: read_calendar(data, "Europe/Amsterdam"),
    "tables": sheets.read,
    "markdown": markdown,
    "pictures": redraw,
    "returned letters": read,
    "planted": careless,
}


def seeds(name: str) -> list[bytes]:
    """Return a few files from which the fuzzer begins."""
    if name == "pictures":
        found = []
        for kind in ("PNG", "JPEG", "WEBP"):
            file = BytesIO()
            Image.new("RGB", (9, 7), "red").save(file, kind)
            found.append(file.getvalue())
        return found
    texts = {
        "calendars": [path.read_bytes() for path in (HERE / "calendars").glob("*.ics")],
        "tables": [",".join(sheets.COLUMNS).encode() + b"\n" + b"a," * len(sheets.COLUMNS)],
        "markdown": [b"# A\n\n[a](https://welcome.example) **b**\n\n* c\n1. d\n> e\n`f` <b>g</b> &amp;"],
        "returned letters": [
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\nContent-Type: "
            b"message/delivery-status\r\n\r\nReporting-MTA: dns;a\r\n\r\nFinal-Recipient: rfc822;a@b\r\n"
            b"Action: failed\r\n"
            b"Status: 5.1.1\r\nDiagnostic-Code: smtp;550 5.1.1 no\r\n\r\n--x--\r\n"
        ],
    }
    return texts.get(name, [b"UID:1"])


def fuzz(name: str, options: list[str]) -> None:
    """Fuzz one parser until its time is over or it breaks."""
    parse = PARSERS[name]

    def once(data: bytes) -> None:
        with suppress(Refusal):  # an honest no
            parse(data)

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(name)):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], folder, "-timeout=20", "-rss_limit_mb=4096", "-max_len=20000", *options], once)
        atheris.Fuzz()


def fuzz_all() -> int:
    """Fuzz each parser in a process of its own; return 1 when one breaks, or the planted fault is not found."""
    runs, broken = 0, []
    for name in PARSERS:
        command = [sys.executable, "-m", __spec__.name, name, f"-max_total_time={SECONDS}", "-print_final_stats=1"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        said = re.search(r"number_of_executed_units: (\d+)", done.stderr)
        print(f"{name}: {said[1] if said else '?'} inputs, exit code {done.returncode}")
        runs += int(said[1]) if said and name != "planted" else 0
        if (done.returncode != 0) != (name == "planted"):
            broken.append(f"{name}: {done.stderr[-3000:]}")
    print("\n".join(broken))
    if not broken:
        tell("fuzz, parsers", f"{runs:,} inputs to {len(PARSERS) - 1} parsers under Atheris, 0 crashes",
             planted="a number that is none")  # fmt: skip
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["all"]:
        sys.exit(fuzz_all())
    fuzz(sys.argv[1], sys.argv[2:])
