"""Evenings at Alice's table, on phones, with scripts and without: a series made and moved, a family that waits.

A visitor comes with only an e-mail, a regular leaves the first-timers' place, and the door list outlives the network.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import city as letters
from tests.browser.city import City
from tests.browser.conftest import come_in
from tests.browser.seed import inside, settle
from tests.gatherings import evening, make_event
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.models import Organisation
from welcome.events import joining, service
from welcome.events.models import Occurrence
from welcome.events.plans import Terms
from welcome.events.recurrence import Repeat, Rhythm
from welcome.visits import door

pytestmark = pytest.mark.browser

DAY = timedelta(days=1)
NAMES = ("Dana", "Emil", "Fee")
Open = Callable[..., Page]


class Hand:
    """A hand on a phone, which counts what it does."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0
        self.main = page.get_by_role("main")

    def tap(self, where: Locator) -> None:
        """Tap something."""
        self.actions += 1
        where.first.click()

    def write(self, name: str, words: str) -> None:
        """Fill in or choose something."""
        self.actions += 1
        field = self.main.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(words)
        else:
            field.fill(words)


def soon(days: int) -> datetime:
    """Return half past six in the evening, some days from now, by the clock on the wall."""
    return now().replace(tzinfo=None, hour=18, minute=30, second=0, microsecond=0) + days * DAY


def gather(city: City, title: str, terms: Terms, *, capacity: int = 3, weeks: int = 1) -> list[str]:
    """Publish an event of Alice's; return the paths of its dates."""
    with inside(city), writing() as session:
        repeat = Repeat(Rhythm.WEEKLY, weeks) if weeks > 1 else None
        table = session.query(Organisation).filter_by(slug="table").one()
        said: dict[str, Any] = {"organisation_id": table.id, "title": title, "capacity": capacity, "repeat": repeat}
        event = make_event(session, now(), when=evening(soon(9)), **said)
        service.change_terms(session, event.id, terms, now=now())
        return [f"/events/{event.public_id}?on={date.public_id}" for date in event.occurrences]


def people(city: City) -> None:
    """Let some people have accounts."""
    with inside(city), writing() as session:
        for name in NAMES:
            make_member(session, name)


def press(page: Page, name: str) -> None:
    """Press the button of that name, and wait for the answer, also where no new page comes."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
    expect(page.locator("form[aria-busy=true]")).to_have_count(0)


def choose(page: Page, name: str, value: str) -> None:
    """Choose one of several."""
    page.get_by_role("main").locator(f"[name={name}][value='{value}']").first.check(force=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_evenings(city: City, browse: Open, javascript: bool) -> None:
    settle(city)
    people(city)
    _make_a_series(come_in(browse(javascript=javascript), "alice"))
    _wait_as_a_family(city, browse, javascript)
    _come_with_an_address(city, browse(javascript=javascript))
    _leave_the_place_of_first_timers(city, browse, javascript)


def _make_a_series(page: Page) -> None:
    """In fewer than twelve actions Alice publishes a series on her phone and moves one of its dates."""
    page.goto("/desk/events")
    hand = Hand(page)
    hand.tap(hand.main.get_by_role("link", name="Language table"))
    hand.write("day", f"{soon(9):%Y-%m-%d}")
    hand.write("language", "nl")
    hand.write("place_note", "Quay 1, the blue door")
    hand.tap(hand.main.get_by_role("button", name="Publish it now"))
    expect(hand.main.get_by_text(re.compile(r"Every week on \w+, 19:00, 8 times"))).to_be_visible()
    expect(hand.main.get_by_role("heading", name="8 dates")).to_be_visible()
    hand.tap(hand.main.get_by_role("link", name="Move").nth(2))
    hand.write("day", f"{soon(24):%Y-%m-%d}")
    hand.tap(hand.main.get_by_role("button", name="Move it and tell everyone"))
    expect(page.get_by_text("It is moved, and everyone who wanted to come is told.")).to_be_visible()
    assert hand.actions < 12


def _wait_as_a_family(city: City, browse: Open, javascript: bool) -> None:
    """Two grown-ups and a child wait, are promoted, and confirm by the letter's link without signing in."""
    (path,) = gather(city, "Soup for all", Terms(hold_hours=24))
    bob = come_in(browse(javascript=javascript), "bob")
    bob.goto(path)
    choose(bob, "adults", "2")
    press(bob, "I'm coming")
    family = come_in(browse(javascript=javascript), "dana")
    family.goto(path)
    choose(family, "adults", "2")
    choose(family, "children", "1")
    press(family, "I'm coming")
    expect(family.get_by_text("You are number 1 on the waiting list.")).to_be_visible()
    press(bob, "I cannot come")
    letter = city.mail.wait_for("dana@welcome.example", "/guests/")
    phone = browse(javascript=javascript)
    phone.goto(letters.link(letter, "/guests/"))
    expect(phone.get_by_text("A place has become free for you.")).to_be_visible()
    press(phone, "I'm coming")
    expect(phone.get_by_text("You have a place.").first).to_be_visible()
    family.reload()
    expect(family.get_by_text("You are coming, with 2 others.").first).to_be_visible()


