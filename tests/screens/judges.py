"""`make lighthouse`: what two programs by others say of our pages, Google's Lighthouse and the HTML checker of the W3C.

Lighthouse looks at six pages as a slow phone does. The checker reads every page of a filled city as everybody who may
see it, and every letter. Both are Node packages of their own (tests/screens/package.json); the checker wants Java.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests.browser.city import City, running
from tests.browser.everything import fill
from tests.browser.seed import inside
from tests.browser.test_pages import READERS, addresses
from tests.conftest import Visitor
from tests.letters.standins import letter_of
from tests.machine import find_chromium
from tests.sessions import come_in, key_of
from welcome.accounts.access import policy_of
from welcome.accounts.models import Member
from welcome.app import LETTERS
from welcome.database import db

HERE = Path(__file__).parent
LIGHTHOUSE = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
CHECKER = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 99
#: Pages, and who looks at them. A page behind the sign-in asks search engines not to keep it, and is not blamed for it.
LOOKED_AT = {
    "landing": ("visitor", "/"),
    "events": ("visitor", "/events"),
    "event": ("visitor", "/events/{event}"),
    "suggestions": ("carol", "/people"),
    "match": ("carol", "/matches/{match}"),
    "profile": ("carol", "/me/profile"),
}


#: What stands in a letter for what it speaks of; it may stand in the middle of an address.
STAND_IN = re.compile(r"\[[\w ]+\]")


def browser_of(app: Flask, reader: str) -> Visitor:
    """Return a browser that is signed in, unless it is a visitor's."""
    client = Visitor(app, app.response_class, use_cookies=True)
    member = db.session.scalar(sa.select(Member).where(Member.first_name == reader.title()))
    come_in(client, key_of(member.id) if member else None)
    return client


def look(url: str, cookie: str | None) -> dict[str, Any]:
    """Let Lighthouse look at a page with its mobile preset; return its report."""
    command = ["node", str(LIGHTHOUSE), url, "--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox"]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    if cookie:
        command += ["--extra-headers", json.dumps({"Cookie": f"session={cookie}"}), "--skip-audits=is-crawlable"]
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": str(find_chromium())}, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def faults_of(report: dict[str, Any]) -> Iterator[str]:
    """Name the categories that are too low, and which audits cost the points."""
    for name in CATEGORIES:
        category = report["categories"][name]
        score = round(100 * (category["score"] or 0))
        if score < LEAST:
            low = [ref["id"] for ref in category["auditRefs"] if (report["audits"][ref["id"]]["score"] or 0) < 0.9]
            yield f"{name} {score}: {', '.join(one for one in low if report['audits'][one]['score'] is not None)}"


def lighthouse(city: City, things: dict[str, str]) -> Iterator[str]:
    """Look at each page; tell the figures and return what is too low."""
    with inside(city) as app:
        cookies = {}
        for reader in ("carol",):
            client = browser_of(app, reader)
            client.get("/")
            cookie = client.get_cookie("session", domain="localhost")
            cookies[reader] = cookie.value if cookie else None
    for name, (reader, path) in LOOKED_AT.items():
        report = look(city.url + path.format(**things), cookies.get(reader))
        scores = [round(100 * (report["categories"][category]["score"] or 0)) for category in CATEGORIES]
        audits = report["audits"]
        told = [f"{audits[one]['id']} {audits[one].get('displayValue')}" for one in MEASURED]
        print(f"{name}: {dict(zip(CATEGORIES, scores, strict=True))} {'; '.join(told)}", flush=True)
        yield from (f"{name}: {fault}" for fault in faults_of(report))


MEASURED = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")


def write_pages(city: City, things: dict[str, str], folder: Path) -> None:
    """Write every page as everybody, in English and in Arabic, and every letter."""
    with inside(city) as app:
        for reader in sorted({reader for readers in READERS.values() for reader in readers}):
            client = browser_of(app, reader)
            for locale in ("en", "ar"):
                with client.session_transaction() as session:
                    session["locale"] = locale
                for endpoint, paths in addresses(app, things).items():
                    for number, path in enumerate(paths if reader in READERS[policy_of(app, endpoint)] else []):
                        page = client.get(path)
                        if page.status_code == 200:
                            (folder / f"{reader}-{locale}-{endpoint}-{number}.html").write_bytes(page.data)
        for letter in LETTERS:
            for locale in ("en", "ar"):
                body = letter_of(app, letter.kind, locale).get_body(("html",))
                assert body is not None
                (folder / f"letter-{locale}-{letter.kind}.html").write_text(STAND_IN.sub("", str(body.get_content())))


def check_html(city: City, things: dict[str, str], folder: Path) -> list[str]:
    """Return what the checker calls an error."""
    folder.mkdir()
    write_pages(city, things, folder)
    files = sorted(map(str, folder.glob("*.html")))
    command = ["java", "-Xss1m", "-jar", str(CHECKER), "--errors-only", "--format", "gnu", *files]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    print(f"The checker read {len(files)} pages and letters.", flush=True)
    return [line.removeprefix(f'"file:{folder}/') for line in said.stderr.splitlines() if ": error" in line]


def main() -> int:
    """Ask both, and tell what they found."""
    wanted = os.environ.get("JUDGES", "html lighthouse").split()
    with TemporaryDirectory() as folder, running(f"sqlite:///{folder}/welcome.db") as city:
        things = fill(city)
        pages = Path(folder) / "pages"
        found = check_html(city, things, pages) if "html" in wanted else []
        found += lighthouse(city, things) if "lighthouse" in wanted else []
    print("\n".join(found) or "Nothing to blame.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
