"""What other sites, feed readers and search engines take from here."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import make_event, make_organisation
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.database import writing
from welcome.directory import service
from welcome.directory.models import Kind, Venue
from welcome.directory.opportunities import Chance, add_opportunity
from welcome.directory.service import Listing, Place
from welcome.events.plans import Place as Where
from welcome.headers import HEADERS

pytestmark = pytest.mark.usefixtures("today")
SPACE = {"a": "http://www.w3.org/2005/Atom", "s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(autouse=True)
def city(app: object, today: object) -> None:
    with writing() as session:
        make_member(session, "Alice")
        farm = service.add_organisation(session, Listing("City Farm & Co", "Goats <b>", themes=["family"]), now=TODAY)
        add_opportunity(session, farm, Chance(Kind.VOLUNTEERING, "Feed goats"), now=TODAY)
        barn = service.save_venue(session, Venue(), Place("Barn", "Path 1"))
        table = make_organisation(session, TODAY)
        make_event(session, TODAY, organisation_id=table.id, title="Soup & stories", place=Where(barn.id, ""))
        make_event(session, TODAY, organisation_id=table.id, title="Secret draft", is_published=False)


def test_every_page_of_the_map_can_be_read_and_nothing_else_is_in_it(client: FlaskClient) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    found = [loc.text or "" for loc in fromstring(answer.data).findall("s:url/s:loc", SPACE)]  # noqa: S314 (our own)
    paths = [re.sub(r"^https?://[^/]+", "", url) for url in found]
    assert len(found) == len(paths) == 18 and all(url.startswith("http") for url in found)
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200 and 'name="robots" content="noindex"' not in page.text, path
    robots = client.get("/robots.txt").text
    assert found[0].rstrip("/") + "/sitemap.xml" in robots
    assert not any(path.startswith(tuple(re.findall(r"Disallow: (\S+)", robots))) for path in paths)


@pytest.mark.parametrize(("path", "page"), [("/events.atom", "/events"), ("/guide.atom", "/guide")])
def test_feeds_are_found_and_say_what_is_new(client: FlaskClient, path: str, page: str) -> None:
    assert f'href="{path}"' in client.get(page).text
    answer = client.get(path)
    assert answer.mimetype == "application/atom+xml"
    root = fromstring(answer.data)  # noqa: S314 (our own)
    titles = [title.text for title in root.findall("a:entry/a:title", SPACE)]
    guide = ["City Farm & Co", "Feed goats", "Table of the World"]
    assert sorted(map(str, titles)) == (["Soup & stories"] if page == "/events" else guide)
    assert fromstring(client.get(f"{path}?q=nothing").data) is not None  # noqa: S314 (our own)


@pytest.mark.parametrize("path", ["/events.rss", "/guide.rss"])
def test_feeds_are_there_in_the_older_form_too(client: FlaskClient, path: str) -> None:
    assert f'href="{path}"' in client.get(path.removesuffix(".rss")).text
    answer = client.get(path)
    assert answer.mimetype == "application/rss+xml"
    channel = fromstring(answer.data).find("channel")  # noqa: S314 (our own)
    assert channel is not None and all(channel.findtext(name) for name in ("title", "link", "description"))
    newer = fromstring(client.get(path.replace(".rss", ".atom")).data)  # noqa: S314 (our own)
    links = [link.get("href") for link in newer.findall("a:entry/a:link", SPACE)]
    assert links and [item.findtext("guid") for item in channel.findall("item")] == links
    assert all(parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo for item in channel.findall("item"))


def test_an_event_tells_search_engines_and_chats_what_it_is(client: FlaskClient) -> None:
    found = re.search(r'href="(/events/[^"]+[?]on=[^"]+)"', client.get("/events").text)
    assert found
    page = client.get(found[1]).text
    data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (data["@context"], data["@type"]) == ("https://schema.org", "Event")
    starts, ends = (datetime.fromisoformat(data[name]) for name in ("startDate", "endDate"))
    assert starts.tzinfo and starts < ends
    assert data["location"]["name"] and data["organizer"]["name"] and data["url"].startswith("http")
    said = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]+)"', page))
    assert {"title", "type", "url", "image", "description"} <= said.keys()
    with client.get(re.sub(r"^https?://[^/]+", "", said["image"])) as image:
        assert image.status_code == 200 and image.mimetype.startswith("image/")


@pytest.mark.parametrize("path", ["/embed/events", "/embed/guide"])
def test_only_frames_may_be_framed(client: FlaskClient, path: str) -> None:
    framed = client.get(path)
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers and "Set-Cookie" not in framed.headers
    assert "<script" not in framed.text and "<form" not in framed.text
    for other in ("/embed", "/events", "/guide", "/login", "/nowhere"):
        headers = client.get(other).headers
        assert headers["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert HEADERS["X-Frame-Options"] == "DENY"


def test_a_frame_is_the_same_for_everybody_and_speaks_the_language_it_is_asked_for(
    client: FlaskClient, carol: Member, sign_in: Callable[[Member], FlaskClient]
) -> None:
    before = client.get("/embed/events?lang=ar").text
    assert 'lang="ar" dir="rtl"' in before and "Soup &amp; stories" in before
    assert sign_in(carol).get("/embed/events?lang=ar").text == before
    assert 'lang="en"' in client.get("/embed/guide?lang=xx").text
    assert "Feed goats" not in client.get("/embed/guide?theme=family").text


def test_the_snippet_shows_what_was_chosen_and_stays_text(client: FlaskClient) -> None:
    page = client.get('/embed?what=guide&theme=family&lang=nl&q="><script>').text
    assert "&lt;iframe src=&#34;" in page and "<iframe" not in page and '"><script>' not in page
    assert "/embed/guide?q=" in page and "theme=family" in page and "lang=nl" in page


def test_pages_of_the_guide_tell_chats_what_they_are(client: FlaskClient) -> None:
    page = client.get("/guide/city-farm-co").text
    assert 'property="og:title" content="City Farm &amp; Co"' in page and 'property="og:url" content="http' in page
