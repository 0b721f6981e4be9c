"""Forms that answer without a new page: what one wrote is safe on a slow line, without a line, and when we fail."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.city import City, wait_until
from tests.browser.conftest import Open, come_in
from tests.browser.test_pages import browse as browse  # on the city with one of everything

pytestmark = pytest.mark.browser

WholeCity = tuple[City, dict[str, str]]

IS_SAME_PAGE = "window.wasHere === true"
IS_PROGRESS_SHOWN = "getComputedStyle(document.body, '::before').position === 'fixed'"

#: Whether there is something in one of the browser's stores.
IS_KEPT = "async (store) => (await (await caches.open(store)).keys()).length > 0"
#: What is left on a device: everything that is stored but the page for everybody and what it is drawn with.
WHAT_STAYS = """async () => {
  const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
  const paths = kept.flat().map((one) => new URL(one.url).pathname);
  const foreign = paths.filter((path) => !/^.(static|offline.[a-z]{2})\\b/.test(path));
  const subscription = await (await navigator.serviceWorker.ready).pushManager?.getSubscription();
  return [...foreign, ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await indexedDB.databases()),
    ...(subscription ? ["notices"] : [])];
}"""


@pytest.fixture
def talk(browse: Open, whole_city: WholeCity) -> Iterator[Page]:
    """Open a conversation of Carol's in Arabic, and mark the page to know it again."""
    page = come_in(browse("ar"), "carol")
    with page.expect_navigation():
        page.evaluate("document.querySelector('details.language button[value=ar]').click()")
    page.goto(f"/conversations/{whole_city[1]['thread']}")
    page.evaluate("window.wasHere = true")
    yield page
    assert page.evaluate(IS_SAME_PAGE)


def test_a_message_is_sent_once_however_often_one_taps(talk: Page) -> None:
    sent: list[str] = []
    held: list[Route] = []
    talk.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    talk.route("**/conversations/*", lambda route: held.append(route) if is_form(route.request) else route.continue_())
    write(talk, "مرحبا Bob")
    talk.locator("main [data-hx-boost] button").dblclick()
    expect(talk.locator("main [data-hx-boost]")).to_have_attribute("aria-busy", "true")
    assert talk.evaluate(IS_PROGRESS_SHOWN)
    held[0].continue_()
    expect(talk.locator("#latest")).to_contain_text("مرحبا Bob")
    expect(talk.locator("#latest")).to_be_focused()
    expect(talk.locator("[name=body]")).to_have_value("")
    assert len(sent) == 1
    assert not talk.evaluate(IS_PROGRESS_SHOWN)


def test_what_one_wrote_stays_when_nothing_comes_back(talk: Page) -> None:
    write(talk, "Koffie?")
    talk.context.set_offline(True)
    talk.locator("main [data-hx-boost] button").click()
    expect(talk.locator("#unsent")).to_be_focused()
    assert talk.locator("#unsent").inner_text().strip()
    talk.context.set_offline(False)
    talk.route("**/conversations/*", lambda route: route.fulfill(status=502, body="Bad gateway"), times=1)
    talk.locator("main [data-hx-boost] button").click()
    expect(talk.locator("#unsent")).to_be_focused()
    expect(talk.locator("[name=body]")).to_have_value("Koffie?")
    talk.locator("main [data-hx-boost] button").click()
    expect(talk.locator("#latest")).to_contain_text("Koffie?")
    expect(talk.locator("#unsent")).to_be_hidden()


def test_what_is_wrong_is_said_in_its_place(talk: Page) -> None:
    address = talk.url
    talk.locator("main [data-hx-boost] button").click()
    expect(talk.locator("[name=body]")).to_be_focused()
    expect(talk.locator("[name=body]")).to_have_attribute("aria-invalid", "true")
    assert talk.url == address


def test_the_way_back_leads_to_the_page_before(browse: Open, whole_city: WholeCity) -> None:
    page = come_in(browse(), "iris")
    page.goto("/events")
    page.get_by_role("link", name="Soup and stories").first.click()
    page.evaluate("window.wasHere = true")
    page.get_by_role("main").get_by_role("button", name="I'm coming").click()
    expect(page.get_by_role("main")).to_contain_text("I cannot come")
    expect(page).to_have_title(re.compile("Soup and stories"))
    assert page.evaluate(IS_SAME_PAGE)
    page.go_back()
    expect(page).to_have_url(re.compile("/events$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What is on")


def test_nothing_of_ones_own_stays_on_a_shared_phone(browse: Open, whole_city: WholeCity) -> None:
    page = come_in(browse(), "carol", stays=True)
    wait_until(lambda: page.evaluate(IS_KEPT, "mine"), "a page of Carol's own")
    page.context.set_offline(True)
    page.goto("/emergency")
    expect(page.get_by_role("main")).to_contain_text("Soup and stories")
    expect(page.get_by_role("main")).to_contain_text("112")
    page.context.set_offline(False)
    page.goto("/me")
    page.evaluate("document.querySelector('form[action$=\"/logout\"] button').click()")
    page.wait_for_url("**/")
    wait_until(lambda: not page.evaluate(IS_KEPT, "mine") and page.evaluate(IS_KEPT, "shared"), "nothing of her own")
    assert page.evaluate(WHAT_STAYS) == []
    page.context.set_offline(True)
    page.goto("/emergency")
    expect(page.get_by_role("main")).to_contain_text("112")
    expect(page.get_by_role("main")).not_to_contain_text("Soup and stories")
    for _ in range(3):  # to the page before signing out, and to the one that was kept
        page.go_back()
        expect(page.get_by_role("main")).to_contain_text("112")
        expect(page.locator("body")).not_to_contain_text("Carol")


def is_form(request: Request) -> bool:
    """Whether a form was sent."""
    return request.method == "POST"


def write(page: Page, words: str) -> None:
    """Write a message."""
    page.locator("[name=body]").fill(words)
