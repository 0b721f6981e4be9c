"""Words stay words: on every page, in every letter and calendar, whoever wrote them and whatever they look like."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import vobject
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from playwright.sync_api import Browser, Route

from tests.authz import Reader, build
from tests.conftest import TODAY
from tests.gatherings import START, evening
from tests.letterbox import carry
from tests.nonsense import Fuzz
from tests.web.test_bad_input import begin_everything
from welcome.accounts.models import Member
from welcome.conversations.models import Message
from welcome.conversations.service import send_message
from welcome.database import Base, db, writing
from welcome.directory.models import Area, Organisation, Venue
from welcome.events import page as page_of_event
from welcome.events import service
from welcome.events.models import Event, Occurrence
from welcome.events.plans import Place
from welcome.moderation.models import Report
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.requests import Request
from welcome.post.models import PausedAddress
from welcome.profiles.models import Profile

SHORT = "\"'><xss xss=1 onerror=alert(1)>{{7*1337}}"
LONG = (
    f"{SHORT}</textarea></title></script></style><xss><script>alert(1)</script><svg onload=alert(1)>"
    "\n\n[a](javascript:alert(1)) [b](data:text/html,<script>alert(1)</script>) ![c](https://evil.example/xss.png)"
    "\n<javascript:alert(1)> <img src=x onerror=alert(1)> [d]: javascript:alert(1)\n[e][d] --> ]]> &lt;xss&gt;"
    "\r\nBcc: x@evil.example"
)
#: Everything that somebody writes and others read.
WORDS: dict[type[Base], tuple[str, ...]] = {
    Member: ("first_name",),
    Profile: ("about",),
    Area: ("name",),
    Organisation: ("name", "about"),
    Venue: ("name", "address"),
    Programme: ("name", "about"),
    Request: ("note",),
    Message: ("body",),
    Event: ("title", "about", "cost_note"),
    Occurrence: ("place_note", "cancel_reason"),
    Report: ("words", "reason"),
}
#: A calendar that is taken over may say this; an organisation's own website is checked when it is written.
LINKS: dict[type[Base], str] = {Event: "source_url"}


class Watch(HTMLParser):
    """Read a page as browsers do and note what words have become."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element or attribute that no template of ours holds."""
        names = {name for name, _ in attrs}
        if tag == "xss" or "xss" in names or any(name.startswith("on") for name in names):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            leads = "".join((value or "").split()).lower()
            if name in {"href", "src", "action", "formaction"} and leads.startswith(("javascript:", "data:text")):
                self.found.append(f"{name}={value}")
            if name == "src" and "evil.example" in leads:
                self.found.append(f"{name}={value}")


def write_words(session: Any) -> None:
    """Put the payloads into every text."""
    for table, names in WORDS.items():
        for name in names:
            column = table.__table__.c[name]
            length = getattr(column.type, "length", None)
            session.execute(sa.update(table).values({name: LONG if length is None else SHORT[:length]}))
    for table, name in LINKS.items():
        session.execute(sa.update(table).values({name: "javascript:alert(1)"}))


@pytest.fixture
def hostile(app: Flask, client: FlaskClient, today: datetime, monkeypatch: pytest.MonkeyPatch) -> Fuzz:
    """Give a world in which everything that was ever written is an attack."""
    with writing() as session:
        world = build(session)
        me = session.get_one(Member, world.readers[Reader.PARTICIPANT])
        begin_everything(session, me)
        for match in session.scalars(sa.select(Match).where(Match.thread_id.is_not(None))):
            assert match.thread is not None
            send_message(session, match.thread.public_id, match.one_id, "Hello", now=today)
            send_message(session, match.thread.public_id, match.other_id, "Hello", now=today)
        session.flush()
        write_words(session)
        session.expire_all()
        going = session.scalars(sa.select(Occurrence.id).where(Occurrence.status == "published")).all()
        service.move_occurrence(session, going[0], evening(START + timedelta(days=1)), Place(None, SHORT), now=today)
        service.cancel_occurrence(session, going[-1], reason=SHORT, now=today)
    return Fuzz(app, client, world)


