"""Every page about events on a narrow phone: no accessibility fault, no sideways scroll, light, no need of scripts."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.checks import HEAVIEST_KB, MOST_REQUESTS, faults, watched_load
from tests.browser.city import City
from tests.browser.conftest import Open, come_in
from tests.browser.seed import inside
from tests.gatherings import evening, make_bridge, make_event, make_guest, make_organisation, make_venue
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.clock import now
from welcome.database import writing
from welcome.events import joining
from welcome.events.plans import Place
from welcome.events.recurrence import Repeat, Rhythm
from welcome.profiles.models import Side

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def city(standing_city: City) -> City:
    """Let all tests of this file look at one city: none leaves anything behind that another minds."""
    return standing_city


@pytest.fixture(scope="module")
def addresses(city: City) -> dict[str, str]:
    """Fill the city with a meetup that has guests, a series, and Alice who organises them."""
    start = now().replace(tzinfo=None, hour=18, minute=30, second=0, microsecond=0) + timedelta(days=9)
    with inside(city), writing() as session:
        organisation, venue = make_organisation(session, now()), make_venue(session)
        more: dict[str, Any] = {"when": evening(start), "place": Place(venue.id, "The blue door")}
        meetup = make_bridge(session, now(), 6, 6, about="# Soup\n- bring a *spoon*", children_welcome=True, **more)
        series = make_event(session, now(), title="نزهة في الحديقة", repeat=Repeat(Rhythm.WEEKLY, 12), **more)
        draft = make_event(session, now(), is_published=False, **more)
        for name, side in (("Carol", Side.NEWCOMER), ("Bob", Side.LOCAL), ("Alice", Side.LOCAL)):
            guest = make_guest(session, name, side, now())
            joining.join(session, meetup.occurrences[0].id, guest.id, now=now())
        grant(session, guest.id, Role.ORGANISER, scope_id=organisation.id, now=now())
        date = meetup.occurrences[0].public_id
        return {
            "list": "/events",
            "nothing": "/events?language=xx",
            "search": "/events?q=zz&when=weekend&level=2&language=nl&places=local&speaks=nl-2",
            "guest": f"/events/dates/{date}/guest",
            "meetup": f"/events/{meetup.public_id}",
            "series": f"/events/{series.public_id}",
            "desk": "/desk/events",
            "new": "/desk/events/new?template=bridge",
            "import": "/desk/events/import",
            "draft": f"/desk/events/{draft.public_id}",
            "edit": f"/desk/events/{meetup.public_id}/edit",
            "move": f"/desk/dates/{date}/move",
            "move series": f"/desk/dates/{series.occurrences[1].public_id}/move",
            "edit series": f"/desk/dates/{series.occurrences[1].public_id}/edit",
            "add date": f"/desk/events/{series.public_id}/dates/new",
            "calendar": "/me/calendar",
            "cancel": f"/desk/dates/{date}/cancel",
            "guests": f"/desk/dates/{date}/guests",
        }


def test_visitors_pages_are_accessible_and_light(browse: Open, addresses: dict[str, str]) -> None:
    for locale, dark in (("en", False), ("ar", True)):
        page = browse(locale, dark=dark)
        for name in ("list", "nothing", "search", "guest", "meetup", "series"):
            with watched_load(page) as load:
                page.goto(addresses[name])
            assert load.kilobytes <= HEAVIEST_KB
            assert len(load.sizes) <= MOST_REQUESTS
            assert {name: faults(page)} == {name: []}


def test_the_desk_is_accessible_also_when_something_is_wrong(browse: Open, addresses: dict[str, str]) -> None:
    page = come_in(browse(dark=True), "alice")
    for name, address in addresses.items():
        page.goto(address)
        assert {name: faults(page)} == {name: []}
    page.goto(addresses["new"])
    page.locator("[name=title]").fill("")
    page.locator("[name=cost][value=paid]").check(force=True)
    page.locator("[name=price]").fill("cheap")
    page.get_by_role("button", name="Keep as a draft").click()
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Please give it a title.")
    expect(summary).to_contain_text("Please write the price as an amount")
    expect(page.locator("[name=price]")).to_have_value("cheap")
    assert faults(page) == []


def test_menus_work_without_scripts_and_filters_add_up(browse: Open, addresses: dict[str, str]) -> None:
    page = browse(javascript=False)
    page.goto(addresses["series"])
    page.get_by_text("Add to calendar").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Calendar file (.ics)").click()
    assert "BEGIN:VTIMEZONE" in download.value.path().read_text("utf-8")
    page.get_by_text("Share", exact=True).click()
    expect(page.get_by_role("link", name="WhatsApp")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the link")).to_be_hidden()
    page = browse()
    page.goto(addresses["list"])
    page.get_by_role("link", name="Children welcome").click()
    page.wait_for_url("**children=y**")
    page.locator("[name=language]").select_option("nl")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**language=nl**")
    assert "children=y" in page.url
    expect(page.get_by_role("article")).to_have_count(1)
