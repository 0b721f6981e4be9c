"""Who wants to hear of things together gets one letter a day or a week, of what is still true, and nothing twice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine

from tests.conftest import TODAY
from tests.gatherings import evening, make_event
from tests.letterbox import carry, text_of
from welcome.announcements.invitations import EVENT_PUBLISHED
from welcome.database import db, writing
from welcome.events.service import cancel_event
from welcome.post import choices
from welcome.post.digest import next_digest
from welcome.post.letters import Somebody
from welcome.post.models import Channel, Notice, Outcome, Rhythm
from welcome.post.service import mark_read, post, withdraw
from welcome.profiles.models import Profile, Side

AMSTERDAM = "Europe/Amsterdam"
#: 17:00 in Amsterdam, and the Thursday after the tests' Friday.
THIS_EVENING = datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("UTC"))
THURSDAY = datetime(2026, 11, 26, 16, 0, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def clock():
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


@pytest.fixture
def carol(clock, people):
    member = people("Carol")
    with writing() as session:
        session.add(Profile(member_id=member.id, side=Side.NEWCOMER, updated_at=TODAY))
    return member


def wants(member, rhythm, bell=True) -> None:
    with writing() as session:
        choices.choose(session, member.id, "event_published", choices.Choice(rhythm, bell), now=TODAY)


def tell(member, title="Soup", at=TODAY, **facts) -> int:
    with writing() as session:
        event = make_event(session, at, title=title, **facts)
        post(session, EVENT_PUBLISHED, member.id, {"event_id": event.id}, key=f"{event.id}:x", now=at)
        return event.id


def pass_time(app, clock, until) -> list:
    came = []
    while (moment := datetime.now(ZoneInfo("UTC"))) <= until:
        came += carry(app, at=moment)
        clock.move_to(moment + timedelta(hours=1))
    return came


def outcomes() -> dict[str, Outcome | None]:
    db.session.rollback()
    mail = sa.select(Notice.kind, Notice.reason, Notice.outcome).where(Notice.channel == Channel.MAIL)
    return {f"{kind} {reason or ''}".strip(): outcome for kind, reason, outcome in db.session.execute(mail)}


def test_several_come_in_one_letter_in_the_evening(app, clock, carol):
    wants(carol, Rhythm.DAILY)
    for title in ("Soup", "Choir", "Chess"):
        tell(carol, title)
    assert pass_time(app, clock, THIS_EVENING - timedelta(hours=1)) == []
    (letter,) = pass_time(app, clock, THIS_EVENING + timedelta(days=2))
    assert letter["Subject"] == "3 notices for you"
    assert all(f"On soon: {title}" in text_of(letter) for title in ("Soup", "Choir", "Chess"))
    assert set(outcomes().values()) == {Outcome.SENT}


def test_once_a_week_is_on_thursday(app, clock, carol):
    wants(carol, Rhythm.WEEKLY)
    tell(carol)
    assert pass_time(app, clock, THURSDAY - timedelta(hours=1)) == []
    (letter,) = pass_time(app, clock, THURSDAY)
    assert letter["Subject"] == "1 notice for you"


def test_what_begins_before_the_letter_comes_at_once(app, clock, carol):
    wants(carol, Rhythm.WEEKLY)
    tell(carol, when=evening(datetime(2026, 11, 26, 18, 30)))  # noqa: DTZ001 (by the clock on the wall)
    (letter,) = carry(app, at=TODAY)
    assert letter["Subject"] == "On soon: Soup"


def test_what_is_not_true_any_more_is_left_out(app, clock, carol):
    wants(carol, Rhythm.DAILY)
    off = tell(carol, "Soup")
    tell(carol, "Choir")
    carry(app)
    with writing() as session:
        cancel_event(session, off, now=TODAY)
    (letter,) = pass_time(app, clock, THIS_EVENING)
    assert "Soup" not in text_of(letter)
    assert outcomes()["event_published the event is cancelled"] is Outcome.WITHDRAWN


@pytest.mark.parametrize("how", ["cancelled", "withdrawn", "read", "switched off", "closed"])
def test_when_nothing_is_left_there_is_no_letter(app, clock, carol, how):
    wants(carol, Rhythm.DAILY)
    event_id = tell(carol)
    carry(app)
    with writing() as session:
        if how == "cancelled":
            cancel_event(session, event_id, now=TODAY)
        elif how == "withdrawn":
            withdraw(session, EVENT_PUBLISHED, str(event_id), now=TODAY, reason="the event is cancelled")
        elif how == "read":
            mark_read(session, carol.id, now=TODAY)
        elif how == "switched off":
            choices.stop(session, carol.id, "event_published", now=TODAY)
        else:
            session.get_one(type(carol), carol.id).closed_at = TODAY
    assert pass_time(app, clock, THIS_EVENING) == []
    assert set(outcomes().values()) == {Outcome.WITHDRAWN}


def test_a_postman_that_dies_before_the_letter_tells_nothing_twice(app, clock, carol):
    wants(carol, Rhythm.DAILY)
    tell(carol, "Soup")
    carry(app)
    carry(app)
    tell(carol, "Choir")
    (letter,) = pass_time(app, clock, THIS_EVENING)
    assert text_of(letter).count("Soup") == 1
    with writing() as session:  # it dies after the server's yes and before our note
        session.execute(sa.update(Notice).where(Notice.kind == "digest").values(done_at=None, outcome=None))
        mail = (Notice.kind == "event_published", Notice.channel == Channel.MAIL)
        session.execute(sa.update(Notice).where(*mail).values(done_at=None, outcome=None))
    (again,) = carry(app)
    assert again["Message-ID"] == letter["Message-ID"]
    assert text_of(again) == text_of(letter)


def test_one_click_stops_what_would_come_in_it(app, clock, client, carol):
    wants(carol, Rhythm.DAILY)
    tell(carol)
    (letter,) = pass_time(app, clock, THIS_EVENING)
    path = letter["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert client.get(path).status_code == 200
    assert choices.choice_of(db.session(), carol.id, "event_published").mail is Rhythm.DAILY
    client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert choices.choice_of(db.session(), carol.id, "event_published").mail is Rhythm.OFF
    assert choices.choice_of(db.session(), carol.id, "journey").mail is Rhythm.AT_ONCE


def test_a_discreet_reader_s_letter_says_nothing(app, clock, people):
    dora = people("Dora", is_discreet=True)
    with writing() as session:
        session.add(Profile(member_id=dora.id, side=Side.NEWCOMER, updated_at=TODAY))
    wants(dora, Rhythm.DAILY)
    tell(dora)
    (letter,) = pass_time(app, clock, THIS_EVENING)
    assert letter["Subject"] == "There is something new for you"
    assert "Soup" not in letter.as_string()
    assert letter["List-Id"] == "<notices.localhost>"


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY])
@pytest.mark.parametrize("chosen", [{}, {"gathers_on": 6, "gathers_at": 8}])
def test_it_is_at_its_hour_by_the_reader_s_own_clock_also_when_clocks_change(zone, rhythm, chosen):
    moment, apart = TODAY, timedelta(days=1 if rhythm is Rhythm.DAILY else 7)
    reader = Somebody(locale="en", timezone=zone, **chosen)
    for _ in range(400):
        following = next_digest(rhythm, reader, moment)
        local = following.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (chosen.get("gathers_at", 17), 0)
        assert rhythm is Rhythm.DAILY or local.weekday() == chosen.get("gathers_on", 3)
        assert timedelta() < following - moment <= apart + timedelta(hours=1)
        moment = following
