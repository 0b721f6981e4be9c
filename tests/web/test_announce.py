"""The organiser sees about how many people an announcement reaches and how it reads before anything is sent."""

import pytest
import sqlalchemy as sa

from tests.conftest import TODAY
from tests.gatherings import make_event, make_guest
from tests.letterbox import carry, text_of
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.announcements.models import Announcement
from welcome.database import db, writing
from welcome.post.models import Channel, Notice
from welcome.profiles.models import Interest, Side


@pytest.fixture
def event_id(app, today, alice, bob):
    with writing() as session:
        event = make_event(session, TODAY, capacity=None)
        for number in range(7):
            guest = make_guest(session, f"Guest{number}", Side.NEWCOMER, TODAY)
            if number < 3:
                session.add(Interest(member_id=guest.id, code="food.world", strength=2))
        grant(session, alice.id, Role.ORGANISER, scope_id=event.organisation_id, now=TODAY)
        grant(session, bob.id, Role.MODERATOR, scope_id=None, now=TODAY)
        return event.public_id


def write(client, event_id, **said):
    answers = {"purpose": "come", "words": "Breng een kom mee.\n<b>Tot dan!</b>", "side": "", **said}
    return client.post(f"/desk/events/{event_id}/announce", data=answers)


def test_few_are_fewer_than_five_and_the_letter_can_be_read_in_each_language(sign_in, alice, event_id):
    client = sign_in(alice)
    page = client.get(write(client, event_id, interests=["food.world"]).location).text
    assert "This reaches fewer than five people" in page
    assert "Breng een kom mee." in page
    assert "&lt;b&gt;Tot dan!" in page
    assert "Ask a moderator" not in page
    assert "zaterdag 28 november 2026" in client.get(write(client, event_id).location + "?locale=nl").text


def test_many_are_told_after_a_second_yes(app, sign_in, alice, bob, event_id):
    client = sign_in(alice)
    there = write(client, event_id).location
    page = client.get(there).text
    assert "This reaches about 5 people" in page
    assert "a moderator reads it first" in page
    assert "The moderators have been asked" in client.post(f"{there}/send", follow_redirects=True).text
    assert not [letter for letter in carry(app) if "For you" in letter["Subject"]]
    client = sign_in(bob)
    assert "Soup and stories" in client.get("/desk/announcements").text
    assert "Breng een kom mee." in client.get(f"{there}/decide").text
    assert "It is on its way." in client.post(f"{there}/decide", data={"agrees": "yes"}, follow_redirects=True).text
    letters = [letter for letter in carry(app) if letter["Subject"].startswith("For you: Soup")]
    assert len(letters) == 7
    assert "Breng een kom mee." in text_of(letters[0])
    assert "wanted to tell people whom this may suit" in text_of(letters[0])
    assert letters[0]["List-Id"] == "<announcement.localhost>"
    assert letters[0]["References"] == letters[0]["In-Reply-To"] is not None
    counted = sign_in(alice).get(there).text
    assert counted.count(">7<") == 2
    assert "Guest1" not in counted


def test_what_was_typed_is_not_lost(sign_in, alice, event_id):
    answer = write(sign_in(alice), event_id, words="x" * 601)
    assert answer.status_code == 422
    assert "x" * 601 in answer.text


def test_a_double_tap_tells_once(sign_in, alice, event_id):
    client = sign_in(alice)
    there = write(client, event_id, interests=["food.world"]).location
    for _ in range(2):
        client.post(f"{there}/send")
    told = sa.select(sa.func.count()).where(Notice.kind == "announcement", Notice.channel == Channel.MAIL)
    assert db.session.scalar(told) == 3
    assert db.session.scalars(sa.select(Announcement)).one().reached == 3


def test_others_neither_write_nor_see(sign_in, dan, alice, event_id):
    there = write(sign_in(alice), event_id).location
    client = sign_in(dan)
    assert write(client, event_id).status_code == 403
    assert client.get(there).status_code == 403
    assert client.post(f"{there}/decide", data={"agrees": "yes"}).status_code == 403
