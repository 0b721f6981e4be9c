"""A running city, and windows that look at it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.city import City, running
from tests.browser.everything import fill
from tests.conftest import MakeDatabase
from tests.people import PASSWORD

PHONE = {"width": 360, "height": 740}

#: Opens a window of one person's browser.
Open = Callable[..., Page]


@pytest.fixture
def city(make_database: MakeDatabase) -> Iterator[City]:
    """Run a whole Welcome for one test."""
    with make_database("city") as url, running(url) as city:
        yield city


@pytest.fixture(scope="module")
def standing_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Run a whole Welcome for all tests of a file; on SQLite, as what they look at is the same on both databases."""
    with running(f"sqlite:///{tmp_path_factory.mktemp('city') / 'welcome.db'}") as city:
        yield city


@pytest.fixture(scope="module")
def whole_city(standing_city: City) -> tuple[City, dict[str, str]]:
    """Run a city with one of everything for all tests of a file; give it with the parts of its addresses."""
    return standing_city, fill(standing_city)


@pytest.fixture
def browse(chromium: Browser, city: City) -> Iterator[Open]:
    """Open pages, each in a browser of its own (its own cookies), and close them all at the end."""
    with closing_windows(chromium, city) as browse:
        yield browse


@contextmanager
def closing_windows(chromium: Browser, city: City) -> Iterator[Open]:
    """Give a way to open windows that look at a city."""
    contexts: list[BrowserContext] = []

    def browse(locale: str = "en", *, javascript: bool = True, dark: bool = False) -> Page:
        context = chromium.new_context(
            base_url=city.url,
            locale=locale,
            java_script_enabled=javascript,
            viewport=PHONE,
            color_scheme="dark" if dark else "light",
            timezone_id="Europe/Amsterdam",
        )
        contexts.append(context)
        return context.new_page()

    yield browse
    for context in contexts:
        context.close()


def come_in(page: Page, name: str, *, stays: bool = False) -> Page:
    """Sign somebody in."""
    page.goto("/login")
    page.locator("[name=remember]").set_checked(stays)
    page.locator("[name=email]").fill(f"{name}@welcome.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    return page
