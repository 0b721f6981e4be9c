"""The way to a meetup without a mouse: every stop of the Tab key can be seen, and Enter does what a tap does."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.city import City
from tests.browser.conftest import closing_windows
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

MOST_STOPS = 60
#: What has the focus, and whether it can be seen: it stands on the screen, and it or what frames it has an outline.
#: After the last stop of a page Tab begins again at its top.
FOCUS = """() => {
  const one = document.activeElement;
  if (one === document.body) return {words: "", isSeen: true};
  const [box, frame] = [one.getBoundingClientRect(), one.closest(".tile, .love, .slots label, .check") ?? one];
  const isRinged = [one, frame].some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  });
  return {words: (one.innerText || one.name || "").trim(), isSeen: isRinged && box.bottom > 0 && box.top < innerHeight};
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what says these words; every stop on the way must be visible."""
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        stops.append(focus["words"])
        assert focus["isSeen"], f"nobody sees that the focus is on {focus['words']!r}"
        if words in focus["words"]:
            return
    raise AssertionError(f"Tab never came to {words!r}, but to {stops}")


def enter(page: Page, words: str) -> None:
    """Go to a link or button and follow it to the next page."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_member_finds_and_joins_a_meetup_without_a_mouse(
    chromium: Browser, whole_city: tuple[City, dict[str, str]]
) -> None:
    with closing_windows(chromium, whole_city[0]) as browse:
        page = browse()
        page.goto("/events")
        tab_to(page, "Skip to the page")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.goto("/login")
        sign_in(page)
        enter(page, "Events")
        enter(page, "Soup and stories")
        open_and_close(page, "Add to calendar", "Calendar file (.ics)")
        page.reload()
        enter(page, "I'm coming")
        expect(page.get_by_role("main")).to_contain_text("I cannot come")
        open_and_close(page, "Your account", "Your page")


def sign_in(page: Page) -> None:
    """Come in by the keys alone."""
    tab_to(page, "email")
    page.keyboard.type("lea@welcome.example")
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    enter(page, "Sign in")


def open_and_close(page: Page, menu: str, first: str) -> None:
    """Open a menu by Enter, walk into it, and leave it by Escape: the focus is on its button again."""
    tab_to(page, menu)
    page.keyboard.press("Enter")
    tab_to(page, first)
    page.keyboard.press("Escape")
    assert menu in page.evaluate(FOCUS)["words"]
    expect(page.locator("details.menu[open]")).to_have_count(0)


def test_a_focus_that_nobody_sees_is_noticed(chromium: Browser, whole_city: tuple[City, dict[str, str]]) -> None:
    with closing_windows(chromium, whole_city[0]) as browse:
        page = browse()
        page.goto("/events")
        page.evaluate("""() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("a:focus-visible { outline: none }");
          document.adoptedStyleSheets = [sheet];
        }""")
        with pytest.raises(AssertionError, match="nobody sees"):
            tab_to(page, "Soup and stories")
