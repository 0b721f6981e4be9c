"""Publishing on a phone: every tap, choice and word that is typed counts as one action, with scripts and without."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.city import City
from tests.browser.conftest import Open, come_in
from tests.browser.seed import inside
from tests.gatherings import make_organisation, make_venue
from tests.people import make_member
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.clock import now
from welcome.database import writing

pytestmark = pytest.mark.browser

FEW = 12


@dataclass
class Hand:
    """Somebody's thumb, which counts."""

    page: Page
    actions: int = 0

    def tap(self, words: str) -> None:
        """Tap a link or a button."""
        self.actions += 1
        self.page.locator("main").get_by_role("link", name=words).or_(
            self.page.locator("main").get_by_role("button", name=words)
        ).first.click()

    def write(self, name: str, words: str) -> None:
        """Type words, a day or a time."""
        self.actions += 1
        self.page.locator(f"main [name={name}]").first.fill(words)

    def choose(self, name: str, words: str) -> None:
        """Choose from a list."""
        self.actions += 1
        self.page.locator(f"main select[name={name}]").select_option(label=words)


@pytest.fixture
def organised(city: City) -> City:
    """Let Alice organise for a club that has published nothing yet."""
    with inside(city), writing() as session:
        club, _venue = make_organisation(session, now()), make_venue(session)
        club.languages = ["nl"]
        alice = make_member(session, "Alice")
        session.flush()
        grant(session, alice.id, Role.ORGANISER, scope_id=club.id, now=now())
    return city


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_an_event_and_a_series_take_few_actions(browse: Open, organised: City, javascript: bool) -> None:
    day = (now() + timedelta(days=20)).date().isoformat()
    page = come_in(browse(javascript=javascript), "alice")
    page.goto("/desk/events")
    single = Hand(page)
    single.tap("Workshop")
    single.write("day", day)
    single.choose("venue", "Harbour Library")
    single.tap("Publish it now")
    expect(page.locator("main")).to_contain_text("Your event is published")
    assert single.actions <= 5
    page.goto("/desk/events")
    series = Hand(page)
    series.tap("Language table")
    series.write("day", day)
    series.write("title", "لقاء اللغات 🍵")
    series.tap("Publish it now")
    expect(page.locator("main")).to_contain_text("Your event is published")
    assert series.actions < FEW
    expect(page.locator("#dates")).to_contain_text(re.compile(r"8 dates"))
    expect(page.locator("main")).to_contain_text("Harbour Library")  # where the last one was
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