def injected(fuzz: Fuzz) -> Iterator[str]:
    """Name each page and letter on which a word became more than a word."""
    shown = 0
    for reader in (Reader.VISITOR, Reader.MEMBER, Reader.PARTICIPANT):
        for path, page, _ in fuzz.pages(reader, most=3):
            shown += "&lt;xss" in page
            yield from (f"{path}: {what}" for what in Watch(page).found)
            if "9359" in page:
                yield f"{path}: a template was run"
    assert shown > 25, shown


def test_no_page_runs_what_people_write(hostile: Fuzz) -> None:
    found = list(injected(hostile))
    assert not found, found
    assert hostile.faults == []


def test_markdown_that_is_not_cleaned_is_noticed(hostile: Fuzz, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of_event, "to_html", Markup)
    assert list(injected(hostile))


def test_no_letter_runs_or_sends_what_people_write(hostile: Fuzz) -> None:
    with writing() as session:
        session.execute(sa.delete(PausedAddress))  # else hardly a letter would leave
    letters = carry(hostile.app, at=TODAY + timedelta(hours=1))
    assert len({letter["Subject"] for letter in letters}) > 5
    addresses = set(db.session.scalars(sa.select(Member.email)))
    for letter in letters:
        assert letter["To"] in addresses and "\n" not in letter["Subject"]
        names = [name.lower() for name in letter]
        assert not {"bcc", "cc"} & set(names) and names.count("to") == names.count("subject") == 1
        html = letter.get_body(("html",))
        assert html is not None
        assert not Watch(html.get_content()).found, html.get_content()


def test_calendars_say_what_was_written(client: FlaskClient, app: Flask, hostile: Fuzz) -> None:
    title, place = 'Soup; stories, and\nATTENDEE:mailto:x@evil.example\\n "bread"', "Quay 1; floor\r\n\tEND:VEVENT"
    with writing() as session:
        session.execute(sa.update(Event).values(title=title, about=LONG))
        session.execute(sa.update(Occurrence).values(place_note=place, venue_id=None))
        public_ids = session.scalars(sa.select(Event.public_id).where(Event.status == "published")).all()
    for public_id in public_ids:
        answer = client.get(f"/events/{public_id}/calendar.ics")
        assert answer.status_code == 200, answer.text
        calendar = vobject.readOne(answer.text)
        for entry in calendar.vevent_list:
            assert entry.summary.value == title
            assert entry.location.value.replace("\r\n", "\n") == place.replace("\r\n", "\n")
            assert "attendee" not in entry.contents


@pytest.mark.browser
def test_no_browser_runs_what_people_write(
    hostile: Fuzz,
    chromium: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths = [path for path, page, _ in hostile.pages(Reader.PARTICIPANT, most=1) if "&lt;xss" in page]
    assert len(paths) > 15
    heard: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://localhost")
        if not route.request.url.startswith("http://localhost/") or "logout" in path:
            heard.append(f"asked for {route.request.url}")
            route.abort()
            return
        if path.startswith("/static/"):
            route.fulfill(path=Path("welcome") / path.removeprefix("/").partition("?")[0])
            return
        sent = hostile.send(Reader.PARTICIPANT, "GET", path)
        route.fulfill(status=sent.status_code, headers=dict(sent.headers), body=sent.data)

    page = chromium.new_context(service_workers="block").new_page()  # a worker's own requests pass by the route
    page.route("**/*", answer)
    page.on("dialog", lambda dialog: (heard.append(f"dialog on {page.url}"), dialog.dismiss()))
    page.on("console", lambda line: heard.append(line.text) if "Content Security" in line.text else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    for path in paths:
        page.goto(f"http://localhost{path}", wait_until="domcontentloaded")
    assert not heard, heard
    monkeypatch.setattr(page_of_event, "to_html", Markup)
    page.goto(f"http://localhost/events/{hostile.world.things['event']}")
    page.close()
    assert heard, "an attack that is let through must be heard"
