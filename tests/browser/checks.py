"""What must hold on every page: no accessibility fault, no sideways scroll, light enough for a slow phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}}
HEAVIEST_KB = 60
MOST_REQUESTS = 10
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    """Name every accessibility fault of a page, and whether it scrolls sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    named = [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found]
    return named + (["scrolls sideways"] if page.evaluate(IS_TOO_WIDE) else [])


@dataclass
class Load:
    """What a page made its reader fetch."""

    sizes: list[float] = field(default_factory=list)

    @property
    def kilobytes(self) -> float:
        """Return how much came over the wire."""
        return sum(self.sizes) / 1024


@contextmanager
def watched_load(page: Page) -> Iterator[Load]:
    """Count what is fetched while the block runs, as at a first visit."""
    load, wire = Load(), page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.on("Network.loadingFinished", lambda done: load.sizes.append(done["encodedDataLength"]))
    yield load
    page.wait_for_load_state("networkidle")
    wire.detach()
