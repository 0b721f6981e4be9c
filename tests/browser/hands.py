"""Two ways to use a page, which count what they do: by keys alone, and by taps where there are no scripts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page

MOST_STOPS = 120
#: What has the focus, and whether it can be seen: it stands on the screen with nothing before it, and it or what frames
#: it has an outline. After the last stop of a page Tab begins again at its top.
FOCUS = """() => {
  const one = document.activeElement;
  const isStart = one === document.body;
  const told = {isStart, words: (one.innerText || "").trim(), name: one.name || "", value: one.value || ""};
  if (isStart) return {...told, words: "", isSeen: true};
  const frame = one.closest(".tile, .love, .slots label, .check") ?? one;
  const box = frame.getBoundingClientRect();
  const isRinged = [one, frame].some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  });
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const isFree = [0.1, 0.5, 0.9].some((part) => {
    const there = document.elementFromPoint(box.left + box.width / 2, top + part * (bottom - top));
    return there && (frame.contains(there) || there.contains(frame));
  });
  return {...told, isSeen: isRinged && bottom > top && isFree};
}"""
#: Marks the page, to know when another has taken its place.
MARK = "document.querySelector('main').dataset.old = 'y'"
IS_NEW = "() => document.querySelector('main') && !document.querySelector('main[data-old]')"

#: A slow typist on a phone: two signs a second, and two seconds to find the field.
SIGNS_PER_SECOND, SECONDS_PER_FIELD = 2, 2


@dataclass
class Hand:
    """Somebody's hand, which counts."""

    page: Page
    taps: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Return how long the slow typist types."""
        return sum(len(words) / SIGNS_PER_SECOND + SECONDS_PER_FIELD for words in self.typed)


class Taps(Hand):
    """Taps and types, with no script to help."""

    has_scripts = False

    def go(self, words: str) -> None:
        """Tap what says these words and leads on: a link, a button."""
        self.taps.append(words)
        self._find(words).click()

    open = go

    def choose(self, name: str, value: str) -> None:
        """Choose one of several, or tick a box."""
        self.taps.append(f"{name}={value}")
        self.page.locator(f"main [name='{name}'][value='{value}']").first.check(force=True)

    def pick(self, name: str, label: str) -> None:
        """Choose from a list."""
        self.taps.append(f"{name}={label}")
        self.page.locator(f"main select[name='{name}']").select_option(label=label)

    def write(self, name: str, words: str) -> None:
        """Type."""
        self.typed.append(words)
        self.page.locator(f"main [name='{name}']").first.fill(words)

    def _find(self, words: str) -> Locator:
        main = self.page.get_by_role("main")
        found = main.get_by_role("link", name=words, exact=True).or_(main.get_by_role("button", name=words, exact=True))
        return found.or_(main.locator("summary").filter(has_text=words)).first


class Keys(Hand):
    """Uses the keys alone; every stop of Tab on the way must be visible."""

    has_scripts = True

    def go(self, words: str) -> None:
        """Press Enter on what says these words, and wait for what comes."""
        self.open(words, before=lambda: self.page.evaluate(MARK))
        self.page.wait_for_function(IS_NEW)

    def open(self, words: str, before: Callable[[], Any] = lambda: None) -> None:
        """Press Enter on what says these words."""
        self.taps.append(words)
        self.reach(words, lambda focus: focus["words"] == words)
        before()
        self.page.keyboard.press("Enter")

    def choose(self, name: str, value: str) -> None:
        """Choose one of several by the arrows, or tick a box."""
        self.taps.append(f"{name}={value}")
        self.reach(name, lambda focus: focus["name"] == name and (focus["value"] == value or self._is("radio")))
        for _ in range(MOST_STOPS):
            if self.page.evaluate(FOCUS)["value"] == value:
                break
            self.page.keyboard.press("ArrowDown")
        if not self._is_checked():
            self.page.keyboard.press("Space")
        assert self._is_checked()

    def pick(self, name: str, label: str) -> None:
        """Choose from a list by its first letters."""
        self.write(name, label, self.taps)

    def write(self, name: str, words: str, into: list[str] | None = None) -> None:
        """Type."""
        (self.typed if into is None else into).append(words)
        self.reach(name, lambda focus: focus["name"] == name)
        self.page.keyboard.type(words)

    def reach(self, what: str, is_it: Callable[[dict[str, Any]], bool]) -> None:
        """Press Tab until the focus is there; on a new page by its first link, past what is on every page."""
        stops: list[str] = []
        while len(stops) < MOST_STOPS:
            if self.page.evaluate(FOCUS)["isStart"] and not stops:
                self.page.keyboard.press("Tab")
                self.page.keyboard.press("Enter")
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            stops.append(focus["words"] or focus["name"])
            assert focus["isSeen"], f"nobody sees that the focus is on {stops[-1]!r}"
            if is_it(focus):
                return
        raise AssertionError(f"Tab never came to {what!r}, but to {stops}")

    def _is(self, kind: str) -> bool:
        return bool(self.page.evaluate(f"document.activeElement.type === '{kind}'"))

    def _is_checked(self) -> bool:
        return bool(self.page.evaluate("document.activeElement.checked"))
