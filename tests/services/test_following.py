"""Calendars that are followed by their address: changes arrive, faults call nothing off, and organisers see both."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event as Sign

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import make_guest, make_organisation
from tests.internet import Server, always, internet
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.calendars.jobs import follow_calendars
from welcome.calendars.models import CalendarSubscription
from welcome.calendars.subscriptions import subscribe
from welcome.database import db, writing
from welcome.events import joining
from welcome.events.models import Event, Occurrence
from welcome.post.models import Notice

ADDRESS = "http://club.example/calendar.ics"
TABLE = "UID:table@club\nDTSTART;TZID=Europe/Berlin:20270301T190000\nRRULE:FREQ=WEEKLY;COUNT=2\nSUMMARY:Table"
FAIR = "UID:fair@club\nDTSTART;TZID=Europe/Berlin:20270501T100000\nDURATION:PT7H\nSUMMARY:Fair"
MOVED = (
    "UID:table@club\nRECURRENCE-ID;TZID=Europe/Berlin:20270308T190000\n"
    "DTSTART;TZID=Europe/Berlin:20270309T200000\nSUMMARY:Table"
)
BROKEN = "UID:fair@club\nSUMMARY:Fair"
HOUR = timedelta(hours=1)

Serve = Callable[[Server], list[str]]
SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with internet(monkeypatch) as serve:
        yield serve


@pytest.fixture
def organisation_id(app: Flask, alice: Member) -> int:
    with writing() as session:
        organisation_id = make_organisation(session, TODAY).id
        grant(session, alice.id, Role.ORGANISER, scope_id=organisation_id, now=TODAY)
        subscribe(session, organisation_id, ADDRESS, by=alice.id, now=TODAY)
    return organisation_id


def calendar(*events: str) -> str:
    blocks = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{blocks}END:VCALENDAR\n"


def ok(body: str, more: str = "") -> str:
    return f"HTTP/1.1 200 OK\r\n{more}Content-Length: {len(body)}\r\n\r\n{body}"


def ask(now: datetime) -> CalendarSubscription:
    follow_calendars(lambda: now, Sign(), agent="Welcome (test)", zone="Europe/Amsterdam")
    db.session.rollback()
    return db.session.scalars(sa.select(CalendarSubscription)).one()


def states() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = sa.select(Event.title, Occurrence.wall_start, Occurrence.status, Occurrence.sequence).join(Occurrence.event)
    for title, start, status, sequence in db.session.execute(rows.order_by(Occurrence.starts_at)):
        found.setdefault(title, []).append(f"{start[5:16]} {status} {sequence}")
    db.session.rollback()
    return found


def test_what_is_changed_there_changes_here(organisation_id: int, serve: Serve) -> None:
    asked = serve(always(ok(calendar(TABLE, FAIR), 'ETag: "1"\r\n')))
    kept = ask(TODAY)
    assert (kept.failure, kept.succeeded_at, kept.due_at) == (None, TODAY, TODAY + HOUR)
    assert kept.result == {"added": 2, "changed": 0, "unchanged": 0, "gone": 0, "dates": 3} | {
        "left_out": [],
        "left_out_in_all": 0,
    }
    assert states() == {
        "Table": ["03-01T19:00 published 0", "03-08T19:00 published 0"],
        "Fair": ["05-01T10:00 published 0"],
    }
    with writing() as session:
        bob = make_guest(session, "Bob", None, TODAY)
        fair = session.scalars(sa.select(Occurrence).join(Occurrence.event).where(Event.title == "Fair")).one()
        joining.join(session, fair.id, bob.id, now=TODAY)
    serve(always(ok(calendar(TABLE.replace("SUMMARY:Table", "SUMMARY:Tables"), MOVED))))
    assert ask(TODAY + HOUR).result["gone"] == 1
    assert states() == {
        "Tables": ["03-01T19:00 published 1", "03-09T20:00 published 2"],
        "Fair": ["05-01T10:00 cancelled 1"],
    }
    kinds = set(db.session.scalars(sa.select(Notice.kind).where(Notice.member_id == bob.id, Notice.done_at.is_(None))))
    assert "event_cancelled" in kinds
    serve(always(ok(calendar(TABLE, FAIR))))
    ask(TODAY + 2 * HOUR)
    assert states()["Fair"] == ["05-01T10:00 published 2"]
    assert len(asked) == 1
    assert "User-Agent: Welcome (test)" in asked[0]


def test_nothing_new_writes_nothing(organisation_id: int, serve: Serve) -> None:
    serve(always(ok(calendar(TABLE), 'ETag: "1"\r\n')))
    ask(TODAY)
    asked = serve(always("HTTP/1.1 304 Not Modified\r\n\r\n"))
    assert ask(TODAY + HOUR).read_at == TODAY
    assert 'If-None-Match: "1"' in asked[0]
    serve(always(ok(calendar(TABLE))))
    assert ask(TODAY + 2 * HOUR).read_at == TODAY
    assert ask(TODAY + 30 * HOUR).read_at == TODAY + 30 * HOUR  # a series reaches a year ahead of each day
    assert states() == {"Table": ["03-01T19:00 published 0", "03-08T19:00 published 0"]}


FAULTS = {
    "an error page": ("HTTP/1.1 500 Oops\r\n\r\n", "AnsweredNo"),
    "a page": (ok("<html>We are moving</html>"), "CalendarBroken"),
    "half a file": (ok(calendar(TABLE)[:-20]), "CalendarBroken"),
    "cut off": (ok(calendar(TABLE)).replace("Content-Length: ", "Content-Length: 9"), "NoAnswer"),
    "an empty calendar": (ok(calendar()), "CalendarEmpty"),
    "every second": (ok(calendar(TABLE.replace("WEEKLY;COUNT=2", "SECONDLY"))), "CalendarHostile"),
    "an entry that cannot be read": (ok(calendar(TABLE, BROKEN)), None),
    "an entry without a name": (ok(calendar(TABLE, "DTSTART:20270101T100000")), None),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_not_whole_calls_nothing_off(organisation_id: int, serve: Serve, name: str) -> None:
    serve(always(ok(calendar(TABLE, FAIR))))
    ask(TODAY)
    before = states()
    said, failure = FAULTS[name]
    serve(always(said))
    kept = ask(TODAY + HOUR)
    assert (states(), kept.failure) == (before, failure)
    assert kept.succeeded_at == (TODAY + HOUR if failure is None else TODAY)


def test_it_waits_longer_each_time_and_recovers(organisation_id: int, serve: Serve) -> None:
    serve(always("HTTP/1.1 500 Oops\r\n\r\n"))
    now, waits = TODAY, []
    for _time in range(7):
        kept = ask(now)
        waits.append((kept.due_at - now) / HOUR)
        now = kept.due_at
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    serve(always(ok(calendar(TABLE))))
    kept = ask(now)
    assert (kept.due_at - now, kept.attempts, kept.failure) == (HOUR, 0, None)


def test_two_calendars_do_not_quarrel_about_an_event(organisation_id: int, alice: Member, serve: Serve) -> None:
    serve(always(ok(calendar(TABLE))))
    ask(TODAY)
    with writing() as session:
        subscribe(session, organisation_id, "http://club.example/all.ics", by=alice.id, now=TODAY)
    serve(always(ok(calendar(TABLE.replace("190000", "170000"), FAIR))))
    follow_calendars(lambda: TODAY, Sign(), agent="", zone="Europe/Amsterdam")
    assert states()["Table"][0] == "03-01T19:00 published 0"
    assert set(states()) == {"Table", "Fair"}


@pytest.mark.usefixtures("today")
def test_organisers_see_what_came_and_what_did_not(
    organisation_id: int, sign_in: SignIn, alice: Member, serve: Serve
) -> None:
    desk = sign_in(alice)
    answer = desk.post("/desk/calendars", data={"address": "http://127.0.0.1/calendar.ics"})
    assert answer.status_code == 303  # what a name leads to is looked at when we ask
    for address, sentence in (
        ("ftp://club.example/", "This is not a web address"),
        ("http://club.example:22/", "leads to a machine that is not public"),
        (f" {ADDRESS} ", "You follow this calendar already"),
    ):
        answer = desk.post("/desk/calendars", data={"address": address})
        assert (answer.status_code, sentence in answer.text) == (422, True)
    serve(always(ok(calendar(TABLE, BROKEN))))
    ask_all = follow_calendars(lambda: TODAY, Sign(), agent="", zone="Europe/Amsterdam")
    assert ask_all == 2
    page = desk.get("/desk/events/import").text
    assert "1 events are new" in page
    assert "Line 9 (fair@club): The entry has no start (DTSTART)." in page
    serve(always("HTTP/1.1 404 Not Found\r\n\r\n"))
    first = re.findall(r'action="(/desk/calendars/[^/]+/ask)"', page)[0]
    assert desk.post(first).status_code == 303
    follow_calendars(lambda: TODAY, Sign(), agent="", zone="Europe/Amsterdam")
    page = desk.get("/desk/events/import").text
    assert "The other computer answers with an error (404)." in page
    assert "It last worked on" in page
    assert desk.post(first.replace("/ask", "/stop")).status_code == 303
    assert len(db.session.scalars(sa.select(CalendarSubscription)).all()) == 1
    assert "Table" in states()
