"""How much one has to do: every tap and every word that is typed is counted, by somebody who types slowly."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests.browser import city as letters
from tests.browser.city import City
from tests.browser.conftest import Open, come_in
from tests.browser.test_pages import browse as browse  # on the city with one of everything
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

WholeCity = tuple[City, dict[str, str]]

#: A slow typist on a phone: two signs a second, and two seconds to find the field.
SIGNS_PER_SECOND, SECONDS_PER_FIELD = 2, 2


@dataclass
class Hand:
    """Somebody's thumb, which counts."""

    page: Page
    taps: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    def tap(self, words: str, role: str = "link") -> None:
        """Tap a link or a button."""
        self.taps.append(words)
        self.page.get_by_role("main").get_by_role(role, name=words).first.click()  # type: ignore[arg-type]

    def press(self, words: str) -> None:
        """Tap a button."""
        self.tap(words, "button")

    def choose(self, selector: str) -> None:
        """Tap what can be chosen."""
        self.taps.append(selector)
        self.page.locator(f"main {selector}").first.check(force=True)

    def write(self, name: str, words: str) -> None:
        """Type."""
        self.typed.append(words)
        self.page.locator(f"main [name={name}]").fill(words)

    @property
    def seconds(self) -> float:
        """Return how long the slow typist types."""
        return sum(len(words) / SIGNS_PER_SECOND + SECONDS_PER_FIELD for words in self.typed)


def test_a_guest_joins_from_a_shared_link_in_four_taps(browse: Open, whole_city: WholeCity) -> None:
    city, things = whole_city
    hand = Hand(browse())
    hand.page.goto(f"/events/{things['series']}")
    hand.tap("Come with only an e-mail")
    hand.write("first_name", "Zoe")
    hand.write("email", "zoe@welcome.example")
    hand.press("Write to me")
    hand.page.goto(letters.link(city.mail.wait_for("zoe@welcome.example", "/guest"), "/guest"))
    hand.taps.append("the link in the letter")
    hand.press("I'm coming")
    expect(hand.page.get_by_role("main")).to_contain_text("I cannot come")
    assert len(hand.taps) <= 4, hand.taps
    assert hand.seconds <= 90


def test_leaving_takes_three_taps(browse: Open, whole_city: WholeCity) -> None:
    hand = Hand(come_in(browse(), "jan"))
    hand.page.goto("/me")
    hand.tap("Close my account")
    hand.write("password", PASSWORD)
    hand.press("Close my account")
    expect(hand.page.locator("body")).to_contain_text("Sign in")
    assert len(hand.taps) <= 3, hand.taps


def test_a_report_takes_three_taps(browse: Open, whole_city: WholeCity) -> None:
    hand = Hand(come_in(browse(), "carol"))
    hand.page.goto(f"/conversations/{whole_city[1]['thread']}")
    hand.tap("Report")
    hand.choose("[name=category]")
    hand.write("words", "He shouted at me.")
    hand.press("Send the report")
    expect(hand.page.get_by_role("main")).to_contain_text("Thank you")
    assert len(hand.taps) <= 3, hand.taps
