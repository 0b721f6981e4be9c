"""Chromium and a running city for it to look at."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import postgres
from tests.browser.city import City, running
from tests.machine import find_chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 360, "height": 740}

#: Opens a window of one person's browser.
Open = Callable[..., Page]


@pytest.fixture
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Run a whole Welcome on an empty database."""
    if os.environ.get("WELCOME_TEST_DATABASE") == "postgresql":
        with postgres.database("browser") as url, running(url) as city:
            yield city
    else:
        with running(f"sqlite:///{tmp_path_factory.mktemp('city') / 'welcome.db'}") as city:
            yield city


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once."""
    found: Path | None = find_chromium()
    if found is None:
        pytest.skip("There is no Chromium on this machine.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Browser, city: City) -> Iterator[Open]:
    """Open pages, each in a browser of its own (its own cookies), and close them all at the end."""
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
