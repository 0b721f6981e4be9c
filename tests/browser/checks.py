"""What must hold on every page: no accessibility fault, no sideways scroll, light enough for a slow phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import CDPSession, Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
HEAVIEST_KB = 60
MOST_REQUESTS = 10
#: Links inside a sentence may be as low as their line.
LOW_TARGETS = """() => [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")]
  .filter((one) => !one.closest("p, h1, h2, h3, .prose, .summary, .visually-hidden"))
  .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect()])
  .filter(([one, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
  .map(([one]) => one.outerHTML.slice(0, 120))"""
#: Runs axe in the page and names what it finds; only that leaves the browser, the rest of its report is long.
RUN_AXE = """async (only) => (await axe.run(document, {runOnly: only, resultTypes: ["violations"]})).violations
  .flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 160)}`))"""
#: A while after the theme has changed its colours follow.
IS_DARK = """() => {
  const light = (colour) => colour.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
  const words = getComputedStyle(document.body).color;
  return light(words) > light(getComputedStyle(document.documentElement).backgroundColor);
}"""
#: Adds up how far what is already shown is pushed about while a page loads (cumulative layout shift).
WATCH_SHIFTS = """window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shifted += one.value; }))
    .observe({type: "layout-shift", buffered: true});"""
MOST_SHIFT = 0.02
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    """Name every accessibility fault of a page, and whether it scrolls sideways."""
    found = run_axe(page, {"type": "tag", "values": LEVELS})
    found += [f"low target: {target}" for target in page.evaluate(LOW_TARGETS)]
    return found + (["scrolls sideways"] if page.evaluate(IS_TOO_WIDE) else [])


def faults_in_the_dark(page: Page) -> list[str]:
    """Change a light page to the dark theme and name the words that cannot be read there."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(IS_DARK)
    return [f"in the dark: {fault}" for fault in run_axe(page, {"type": "rule", "values": ["color-contrast"]})]


def run_axe(page: Page, only: dict[str, str | list[str]]) -> list[str]:
    """Ask axe about some of its rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(RUN_AXE, only))


@dataclass
class Load:
    """What a page made its reader fetch."""

    sizes: list[float] = field(default_factory=list)

    @property
    def kilobytes(self) -> float:
        """Return how much came over the wire."""
        return sum(self.sizes) / 1024


def watch(page: Page) -> tuple[Load, CDPSession]:
    """Count from now on what the page fetches; nothing comes from the browser's cache."""
    load, wire = Load(), page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.on("Network.loadingFinished", lambda done: load.sizes.append(done["encodedDataLength"]))
    return load, wire


@contextmanager
def watched_load(page: Page) -> Iterator[Load]:
    """Count what is fetched while the block runs, as at a first visit."""
    load, wire = watch(page)
    yield load
    page.wait_for_load_state("networkidle")
    wire.detach()
