"""A running city, and windows that look at it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import postgres
from tests.browser.city import City, running
from tests.browser.everything import fill
from tests.people import PASSWORD

PHONE = {"width": 360, "height": 740}

#: Opens a window of one person's browser.
Open = Callable[..., Page]


@contextmanager
def new_city(folder: Path) -> Iterator[City]:
    """Run a whole Welcome on an empty database."""
    if os.environ.get("WELCOME_TEST_DATABASE") == "postgresql":
        with postgres.database("browser") as url, running(url) as city:
            yield city
    else:
        with running(f"sqlite:///{folder / 'welcome.db'}") as city:
            yield city


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """Run a whole Welcome for one test."""
    with new_city(tmp_path) as city:
        yield city


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, dict[str, str]]]:
    """Run a city with one of everything for all tests of a file; give it with the parts of its addresses."""
    with new_city(tmp_path_factory.mktemp("city")) as city:
        yield city, fill(city)


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


def come_in(page: Page, name: str) -> Page:
    """Sign somebody in."""
    page.goto("/login")
    page.locator("[name=email]").fill(f"{name}@welcome.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    return page
