"""Every page there is, as everybody who may see it, on a narrow phone: in both themes, in English and in Arabic.

The list of pages is the house's own: a page that is neither visited nor named in ``NO_PAGES`` fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.authz import World, doors, path_of
from tests.browser.checks import (
    HEAVIEST_KB,
    MOST_REQUESTS,
    MOST_SHIFT,
    WATCH_SHIFTS,
    Load,
    faults,
    faults_in_the_dark,
    watch,
)
from tests.browser.city import City
from tests.browser.conftest import Open, closing_windows, come_in
from tests.browser.seed import inside
from welcome.accounts.access import Policy, policy_of
from welcome.profiles.steps import STEPS

pytestmark = pytest.mark.browser

ELSEWHERE = "https://www.wikipedia.org/"  #: where QUICK_EXIT_URL leads if nobody has set it
WholeCity = tuple[City, dict[str, str]]

#: Who looks at a page, by its policy. A visitor is nobody; the first of them must really get to the page.
READERS = {
    Policy.PUBLIC: ("visitor", "carol"),
    Policy.MEMBER: ("carol",),
    Policy.ORGANISER: ("alice",),
    Policy.COORDINATOR: ("erin",),
    Policy.MODERATOR: ("fay",),
    Policy.ADMIN: ("gus",),
}
#: What answers to GET and is no page, with the reason.
NO_PAGES = {
    "keeping.worker": "a script",
    "keeping.manifest": "what a phone reads",
    "static": "files",
    "security.static": "files",
    "web.health": "one word for load balancers",
    "accounts.export": "a file to keep",
    "home.join": "notes the side and leads on to the sign-up page",
}
#: How the addresses of files end that are not looked at but kept.
FILES = (".ics", ".csv", ".atom", ".rss", ".xml", ".txt", ".jpg", ".png")
#: Pages whose address needs more than tests/authz.py knows, and further faces of pages that change with what they show.
MORE = {
    "pairings.ask": ["/people/{member}/ask/exchange"],
    "security.confirm_email": ["/confirm/{confirm}"],
    "security.reset_password": ["/reset/{reset}"],
    "security.change_email_confirm": ["/change-email/{change}"],
    "accounts.reopen": ["/me/reopen/{reopen}"],
    "announcements.announcement": ["/desk/announcements/{sent}", "/desk/announcements/{sent}?locale=ar"],
    "announcements.stop": ["/letters/stop/{stop}"],
    "moderation.received": ["/report/received/{receipt}"],
    "moderation.appeal": ["/appeal/{measure}"],
    "moderation.decide": ["/desk/reports/{report}", "/desk/reports/{unread}"],
    "guests.show": ["{guest}"],
    "visits.show_door": ["{door}"],
    "visits.say_thanks": ["/events/dates/{past}/thanks"],
    "visits.say_thanks_as_guest": ["{past_guest}/thanks"],
    "visits_desk.show": ["/desk/dates/{lesson_date}/door"],
    "visits_desk.numbers": ["/desk/events/{past_event}/numbers"],
    "events_answers.joining": ["/desk/events/{lesson}/joining"],
    "events_desk.guests": ["/desk/dates/{dinner_date}/guests"],
    "profiles.step": [f"/me/profile/{step}" for step in STEPS],
    "events.list_events": ["/events?language=xx", "/events?children=y"],
    "events.show_event": [
        "/events/{series}",
        "/events/{lesson}",
        "/events/{held}",
        "/events/{full}",
        "/events/{event}?text=nl&easy=y",
    ],
    "events.show_month": ["/events/month?children=y"],
    "events_page.picture": ["/desk/events/{series}/picture"],
    "events_desk.show": ["/desk/events/{series}", "/desk/events/{draft}"],
    "events_desk.new": ["/desk/events/new?template=bridge"],
    "pairings.list_mentors": ["/desk/programmes/mentors/mentors?person={mentor}"],
    "pairings.show_programme": ["/desk/programmes/mentors"],
    "pairings.edit_programme": ["/desk/programmes/mentors/edit"],
    "pairings.show_circle": ["/circles/{asked}"],
    "pairings.look_at_round": ["/desk/drafts/{unsent}/people?show=left-out"],
    "conversations.show_thread": ["/conversations/{group}"],
    "pairings.show_match": ["/matches/{old_match}"],
    "pairings.show_request": ["/requests/{asking}"],
    "directory.guide": ["/guide?q=nothing+like+this", "/guide?kind=volunteering&area=centrum&page=1"],
    "directory.list_texts": ["/desk/organisations/{organisation}/opportunity/{opportunity}/texts"],
    "directory.take_over": ["/desk/guide/table"],
    "outside.embed": ["/embed?what=guide&lang=nl"],
}


#: Pages that the usual thing of their kind does not have: nobody is asked how a date was that is still to come.
ONLY_MORE = {"visits.say_thanks"}


def addresses(app: Flask, things: dict[str, str]) -> dict[str, list[str]]:
    """Return where each page is found; a page without an address has none."""
    found = {}
    for rule, method in doors(app):
        if method == "GET" and rule.endpoint not in NO_PAGES and not rule.rule.endswith(FILES):
            path, is_real = path_of(rule, World(things=things))
            more = [pattern.format(**things) for pattern in MORE.get(rule.endpoint, [])]
            usual = [path] if is_real and rule.endpoint not in ONLY_MORE else []
            found[rule.endpoint] = usual + [one for one in more if one != path]
    return found


@dataclass
class Walk:
    """What somebody saw on their way through the pages."""

    page: Page
    load: Load
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    weights: list[tuple[float, int, str]] = field(default_factory=list)

    def visit(self, path: str, status: int = 200) -> None:
        """Look at one page in the light and in the dark."""
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.load.sizes.clear()
        answer = self.page.goto(path)
        where = f"{self.page.locator('html').get_attribute('lang')} {path}"
        seen = faults(self.page)
        if (shift := self.page.evaluate("window.shifted")) > MOST_SHIFT:
            seen.append(f"moves about by {shift:.3f}")
        self.weights.append((self.load.kilobytes, len(self.load.sizes), where))
        seen += faults_in_the_dark(self.page)
        if answer is None or answer.status != status:
            seen.append(f"answers {answer and answer.status}")
        if status == 200:
            seen += [f"complains: {complaint}" for complaint in self.complaints]
        self.complaints.clear()
        self.faults += [f"{where}: {fault}" for fault in seen]

    def too_heavy(self) -> list[str]:
        """Name the pages that a slow phone should not have to load, the heaviest first."""
        ordered = sorted(self.weights, reverse=True)
        return [
            f"{where}: {kilobytes:.0f} kB in {requests} requests"
            for kilobytes, requests, where in ordered
            if kilobytes > HEAVIEST_KB or requests > MOST_REQUESTS
        ]


def set_out(page: Page) -> Walk:
    """Begin to look at pages, and listen to what the browser complains about: scripts, policies, missing files."""
    load, _ = watch(page)
    page.add_init_script(WATCH_SHIFTS)
    walk = Walk(page, load)
    page.on("console", lambda said: walk.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda problem: walk.complaints.append(str(problem)))
    return walk


def read_in(page: Page, locale: str) -> None:
    """Choose another language by the switch of the page."""
    with page.expect_navigation():
        page.evaluate(f"document.querySelector('details.language button[value={locale}]').click()")


@pytest.fixture
def browse(chromium: Browser, whole_city: WholeCity) -> Iterator[Open]:
    """Open windows on the city with one of everything."""
    with closing_windows(chromium, whole_city[0]) as browse:
        yield browse


def test_no_page_is_forgotten(whole_city: WholeCity) -> None:
    city, things = whole_city
    with inside(city) as app:
        found = addresses(app, things)
        assert [endpoint for endpoint, paths in found.items() if not paths] == [], "say in MORE where these pages are"
        assert set(NO_PAGES) | set(MORE) <= set(app.view_functions)


@pytest.mark.parametrize("reader", ["visitor", "carol", "alice", "erin", "fay", "gus"])
def test_every_page_is_accessible_and_light(browse: Open, whole_city: WholeCity, reader: str) -> None:
    city, things = whole_city
    with inside(city) as app:
        pages = {
            path: readers
            for endpoint, paths in addresses(app, things).items()
            for path in paths
            if reader in (readers := READERS[policy_of(app, endpoint)])
        }
    page = browse()
    if reader != "visitor":
        come_in(page, reader)
    walk = set_out(page)
    for locale in ("en", "ar"):
        page.goto("/events")
        read_in(page, locale)
        walk.visit("/")
        for path, readers in pages.items():
            if reader == readers[0] or (locale == "ar" and leads_there(page, path)):
                walk.visit(path)
        walk.visit("/nowhere", status=404)
    assert not walk.faults, "\n".join(walk.faults)
    assert walk.too_heavy() == []


def leads_there(page: Page, path: str) -> bool:
    """Whether a page for everybody is one for members too: the sign-in page sends them on."""
    return page.request.get(path, max_redirects=0).status == 200


@pytest.mark.parametrize("way", ["button", "Shift three times"])
def test_whoever_leaves_quickly_is_elsewhere_and_the_page_is_not_in_the_history(browse: Open, way: str) -> None:
    page = come_in(browse(), "carol")
    page.route(ELSEWHERE, lambda route: route.fulfill(body="The weather is fine."))
    page.goto("/guide")
    page.goto("/conversations")
    if way == "button":
        page.locator("a.exit").click()
    else:
        for key in ("Shift", "Shift", "a", "Shift", "Shift"):  # as whoever writes in capitals does
            page.keyboard.press(key)
        assert page.locator("body").is_visible() and page.url.endswith("/conversations")
        page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE)
    page.go_back()
    assert page.url.endswith("/guide")


def test_planted_faults_are_seen(browse: Open) -> None:
    page = browse()
    walk = set_out(page)
    page.add_init_script("""addEventListener("DOMContentLoaded", () => {
      const [picture, wide, script] = ["img", "div", "script"].map((name) => document.createElement(name));
      picture.src = "/static/logo.svg";
      script.text = "1";
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(".wide { inline-size: 200vw } @media (prefers-color-scheme: dark) { .lead { color: #222 } }");
      document.adoptedStyleSheets = [sheet];
      wide.className = "wide";
      wide.append("wide");
      document.querySelector("main").append(picture, wide, script);
      const late = wide.cloneNode(true);
      addEventListener("load", () => setTimeout(() => document.querySelector("main").prepend(late), 100));
    })""")
    walk.visit("/")
    for planted in (
        "image-alt",
        "scrolls sideways",
        "Content Security Policy",
        "in the dark: color-contrast",
        "moves about",
    ):
        assert any(planted in fault for fault in walk.faults), (planted, walk.faults)
    walk.load.sizes.append(HEAVIEST_KB * 1024)
    walk.weights.append((walk.load.kilobytes, 1, "/"))
    assert walk.too_heavy() != []
