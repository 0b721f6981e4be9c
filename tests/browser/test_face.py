"""Every stone of the face at once: on a narrow phone, in both themes, in both directions of writing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import LOW_TARGETS, faults
from tests.browser.city import City
from tests.browser.conftest import Open

#: What says more than its neighbour by its looks: the one, and a neighbour.
STATES = [
    [".seat.taken", ".seat:not(.taken)"],
    [".path .done::before", ".path .later::before"],
    [".steps .done", ".steps li:not(.done)"],
    [".slots label:has(:checked)", ".slots label:not(:has(:checked))"],
    [".tile:has(:checked)", ".tile:not(:has(:checked))"],
    [".theme [aria-pressed=true]", ".theme [aria-pressed=false]"],
    [".pages [aria-current]", ".pages a"],
]
#: Names what looks like its neighbour.
ALIKE = """(states) => states.filter((pair) => {
  const [one, other] = pair.map((each) => {
    const [selector, part] = each.split("::");
    const look = getComputedStyle(document.querySelector(selector), part && `::${part}`);
    return [look.backgroundColor, look.color, look.borderTopColor, look.borderTopStyle, look.fontWeight].join();
  });
  return one === other;
}).map(([one]) => one)"""
#: Names what moves, or would if it changed.
MOVES = """() => [...document.querySelectorAll("*")].filter((one) => {
  const look = getComputedStyle(one);
  return look.animationName !== "none" || look.transitionDuration.split(",").some((time) => parseFloat(time) > 0);
}).map((one) => one.outerHTML.slice(0, 80))"""
NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def city(standing_city: City) -> City:
    """Let all tests of this file look at one city: none leaves anything behind that another minds."""
    return standing_city


def style_page(browse: Open, locale: str, *, dark: bool) -> Page:
    page = browse(locale, dark=dark)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto("/style")
    return page


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_it_is_accessible_and_fits_a_narrow_phone(browse: Open, locale: str, dark: bool) -> None:
    page = style_page(browse, locale, dark=dark)
    assert faults(page) == []
    assert page.evaluate(LOW_TARGETS) == []


def test_the_checks_see_planted_faults(browse: Open) -> None:
    page = style_page(browse, "en", dark=False)
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(".lead { color: #ddd !important } .actions .button { min-block-size: 0; padding: 0 }");
      document.adoptedStyleSheets = [sheet];
      document.querySelector("h2").append("wide".repeat(200));
      document.querySelector("h2").setAttribute("class", "nowrap");
    }""")
    assert any(fault.startswith("color-contrast") for fault in faults(page))
    assert page.evaluate(LOW_TARGETS) != []


def test_menus_stay_on_the_screen_and_close_again(browse: Open) -> None:
    page = style_page(browse, "ar", dark=False)
    menu = page.locator("details.language")
    menu.locator("summary").click()
    box = menu.locator(".panel").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")


@pytest.mark.parametrize("javascript", [True, False])
def test_language_and_theme_change_where_one_is(browse: Open, javascript: bool) -> None:
    page = browse("en", javascript=javascript)
    page.goto("/style")
    page.locator("details.language summary").click()
    page.get_by_role("button", name="Nederlands").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    page.locator("button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/style")


def test_forced_colours_and_less_motion_take_nothing_away(browse: Open) -> None:
    page = style_page(browse, "en", dark=False)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    assert page.evaluate(ALIKE, STATES) == []
    assert page.evaluate(MOVES) == []
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(".seat { all: unset !important } .logo, main { animation: on-its-way 1s infinite }");
      document.adoptedStyleSheets = [sheet];
    }""")
    assert page.evaluate(ALIKE, STATES) == [".seat.taken"]
    assert page.evaluate(MOVES) != []


def test_the_summary_of_faults_takes_the_focus(browse: Open) -> None:
    page = browse("en")
    page.goto("/style")
    expect(page.locator(".summary")).to_be_focused()
    page.locator(".summary a").first.click()
    expect(page.locator("#first_name")).to_be_focused()
