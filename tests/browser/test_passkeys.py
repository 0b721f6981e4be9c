"""A passkey in a real Chromium, on a key that the browser pretends is plugged in."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.city import City
from tests.browser.conftest import Open, come_in
from tests.browser.seed import inside
from tests.people import make_member
from welcome.database import writing

pytestmark = pytest.mark.browser

KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
       "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture(scope="module")
def city(standing_city: City) -> City:
    """Let all tests of this file look at one city: none leaves anything behind that another minds."""
    return standing_city


def plug_in_a_key(page: Page) -> None:
    """Let the browser pretend that a key is there and that its owner's finger lies on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def test_carol_adds_a_passkey_and_comes_in_without_a_password(city: City, browse: Open) -> None:
    with inside(city), writing() as session:
        make_member(session, "Carol")
    page = browse()
    plug_in_a_key(page)
    come_in(page, "carol")
    page.goto("/me/second-factor")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Please give it a name.").first).to_be_visible()
    page.get_by_label("A name, such as").fill("Telefoon van Carol")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Your passkey is ready.")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/login")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url("**/")
    page.goto("/me/second-factor")
    expect(page.get_by_text("Telefoon van Carol")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    page.goto("/me/second-factor")
    expect(page.get_by_text("Telefoon van Carol")).to_have_count(0)


def test_a_browser_that_gives_none_is_told_of(browse: Open) -> None:
    page = browse()
    page.add_init_script("CredentialsContainer.prototype.get = () => Promise.reject(new Error())")
    page.goto("/wan-signin")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_text("That did not work.")).to_be_visible()
