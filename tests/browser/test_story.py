"""The main job, from sign-up to a first meeting and from a published event to the letter in an inbox, with real parts.

Carol is a spouse who has just arrived; she speaks Portuguese and learns Dutch. Bob is a local volunteer who learns
Portuguese. Alice organises. Each uses a browser of their own; letters travel over real SMTP.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from playwright.sync_api import Page, expect

from tests.browser import city as letters
from tests.browser.city import City
from tests.browser.seed import settle
from tests.people import PASSWORD

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CAROL, BOB, ALICE = "carol@welcome.example", "bob@welcome.example", "alice@welcome.example"
Open = Callable[..., Page]


def press(page: Page, name: str) -> None:
    """Press the button of that name in the page itself, and wait for the answer, also where no new page comes."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
    expect(page.locator("form[aria-busy=true]")).to_have_count(0)


def follow(page: Page, name: str) -> None:
    """Follow the link of that name in the page itself."""
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def sign_in(page: Page, email: str) -> Page:
    """Come in by the front door."""
    page.goto("/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    return page


def sign_up(page: Page, city: City) -> None:
    """Carol joins by the newcomers' door, asks for letters in Dutch, and confirms by the letter's link."""
    page.goto("/")
    follow(page, "I'm new here")
    page.get_by_label("First name").fill("Carol")
    page.get_by_label("E-mail address").fill(CAROL)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("We write to you in").select_option("nl")
    page.get_by_label("I am 18 years old or older").check()
    press(page, "Join")
    letter = city.mail.wait_for(CAROL, "/confirm/")
    assert letter["Content-Language"] == "nl"
    page.goto(letters.link(letter, "/confirm/"))
    press(page, "Confirm")


def choose_english(page: Page) -> None:
    """Read the site in English on this device, whatever the letters are written in."""
    page.locator("details.language summary").click()
    page.locator("details.language button[value=en]").click()


def fill_profile(page: Page) -> None:
    """Carol says on which side she is, which languages she speaks, and when and where she has time."""
    page.goto("/me/profile/side")
    expect(page.get_by_role("radio", name=re.compile("new here", re.I))).to_be_checked()
    press(page, "Save and go on")
    say_language(page, 0, "pt", "native", "teaches")
    press(page, "Add a language")
    say_language(page, 1, "nl", "A1", "learns")
    press(page, "Add a language")
    say_language(page, 2, "en", "B2", None)
    press(page, "Save and go on")
    for slot in ("3", "15"):
        page.locator(f"input[name=slots][value='{slot}']").check(force=True)
    press(page, "Save and go on")
    follow(page, "Fill in your profile")
    follow(page, "Skip this")
    page.get_by_label("Centrum").check(force=True)
    press(page, "Save and go on")


def say_language(page: Page, row: int, code: str, level: str, goal: str | None) -> None:
    """Fill in one row of the languages."""
    page.locator(f"[name=rows-{row}-code]").select_option(code)
    page.locator(f"[name=rows-{row}-level][value='{level}']").check(force=True)
    if goal:
        page.locator(f"[name=rows-{row}-{goal}]").check(force=True)


def ask(page: Page) -> None:
    """Carol joins the language exchange, reads why Bob is suggested, and asks him."""
    page.goto("/programmes")
    follow(page, "Join")
    press(page, "I take part")
    page.goto("/people")
    card = page.get_by_role("article").filter(has_text="Bob")
    expect(card).to_contain_text("Bob can help you with Dutch")
    expect(card).to_contain_text("You can help Bob with Portuguese")
    follow(page, "Ask Bob")
    page.locator("[name=note]").fill("Hello! Coffee and Portuguese?")
    press(page, "Ask Bob")
    expect(page.get_by_role("main")).to_contain_text("Bob has not seen it yet")


def accept(page: Page, city: City) -> None:
    """Bob reads the letter, follows its link and says yes."""
    letter = city.mail.wait_for(BOB, "/requests/")
    sign_in(page, BOB)
    page.goto(letters.link(letter, "/requests/"))
    press(page, "Yes, let us meet")
    expect(page.get_by_role("main")).to_contain_text("You and Carol")


def agree_on_meeting(carol: Page, bob: Page, city: City) -> None:
    """Carol offers shared times and a library, Bob takes one; both get the letter with a calendar file."""
    city.mail.wait_for(CAROL, "/matches/")
    carol.goto("/people")
    carol.get_by_role("main").get_by_role("link", name="Bob").first.click()
    for choice in carol.locator("input[name=times]").all()[:3]:
        choice.check(force=True)
    library = carol.get_by_label("Library")
    if library.count():
        library.first.check(force=True)
    press(carol, "Offer these times")
    expect(carol.get_by_role("main")).to_contain_text("Waiting for Bob")
    bob.reload()
    expect(bob.get_by_role("main")).to_contain_text("Carol offers these times")
    bob.get_by_role("main").locator("form[action*='/agree/'] button").first.click()
    for somebody in (CAROL, BOB):
        letter = city.mail.wait_for(somebody, "Library")
        event = vobject.readOne(letters.attachment(letter, ".ics").decode()).vevent
        assert event.dtstart.value > datetime.now(UTC)
        assert "Library" in event.location.value


def publish_meetup(page: Page, start: datetime) -> None:
    """Alice publishes a bridging meetup with 6 + 6 places."""
    page.goto("/desk/events/new")
    page.get_by_role("main").get_by_role("link", name="Bridging meetup").click()
    page.get_by_label("Title", exact=True).fill("Soup, bread and stories")
    say_when(page, start)
    page.locator("[name=language]").select_option("nl")
    page.get_by_label("Places for newcomers", exact=True).fill("6")
    page.get_by_label("Places for locals", exact=True).fill("6")
    press(page, "Keep as a draft")
    press(page, "Publish")
    expect(page.get_by_role("main")).to_contain_text("Soup, bread and stories")


def say_when(page: Page, start: datetime) -> None:
    """Fill in a date of two hours, and the library."""
    end = start + timedelta(hours=2)
    page.locator("[name=day]").fill(f"{start:%Y-%m-%d}")
    page.locator("[name=starts]").fill(f"{start:%H:%M}")
    page.locator("[name=ends]").fill(f"{end:%H:%M}")
    if end.date() != start.date():
        page.get_by_text("It ends on another day").click()
        page.locator("[name=last_day]").fill(f"{end:%Y-%m-%d}")
    page.locator("[name=venue]").select_option(label="Library")


def join_meetup(page: Page, city: City) -> None:
    """Carol reads in Dutch that there is a meetup, follows the link and takes a place."""
    letter = city.mail.wait_for(CAROL, "/events/")
    assert letter["Content-Language"] == "nl"
    assert "Soup, bread and stories" in letters.text(letter)
    page.goto(letters.link(letter, "/events/"))
    press(page, "I'm coming")
    expect(page.get_by_role("main")).to_contain_text("Newcomers: 1 of 6")
    calendar = vobject.readOne(letters.attachment(city.mail.wait_for(CAROL, "Je hebt een plaats"), ".ics").decode())
    assert calendar.vevent.summary.value == "Soup, bread and stories"


def move_meetup(page: Page, city: City, start: datetime) -> None:
    """Alice moves it to tomorrow: Carol is told, and a day before the new time comes the reminder, and says it."""
    follow(page, "Move")
    say_when(page, start)
    press(page, "Move it and tell everyone")
    new_time = f"{start:%H:%M}"
    moved = city.mail.wait_for(CAROL, "Nieuwe tijd of plaats")
    assert new_time in letters.text(moved)
    assert vobject.readOne(letters.attachment(moved, ".ics").decode()).vevent.sequence.value == "1"
    reminder = city.mail.wait_for(CAROL, "Binnenkort", seconds=150)
    assert new_time in letters.text(reminder)


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_whole_story(city: City, browse: Open, javascript: bool) -> None:
    settle(city)
    carol, bob, alice = (browse(javascript=javascript) for _ in range(3))
    sign_up(carol, city)
    choose_english(carol)
    fill_profile(carol)
    ask(carol)
    accept(bob, city)
    agree_on_meeting(carol, bob, city)
    sign_in(alice, ALICE)
    publish_meetup(alice, evening(days=10))
    join_meetup(carol, city)
    move_meetup(alice, city, just_over_a_day())


def evening(days: int) -> datetime:
    """Return half past six in the evening on a later day, by Alice's wall clock."""
    return datetime.combine(datetime.now(AMSTERDAM).date() + timedelta(days=days), time(18, 30))


def just_over_a_day() -> datetime:
    """Return a whole minute whose reminder, a day before, is due in 20 to 80 seconds."""
    return (datetime.now(AMSTERDAM) + timedelta(days=1, seconds=80)).replace(second=0, microsecond=0, tzinfo=None)
