"""Letters that tell of an event say why this reader gets them, and are not sent when they have become pointless."""

from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.conftest import TODAY
from tests.gatherings import make_bridge, make_event, make_guest
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.accounts.service import block
from welcome.announcements import service
from welcome.database import db, writing
from welcome.events import joining
from welcome.events.models import Event, EventKind
from welcome.events.plans import Speaking
from welcome.events.service import cancel_event
from welcome.post import choices
from welcome.post.jobs import send_due
from welcome.post.models import Channel, Notice, Outcome, Rhythm
from welcome.profiles.models import Interest, Profile, Side

FACTS: dict[str, Any] = {
    "welcome": {"kind": EventKind.WELCOME, "arrived_within_weeks": 8, "interests": ("food.world",)},
    "open": {"interests": ("food.world",), "languages": (Speaking("en", 0, True),)},
}


class Letterbox:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        self.letters.append(message)


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


@pytest.fixture(autouse=True)
def _today(today):
    """Stop the clock."""


def newcomer(locale: str = "en", likes: str | None = "food.world", **traits: Any) -> int:
    with writing() as session:
        carol = make_member(session, "Carol", locale=locale, **traits)
        session.flush()
        arrived = date(2026, 10, 1)
        session.add(Profile(member_id=carol.id, side=Side.NEWCOMER, arrived_on=arrived, updated_at=TODAY))
        if likes:
            session.add(Interest(member_id=carol.id, code=likes, strength=3))
        return carol.id


def publish(kind: str = "open", **more: Any) -> int:
    with writing() as session:
        make = make_bridge if kind == "bridging" else make_event
        event = make(session, TODAY, **{**FACTS.get(kind, FACTS["open"]), **more})
        service.announce(session, event.occurrences[0].id, now=TODAY)
        return event.id


def carry(app: Flask, box: Letterbox) -> None:
    send_due(app.extensions["letters"], box, now=TODAY)


def why_not() -> str | None:
    db.session.rollback()
    notice = db.session.scalars(
        sa.select(Notice).where(Notice.channel == Channel.MAIL, Notice.outcome == Outcome.WITHDRAWN)
    ).one()
    return notice.reason


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("kind", ["welcome", "bridging", "open"])
def test_it_says_what_when_where_and_why(app, box, kind):
    newcomer()
    publish(kind)
    carry(app, box)
    letter = box.letters[0]
    assert "Soup and stories" in letter["Subject"]
    assert letter["From"].addresses[0].display_name == "Welcome"
    assert len(letter["Subject"]) <= 60
    assert "Saturday, November 28, 2026" in plain(letter) or "28 November 2026" in plain(letter)
    assert "beginners welcome" in plain(letter) or "from level A2" in plain(letter)
    assert "because of what you like: Cooking from around the world" in plain(letter)
    assert ("arrived in October" in plain(letter)) is (kind == "welcome")
    assert "http://localhost:8000/events/" in plain(letter)


def test_it_is_in_the_reader_s_language(app, box):
    newcomer(locale="nl")
    publish("welcome")
    carry(app, box)
    assert "zaterdag 28 november 2026" in plain(box.letters[0])
    assert "oktober" in plain(box.letters[0])


def test_an_arrival_alone_is_a_reason(app, box):
    newcomer(likes=None)
    publish("welcome")
    carry(app, box)
    assert "You get this letter because you arrived in October." in plain(box.letters[0])


def test_it_can_be_stopped_by_one_click_on_a_signed_link(app, box, client):
    carol = newcomer()
    publish()
    carry(app, box)
    letter = box.letters[0]
    path = letter["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert path in plain(letter)
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    db.session.rollback()
    chosen = choices.choices_of(db.session(), carol)
    assert [kind for kind in choices.KINDS if chosen[kind].mail is Rhythm.OFF] == ["event_published"]


def test_a_discreet_letter_tells_nothing(app, box):
    newcomer(is_discreet=True)
    publish("welcome")
    carry(app, box)
    words = box.letters[0].as_string()
    assert box.letters[0]["Subject"] == "There is something new for you"
    assert box.letters[0]["From"].addresses[0].display_name == "Notifications"
    assert not any(word in words for word in ("Soup", "Harbour", "October", "Cooking", "Table of the World"))


def leave_out(event_id: int, carol: int, how: str) -> None:
    with writing() as session:
        event = session.get_one(Event, event_id)
        if how == "cancelled":
            cancel_event(session, event_id, now=TODAY)
        elif how == "answered":
            joining.join(session, event.occurrences[0].id, carol, now=TODAY)
        elif how == "kept apart":
            event.created_by = make_guest(session, "Alice", None, TODAY).id
            block(session, carol, event.created_by, now=TODAY)
        elif how == "full":
            guest = make_guest(session, "Ben", Side.NEWCOMER, TODAY)
            joining.join(session, event.occurrences[0].id, guest.id, now=TODAY)
        elif how == "arrival":
            session.get_one(Profile, carol).arrived_on = None
        elif how == "switched":
            choices.stop(session, carol, "welcome_event", now=TODAY)
        elif how == "closed":
            session.get_one(Member, carol).closed_at = TODAY


@pytest.mark.parametrize("how", ["cancelled", "answered", "kept apart", "full", "arrival", "switched", "closed"])
def test_it_is_not_sent_when_it_has_become_pointless(app, box, how):
    carol = newcomer()
    event_id = publish("welcome", capacity=1)
    leave_out(event_id, carol, how)
    send_due({**app.extensions["letters"]}, box, now=TODAY)
    assert not [letter for letter in box.letters if "Soup" in letter["Subject"] and "arrived" in letter["Subject"]]
    assert how in str(why_not())


def test_the_bell_still_rings_for_who_wants_no_mail(app, box):
    carol = newcomer()
    with writing() as session:
        choices.stop(session, carol, "event_published", now=TODAY)
    publish()
    carry(app, box)
    assert box.letters == []
    assert db.session.scalars(sa.select(Notice).where(Notice.channel == Channel.APP)).one().outcome is Outcome.SENT