def _come_with_an_address(city: City, page: Page) -> None:
    """A visitor without an account joins with an e-mail address and cancels by the link."""
    (path,) = gather(city, "A walk by the water", Terms())
    page.goto(path)
    page.get_by_role("link", name="Come with only an e-mail").click()
    page.locator("[name=first_name]").fill("Gil")
    page.locator("[name=email]").fill("gil@guests.example")
    press(page, "Write to me")
    page.goto(letters.link(city.mail.wait_for("gil@guests.example", "/guests/"), "/guests/"))
    press(page, "I'm coming")
    expect(page.get_by_text("You have a place.").first).to_be_visible()
    press(page, "I cannot come")
    expect(page.get_by_text("You are not on the list any more.")).to_be_visible()


def _leave_the_place_of_first_timers(city: City, browse: Open, javascript: bool) -> None:
    """Of the last two places one is for somebody new: the second regular waits, and a first-timer comes in."""
    first, second = gather(city, "Dutch for beginners", Terms(first_timer_places=1), capacity=2, weeks=2)
    pages = [come_in(browse(javascript=javascript), name) for name in ("dana", "emil", "fee")]
    for page, path, words in (
        (pages[0], first, "You are coming."),
        (pages[1], first, "You are coming."),
        (pages[0], second, "You are coming."),
        (pages[1], second, "You are number 1 on the waiting list."),
        (pages[2], second, "You are coming."),
    ):
        page.goto(path)
        page.get_by_role("main").locator("form button.primary, form [type=submit]").first.click()
        expect(page.get_by_text(words).first).to_be_visible()


def test_the_door_list_outlives_the_network(city: City, browse: Open) -> None:
    """Ticks are kept on the phone while there is no network, sent once it is back, and nothing stays behind."""
    settle(city)
    people(city)
    gather(city, "Soup for all", Terms(), capacity=9)
    with inside(city), writing() as session:
        date = session.query(Occurrence).one()
        for name in NAMES:
            member = session.query(Member).filter_by(first_name=name).one()
            joining.join(session, date.id, member.id, party=2 if name == "Fee" else 1, now=now())
        link = f"/door/{door.open_door(session, date.id, member.id, now=now())}"
        date_id = date.id
    page, other = browse(), browse(javascript=False)
    for window in (page, other):
        window.goto(link)
    expect(page.get_by_text("0 people are here.")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Dana is here").click()
    page.get_by_role("button", name="2", exact=True).click()
    page.get_by_role("button", name="One more: New here").click()
    expect(page.get_by_text("4 people are here.")).to_be_visible()
    expect(page.get_by_text("Not sent yet: 3.")).to_be_visible()
    other.get_by_role("button", name="Emil is here").click()
    expect(other.get_by_text("1 person is here.")).to_be_visible()
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("5 people are here.")).to_be_visible()
    expect(page.get_by_text("Not sent yet")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0
    with inside(city):
        listed = door.door_list(db.session(), date_id)
    assert {row.name: row.here for row in listed.rows} == {"Dana": 1, "Emil": 1, "Fee": 2}
    assert listed.walk_ins == {"newcomer": 1, "local": 0, "": 0}
