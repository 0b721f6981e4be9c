"""Letters wait while their reader sleeps, lose nothing by it, and do not wait when that would be too late."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_event
from tests.letterbox import carry
from tests.people import make_member
from welcome.accounts.letters import PASSWORD_CHANGED
from welcome.accounts.models import Member
from welcome.accounts.service import choose_quiet_hours
from welcome.agenda.jobs import run_due
from welcome.database import db, writing
from welcome.events import joining
from welcome.events.jobs import HANDLERS
from welcome.events.models import Event
from welcome.events.service import cancel_event
from welcome.post.models import Channel, Notice
from welcome.post.service import post

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHT = datetime(2026, 11, 27, 23, 0, tzinfo=AMSTERDAM)  #: the event is the evening after
MORNING = datetime(2026, 11, 28, 8, 0, tzinfo=AMSTERDAM)


@pytest.fixture(autouse=True)
def _quiet(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "QUIET_HOURS", "21:30-08:00")


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NIGHT, tick=False) as traveller:
        yield traveller


def guest_of(start: datetime = START, at: datetime = NIGHT, **traits: Any) -> tuple[int, int]:
    """Let Carol join an event: her confirmation is in the outbox."""
    with writing() as session:
        carol = make_member(session, "Carol", **traits)
        session.flush()
        event = make_event(session, TODAY, when=evening(start))
        joining.join(session, event.occurrences[0].id, carol.id, now=at)
        return carol.id, event.id


def mails() -> list[Notice]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Notice).where(Notice.channel == Channel.MAIL).order_by(Notice.id)))


def test_a_letter_waits_for_the_morning_and_comes_once(app, clock):
    guest_of()
    assert carry(app, at=NIGHT) == []
    (notice,) = mails()
    assert (notice.due_at, notice.attempts, notice.leased_until, notice.done_at) == (MORNING, 0, None, None)
    assert carry(app, at=MORNING - timedelta(seconds=1)) == []
    assert len(carry(app, at=MORNING)) == 1
    assert carry(app, at=MORNING) == []


def test_what_becomes_pointless_in_the_night_is_not_sent(app, clock):
    carol, event_id = guest_of()
    carry(app, at=NIGHT)
    with writing() as session:
        date_id = session.get_one(Event, event_id).occurrences[0].id
        joining.leave(session, date_id, carol, now=NIGHT + timedelta(hours=1))
    assert carry(app, at=MORNING) == []


@pytest.mark.parametrize(
    ("zone", "is_night"),
    [("Europe/Amsterdam", True), ("America/New_York", False), ("Asia/Tokyo", True), ("Asia/Kathmandu", True)],
)
def test_it_is_the_reader_s_night_that_counts(app, clock, zone, is_night):
    guest_of(timezone=zone)
    assert (carry(app, at=NIGHT) == []) is is_night
    if is_night:
        local = mails()[0].due_at.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (8, 0)


@pytest.mark.parametrize("day", [datetime(2027, 3, 27, 23, 0), datetime(2027, 10, 30, 23, 0)])  # noqa: DTZ001 (wall)
def test_the_morning_is_at_the_same_hour_when_the_clocks_change(app, clock, day):
    night = day.replace(tzinfo=AMSTERDAM)
    clock.move_to(night)
    guest_of(day + timedelta(days=3), night)
    assert carry(app, at=night) == []
    assert mails()[0].due_at.astimezone(AMSTERDAM) == (day + timedelta(hours=9)).replace(tzinfo=AMSTERDAM)


def test_news_of_what_begins_in_the_morning_does_not_wait(app, clock):
    early = START - timedelta(hours=9)  # at half past nine
    _carol, event_id = guest_of(early, NIGHT - timedelta(hours=5))
    assert len(carry(app, at=NIGHT - timedelta(hours=5))) == 1
    with writing() as session:
        cancel_event(session, event_id, now=NIGHT)
    assert len(carry(app, at=NIGHT)) == 1


def test_letters_about_the_account_itself_do_not_wait(app, clock):
    with writing() as session:
        carol = make_member(session, "Carol")
        session.flush()
        post(session, PASSWORD_CHANGED, carol.id, {}, key="1", now=NIGHT)
    assert len(carry(app, at=NIGHT)) == 1


@pytest.mark.parametrize(("hours", "count"), [((0, 0), 1), ((23 * 60 + 30, 8 * 60), 1), ((20 * 60, 6 * 60), 0)])
def test_the_reader_chooses_other_hours_or_none(app, clock, hours, count):
    carol, _event_id = guest_of()
    with writing() as session:
        choose_quiet_hours(session, carol, *hours)
    assert len(carry(app, at=NIGHT)) == count


@pytest.mark.parametrize("hour", range(24))
def test_a_reminder_comes_in_the_daytime_and_hours_before_whenever_it_begins(app, clock, hour):
    start = START.replace(hour=hour, minute=30)
    guest_of(start, TODAY, timezone="Europe/Amsterdam")
    clock.move_to(TODAY)
    carry(app, at=TODAY)
    moment, came = start.replace(tzinfo=AMSTERDAM) - timedelta(hours=24), []
    while not came:
        clock.move_to(moment)
        run_due(HANDLERS, now=moment)
        came = carry(app, at=moment)
        moment += timedelta(minutes=30)
    sent = mails()[-1].done_at.astimezone(AMSTERDAM)
    assert 8 * 60 <= sent.hour * 60 + sent.minute < 21 * 60 + 30
    assert start.replace(tzinfo=AMSTERDAM) - sent >= timedelta(hours=13)


def test_a_member_chooses_their_quiet_hours(app, sign_in, carol):
    client = sign_in(carol)
    page = client.get("/me/letters").text
    assert 'value="1290" selected' in page or 'selected value="1290"' in page
    said = {"is_quiet": "y", "quiet_from": "1320", "quiet_until": "420"}
    assert client.post("/me/letters", data=said).status_code == 303
    member = db.session.get_one(Member, carol.id)
    assert (member.quiet_from, member.quiet_until) == (22 * 60, 7 * 60)
    too_long = client.post("/me/letters", data={**said, "quiet_until": "1290"})
    assert too_long.status_code == 422
    assert "14 hours at most" in too_long.text
    client.post("/me/letters", data={"quiet_from": "1320", "quiet_until": "420"})
    db.session.expire_all()
    assert (member.quiet_from, member.quiet_until) == (0, 0)
