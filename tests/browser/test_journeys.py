"""Each way through this place by the keys alone, and by taps without scripts; few actions are enough.

The story (test_story.py) goes the longer ones with taps, evenings and publishing have files of their own.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import cast
from tests.browser import city as letters
from tests.browser.cast import DAY
from tests.browser.city import City
from tests.browser.conftest import closing_windows, come_in
from tests.browser.hands import FOCUS, Hand, Keys, Taps
from tests.people import PASSWORD
from welcome.clock import now

pytestmark = pytest.mark.browser

#: Who goes by keys, and who by taps.
CAST = dict(zip((Keys, Taps), cast.CAST, strict=True))

Ways = type[Keys] | type[Taps]
#: The city, and where ways begin in it.
Places = tuple[City, dict[str, str]]
#: Opens somebody's window, signed in or not, and gives the hand that uses it.
Come = Callable[..., Keys | Taps]


@pytest.fixture(scope="module")
def places(standing_city: City) -> Places:
    """Give the city in which everybody goes their ways."""
    return standing_city, cast.fill(standing_city)


@pytest.fixture(params=CAST, ids=["by keys", "without scripts"])
def way(request: pytest.FixtureRequest) -> Ways:
    """Go by keys, and go by taps without scripts."""
    return request.param


@pytest.fixture
def come(chromium: Browser, places: Places, way: Ways) -> Iterator[Come]:
    """Open windows of people who use this place in that way."""
    with closing_windows(chromium, places[0]) as browse:

        def come(name: str | None, path: str) -> Keys | Taps:
            page = browse(javascript=way.has_scripts)
            if name:
                come_in(page, name.lower())
            page.goto(path)
            return way(page)

        yield come


def says(hand: Hand, words: str) -> None:
    """Wait until the page says these words."""
    expect(hand.page.get_by_role("main")).to_contain_text(words)


def test_a_newcomer_comes_from_a_shared_link_to_people(come: Come, way: Ways, places: Places) -> None:
    city, starts = places
    name = f"ana{way.__name__}".lower()
    hand = come(None, starts["soup"])
    hand.go("I am new on this site")
    hand.write("first_name", "Ana")
    hand.write("email", f"{name}@welcome.example")
    hand.write("password", PASSWORD)
    hand.choose("is_adult", "y")
    hand.go("Join")
    hand.page.goto(letters.link(city.mail.wait_for(f"{name}@welcome.example", "/confirm/"), "/confirm/"))
    hand.go("Confirm")
    hand.page.goto("/me/profile/side")
    hand.taps.clear()
    hand.choose("side", "newcomer")
    hand.go("Save and go on")
    hand.pick("rows-0-code", "Portuguese")
    hand.choose("rows-0-level", "native")
    hand.choose("rows-0-teaches", "y")
    hand.go("Add a language")
    hand.pick("rows-1-code", "Dutch")
    hand.choose("rows-1-level", "A1")
    hand.choose("rows-1-learns", "y")
    hand.go("Save and go on")
    hand.choose("slots", "3")
    hand.go("Save and go on")
    says(hand, "You can look at people now")
    hand.go("I take part")
    expect(hand.page.get_by_role("article").first).to_contain_text("can help you with Dutch")
    assert len(hand.taps) <= 13, hand.taps
    assert hand.seconds <= 90


def test_a_guest_comes_from_a_shared_link(come: Come, way: Ways, places: Places) -> None:
    city, starts = places
    address = f"zoe.{way.__name__}@welcome.example".lower()
    hand = come(None, starts["soup"])
    hand.go("Come with only an e-mail")
    hand.write("first_name", "Zoe")
    hand.write("email", address)
    hand.go("Write to me")
    hand.page.goto(letters.link(city.mail.wait_for(address, "/guest"), "/guest"))
    hand.taps.append("the link in the letter")
    hand.go("I'm coming")
    says(hand, "I cannot come")
    assert len(hand.taps) <= 4, hand.taps
    assert hand.seconds <= 90


def test_asking_and_being_asked(come: Come, way: Ways) -> None:
    newcomer, local = CAST[way][:2]
    asking = come(newcomer, "/people")
    asking.go(f"Ask {local}")
    asking.write("note", "Hello! Coffee and Portuguese?")
    asking.go(f"Ask {local}")
    says(asking, f"{local} has not seen it yet")
    asked = come(local, "/people")
    asked.go("Look and answer")
    asked.go("Yes, let us meet")
    says(asked, f"You and {newcomer}")


def test_from_a_meeting_to_the_next(come: Come, way: Ways, places: Places) -> None:
    names = CAST[way][2:4]
    one, other = (come(name, places[1][names[0]]) for name in names)
    for hand, with_whom in ((one, names[1]), (other, names[0])):
        hand.go("Answer")
        hand.choose("did_meet", "yes")
        hand.go("Send my answer")
        says(hand, f"You and {with_whom}")
    one.page.reload()
    one.choose("times", str(one.page.locator("[name=times]").first.get_attribute("value")))
    one.go("Offer these times")
    says(one, f"Waiting for {names[1]}")
    other.page.reload()
    other.go(other.page.locator("main form[action*='/agree/'] button").first.inner_text().strip())
    says(other, "Your second meeting")
    says(other, "Add to calendar")


def test_a_proposal_of_a_round(come: Come, way: Ways) -> None:
    hand = come(CAST[way][4], "/people")
    hand.go("Look and answer")
    hand.go("Yes, let us meet")
    says(hand, "You said yes")


def test_a_family_comes_to_an_event(come: Come, way: Ways, places: Places) -> None:
    hand = come(CAST[way][0], "/events")
    hand.go("Soup")
    hand.choose("adults", "2")
    hand.choose("children", "1")
    hand.go("I'm coming")
    says(hand, "You are coming, with 2 others.")
    hand.open("Add to calendar")
    expect(hand.page.get_by_role("link", name="Calendar file (.ics)")).to_be_visible()


def test_publishing(come: Come, way: Ways) -> None:
    hand = come("Alice", "/desk/events")
    hand.go("Workshop")
    hand.write("day", (now() + 20 * DAY).strftime("%m%d%Y" if way is Keys else "%Y-%m-%d"))
    hand.pick("venue", "Library")
    hand.go("Publish it now")
    says(hand, "Your event is published")


def test_reporting_and_blocking(come: Come, way: Ways, places: Places) -> None:
    newcomer, local = CAST[way][2:4]
    hand = come(newcomer, places[1][newcomer])
    hand.open("More")
    hand.go("Report")
    hand.choose("category", "other")
    hand.write("words", "He shouted at me.")
    hand.go("Send the report")
    says(hand, "Thank you")
    assert len(hand.taps) <= 4, hand.taps
    hand.page.goto(places[1][newcomer])
    hand.open("More")
    hand.go("Block")
    hand.go("Keep this person away")
    hand.page.goto("/people")
    expect(hand.page.get_by_role("main")).not_to_contain_text(local)


def test_leaving(come: Come, way: Ways) -> None:
    hand = come(CAST[way][5], "/me")
    hand.go("Close my account")
    hand.write("password", PASSWORD)
    hand.go("Close my account")
    expect(hand.page.locator("body")).to_contain_text("Sign in")
    assert len(hand.taps) <= 3, hand.taps


def test_signing_in_and_menus_by_keys(chromium: Browser, places: Places) -> None:
    with closing_windows(chromium, places[0]) as browse:
        hand = Keys(browse())
        hand.page.goto("/login")
        hand.write("email", "ben@welcome.example")
        hand.write("password", PASSWORD)
        hand.go("Sign in")
        hand.reach("Your account", lambda focus: "Your account" in focus["words"])
        hand.page.keyboard.press("Enter")
        hand.reach("Your page", lambda focus: focus["words"] == "Your page")
        hand.page.keyboard.press("Escape")
        assert "Your account" in hand.page.evaluate(FOCUS)["words"]
        expect(hand.page.locator("details.menu[open]")).to_have_count(0)


@pytest.mark.parametrize(
    "fault", ["a:focus-visible { outline: none }", "body > p { position: fixed; inset: 0; z-index: 9 }"]
)
def test_a_focus_that_nobody_sees_is_noticed(chromium: Browser, places: Places, fault: str) -> None:
    with closing_windows(chromium, places[0]) as browse:
        hand = Keys(browse())
        hand.page.goto("/events")
        hand.page.evaluate(
            """(fault) => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(fault);
              document.adoptedStyleSheets = [sheet];
              document.body.append(document.createElement("p"));
            }""",
            fault,
        )
        with pytest.raises(AssertionError, match="nobody sees"):
            hand.open("Soup")
