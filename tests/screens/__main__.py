"""`make screens`: walk every page as everybody, on a phone and on a desk, in both themes and in five languages.

``SCREENS`` narrows it: ``SCREENS="readers=carol locales=en,ar themes=dark widths=360 paths=/people" make screens``.
Pictures, contact sheets, the pages' HTML and the list of faults lie in ``screens/`` afterwards.
"""

import os
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import checks
from tests.browser.city import ROOT, City, running
from tests.browser.conftest import come_in
from tests.browser.everything import fill
from tests.browser.seed import inside
from tests.browser.test_pages import READERS, addresses
from tests.conftest import CHROMIUM_FLAGS
from tests.machine import find_chromium
from tests.screens import looks, sheet
from welcome.accounts.access import policy_of

FOLDER = ROOT / "screens"
ALL = {
    "readers": ["visitor", "carol", "alice", "erin", "fay", "gus"],
    "locales": ["en", "nl", "ar", "zh", "eo"],
    "widths": ["360", "1280"],
    "themes": ["light", "dark"],
    "paths": [""],
    "axe": ["en", "ar"],
}


@dataclass
class Album:
    """What was seen."""

    pictures: dict[str, list[tuple[str, Path]]] = field(default_factory=lambda: defaultdict(list))
    faults: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def keep(self, page: Page, name: str, path: str) -> None:
        """Take a picture."""
        file = FOLDER / name / f"{blake2b(path.encode(), digest_size=6).hexdigest()}.jpg"
        file.parent.mkdir(exist_ok=True)
        page.screenshot(path=file, full_page=True, type="jpeg", quality=70)
        self.pictures[name].append((path, file))


def wishes() -> dict[str, list[str]]:
    """Return what is to be walked."""
    said = dict(wish.split("=", 1) for wish in os.environ.get("SCREENS", "").split())
    return {name: said[name].split(",") if name in said else usual for name, usual in ALL.items()}


def pages_of(city: City, things: dict[str, str]) -> dict[str, list[str]]:
    """Return the pages that each reader looks at."""
    seen: dict[str, list[str]] = defaultdict(list)
    with inside(city) as app:
        for endpoint, paths in addresses(app, things).items():
            for reader in READERS[policy_of(app, endpoint)]:
                seen[reader] += paths
    return {reader: ["/", *paths, "/style", "/nowhere"] for reader, paths in seen.items()}


def walk(browser: Browser, city: City, paths: list[str], reader: str, locale: str, album: Album) -> None:
    """Let one reader look at their pages in one language."""
    context = browser.new_context(base_url=city.url, locale="en", timezone_id="Europe/Amsterdam")
    page = context.new_page()
    page.set_default_timeout(60_000)
    if reader != "visitor":
        come_in(page, reader)
    choose(context, page, locale)
    for path in paths:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = page.goto(path)
        if answer is None or (page.url.removeprefix(city.url) != path and reader != "visitor"):
            continue
        if answer.status >= 500:
            album.faults["does not open"].add(f"{locale} {reader} {path}")
        keep_html(page, answer.text(), locale, reader, path)
        for width in wished["widths"]:
            page.set_viewport_size({"width": int(width), "height": 800})
            tall = min(page.evaluate("document.documentElement.scrollHeight"), 8000)
            page.set_viewport_size(
                {"width": int(width), "height": tall}
            )  # or the dock floats in the middle of the picture
            for theme in wished["themes"]:
                look(page, f"{locale}-{width}-{theme}", f"{reader} {path}", theme, album, locale in wished["axe"])
    context.close()


def choose(context: BrowserContext, page: Page, locale: str) -> None:
    """Choose a language by the switch."""
    page.goto("/events")
    with page.expect_navigation():
        page.evaluate(f"document.querySelector('details.language button[value={locale}]').click()")


def look(page: Page, name: str, label: str, theme: str, album: Album, with_axe: bool) -> None:
    """Look at a page in one size and theme."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    found = looks.faults(page)
    if with_axe:
        found += checks.run_axe(page, {"type": "tag", "values": checks.LEVELS})
    for fault in found:
        album.faults[fault].add(f"{name} {label}")
    album.keep(page, name, label)


def keep_html(page: Page, html: str, locale: str, reader: str, path: str) -> None:
    """Keep a page for the checker of HTML."""
    file = FOLDER / "html" / f"{locale}-{reader}-{blake2b(path.encode(), digest_size=6).hexdigest()}.html"
    file.parent.mkdir(exist_ok=True)
    file.write_text(html)
    with (FOLDER / "html" / "pages.txt").open("a") as index:
        index.write(f"{file.name} {path}\n")


def main() -> int:
    """Walk, draw the sheets, tell the faults."""
    FOLDER.mkdir(exist_ok=True)
    album = Album()
    with TemporaryDirectory() as folder, running(f"sqlite:///{folder}/welcome.db", "tests.screens.server:app") as city:
        pages = pages_of(city, fill(city))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=list(CHROMIUM_FLAGS))
            for reader in wished["readers"]:
                wanted = [path for path in pages[reader] if any(path.startswith(start) for start in wished["paths"])]
                for locale in wished["locales"]:
                    walk(browser, city, wanted, reader, locale, album)
                    print(f"{reader} in {locale}: {len(wanted)} pages", flush=True)
            browser.close()
        return tell(album)


def tell(album: Album) -> int:
    """Draw the sheets and name the faults."""
    for name, pictures in album.pictures.items():
        sheet.write_sheets(FOLDER, name, pictures, wide=not name.split("-")[1].startswith("3"))
    sheet.write_index(FOLDER, album.pictures)
    for fault, where in sorted(album.faults.items(), key=lambda item: -len(item[1])):
        print(f"{len(where)} times, first {min(where)}: {fault}")
    seen = sum(map(len, album.pictures.values()))
    print(f"{seen} pictures, {len(album.faults)} faults. Look at {FOLDER / 'index.html'}")
    return bool(album.faults)


wished = wishes()
if __name__ == "__main__":
    sys.exit(main())
