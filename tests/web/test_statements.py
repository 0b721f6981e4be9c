"""A page asks the database as often for many rows as for a few."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests import town
from tests.gatherings import evening, make_bridge, make_event, make_guest, make_organisation
from tests.people import make_member
from tests.sessions import come_in, key_of
from welcome.accounts.models import Member, Role
from welcome.accounts.service import block, grant
from welcome.conversations.service import send_message
from welcome.conversations.threads import open_thread
from welcome.database import db, writing
from welcome.directory.models import Area, Organisation, Venue
from welcome.events import finding, joining
from welcome.events.answers import companions
from welcome.events.answers.models import Greeting
from welcome.events.models import Event, Occurrence
from welcome.events.plans import Manner, Place
from welcome.pairings import requests
from welcome.profiles.models import Side

PAGES = (
    *("/", "/people", "/events", "/conversations", "/guide", "/programmes", "/me", "/me/export"),
    *("/desk/events", "/desk/organisations", "/desk/programmes", "/desk/reports"),
)
MOST = 65  # taking one's data along asks each table that is about members, and names what it points to
MOST_FOR_EVENTS = 8
#: The pages that everybody looks at most: who they are, what is next for them, whom they could meet.
MOST_FOR_DAILY = {"/": 24, "/people": 16}
#: Each notice looks anew at what it tells, as a letter does; the page shows thirty at most.
MOST_FOR_NOTICES = 30 * 4


@contextmanager
def counting() -> Iterator[list[str]]:
    """Note every statement that is sent."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def add_rows(session: Session, me: Member, wave: int, now: datetime) -> None:
    """Add a few of everything: people who write, ask and come, organisations, events and places."""
    area = session.scalars(sa.select(Area)).first()
    people = []
    for number in range(4):
        person = make_member(session, f"P{wave}x{number}")
        session.flush()
        town.settle(session, person, Side.LOCAL, town.BOB, area)
        people.append(person)
    town.join(session, "exchange", *people, now=now, capacity=4)
    for person in people[:2]:
        thread = open_thread(session, [me.id, person.id], now=now)
        send_message(session, thread.public_id, person.id, "Hello", now=now)
    requests.ask(session, people[2].id, me.public_id, "exchange", now=now)
    block(session, me.id, people[3].id, now=now)
    for number in range(3):
        organisation = make_organisation(session, now, f"House {wave} {number}")
        organisation.themes, organisation.languages, organisation.area_id = (
            ["language"],
            ["nl"],
            area.id if area else None,
        )
        venue = Venue(name="Room", address="Road 1", area_id=organisation.area_id, organisation_id=organisation.id)
        session.add(venue)
        session.flush()
        when = evening(datetime(2026, 12, 1, 18) + timedelta(days=wave * 3 + number))  # noqa: DTZ001
        made = make_event(session, now, organisation_id=organisation.id, when=when, place=Place(venue.id, ""))
        for guest in (me, *people):
            joining.join(session, made.occurrences[0].id, guest.id, now=now)
    first = session.scalars(sa.select(Occurrence.id).order_by(Occurrence.id)).first()
    for guest in people:
        joining.join(session, first or 0, guest.id, now=now)


@pytest.fixture
def look(client: FlaskClient, people: Callable[..., Member], today: datetime) -> Callable[[str], list[str]]:
    """Look at a page as a member who may see everything; return the statements that it took."""
    me = people("Maria")
    with writing() as session:
        areas = town.build(session)
        town.open_programme(session)
        town.settle(session, session.get_one(Member, me.id), Side.NEWCOMER, town.CAROL, areas["Centrum"])
        town.join(session, "exchange", session.get_one(Member, me.id), now=today, capacity=4)
        grant(session, me.id, Role.ADMIN, scope_id=None, now=today)

    def look(path: str) -> list[str]:
        come_in(client, key_of(me.id))
        with counting() as said:
            assert client.get(path).status_code == 200
        return said

    return look


def grow(waves: range, now: datetime) -> None:
    """Add more of everything."""
    with writing() as session:
        me = session.scalars(sa.select(Member).where(Member.first_name == "Maria")).one()
        for wave in waves:
            add_rows(session, me, wave, now)


def pages_of_things() -> tuple[str, ...]:
    """Return the pages about the first thing of each kind."""
    made = db.session.scalars(sa.select(Event).order_by(Event.id)).first()
    kept = db.session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
    assert made is not None and kept is not None
    date = made.occurrences[0].public_id
    return (
        *(f"/events/{made.public_id}", f"/desk/events/{made.public_id}", f"/desk/dates/{date}/guests"),
        *(f"/guide/{kept.slug}", f"/desk/organisations/{kept.slug}"),
    )


def test_no_page_asks_more_often_for_more_rows(look: Callable[[str], list[str]], today: datetime) -> None:
    grow(range(2), today)
    pages = (*PAGES, *pages_of_things())
    few = {path: len(look(path)) for path in pages}
    grow(range(2, 6), today)
    many = {path: look(path) for path in pages}
    growing = {path: (few[path], len(said)) for path, said in many.items() if len(said) > few[path]}
    assert not growing, (growing, [many[path] for path in growing])
    assert max(map(len, many.values())) <= MOST
    daily = {path: look(path) for path in MOST_FOR_DAILY}  # again: whoever is shown for the first time is written down
    assert not {path: said for path, said in daily.items() if len(said) > MOST_FOR_DAILY[path]}
    assert len(look("/notices")) <= MOST_FOR_NOTICES


def test_a_page_that_asks_for_each_row_is_noticed(
    look: Callable[[str], list[str]], today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_whole", lambda: ())
    grow(range(1), today)
    few = len(look("/events"))
    grow(range(1, 3), today)
    assert len(look("/events")) > few


def events_of(carol: Member, bob: Member, today: datetime) -> list[str]:
    """Let Carol have each kind of answer to an event, one of which is a pair's; return their pages."""
    with writing() as session:
        names = ("no answer", "going", "waiting", "offered")
        made = [make_event(session, today, title=name, capacity=2) for name in names]
        made.append(make_bridge(session, today, 3, 3, title="both sides"))
        open_thread(session, [carol.id, bob.id], now=today)
        going, waits, offered = (one.occurrences[0].id for one in made[1:4])
        joining.join(session, going, bob.id, manner=Manner(greeting=Greeting.OFFERED), now=today)
        joining.join(session, going, carol.id, manner=Manner(greeting=Greeting.WANTED), now=today)
        joining.join(session, waits, make_guest(session, "Dan", None, today).id, party=2, now=today)
        companions.bring(session, waits, carol.id, bob.public_id, now=today)
        companions.bring(session, offered, bob.id, carol.public_id, now=today)
        return [f"/events/{one.public_id}" for one in made]


def test_events_are_read_by_eight_statements_at_most(
    client: FlaskClient, carol: Member, bob: Member, today: datetime
) -> None:
    pages = ["/events", "/events?q=soup&children=y&places=local", "/events/month", *events_of(carol, bob, today)]
    asked = {}
    for reader in (None, carol.id):
        for path in pages:
            come_in(client, key_of(reader) if reader else None)
            with counting() as said:
                assert client.get(path).status_code == 200
            asked[path, reader] = [one for one in said if one.lstrip().startswith("SELECT")]
    assert {where: said for where, said in asked.items() if len(said) > MOST_FOR_EVENTS} == {}
