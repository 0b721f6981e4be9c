"""The weekly letter tells what fits, what waits and what changed, at its reader's hour, or is not sent at all."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from tests import town
from tests.conftest import TODAY
from tests.gatherings import START, evening, make_event
from tests.letterbox import carry, text_of
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.accounts.service import block
from welcome.agenda.jobs import run_due
from welcome.agenda.models import Due
from welcome.announcements import weekly_plans
from welcome.announcements.jobs import HANDLERS, plan_letters
from welcome.announcements.models import WeeklyPlan
from welcome.database import db, writing
from welcome.events import joining
from welcome.events.models import Event, EventKind
from welcome.events.plans import NOWHERE, Speaking
from welcome.events.service import cancel_event, move_occurrence
from welcome.i18n import LOCALES
from welcome.pairings.models.requests import Request
from welcome.post import choices
from welcome.post.models import Notice, Outcome
from welcome.profiles.models import Interest, Profile, Side

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
THURSDAY = datetime(2026, 11, 26, 18, 0, tzinfo=AMSTERDAM)
A_WEEK = timedelta(days=7)
COOKING: dict[str, Any] = {"interests": ("food.world",), "languages": (Speaking("en", 0, True),)}


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


def reader(name: str = "Carol", side: Side = Side.NEWCOMER, **traits: Any) -> int:
    with writing() as session:
        member = make_member(session, name, **traits)
        session.flush()
        session.add(Profile(member_id=member.id, side=side, arrived_on=date(2026, 10, 1), updated_at=TODAY))
        session.add(Interest(member_id=member.id, code="food.world", strength=3))
        return member.id


def publish(**facts: Any) -> int:
    with writing() as session:
        event = make_event(session, TODAY, **{**COOKING, **facts})
        session.execute(sa.delete(Due).where(Due.kind == "announce_occurrence"))
        return event.id


def weekly(app: Flask, clock: Any, moment: datetime = THURSDAY) -> list[str]:
    """Let the weekly hour come; return what arrived."""
    plan_letters(now=clock_now(clock))
    clock.move_to(moment)
    run_due({"weekly_letter": HANDLERS["weekly_letter"]}, now=moment)
    return [text_of(letter) for letter in carry(app, at=moment)]


def clock_now(clock: Any) -> datetime:
    return datetime.now(AMSTERDAM)


def test_it_comes_on_thursday_evening_with_what_fits_and_why(app, clock):
    reader()
    publish()
    publish(title="Chess", interests=("games.chess",))
    publish(title="Welcome coffee", kind=EventKind.WELCOME, arrived_within_weeks=8, interests=())
    assert weekly(app, clock, THURSDAY - timedelta(minutes=1)) == []
    (text,) = weekly(app, clock)
    assert "Soup and stories" in text
    assert "Because of what you like: Cooking from around the world." in text
    assert "For people who have just arrived, like you." in text
    assert "Chess" not in text
    assert "18:30" in text


def test_a_local_is_not_told_of_welcome_events(app, clock):
    reader("Bob", Side.LOCAL)
    publish(title="Welcome coffee", kind=EventKind.WELCOME, arrived_within_weeks=8, interests=())
    assert weekly(app, clock) == []


def test_nothing_to_say_no_letter_and_the_reason_is_kept(app, clock):
    reader()
    assert weekly(app, clock) == []
    notice = db.session.scalars(sa.select(Notice)).one()
    assert (notice.outcome, notice.reason) == (Outcome.WITHDRAWN, "there is nothing to tell this week")


def test_what_last_week_s_letter_told_is_not_repeated(app, clock):
    reader()
    publish(when=evening(START + timedelta(days=10)))
    assert "Soup" in weekly(app, clock)[0]
    assert weekly(app, clock, THURSDAY + A_WEEK) == []


def test_it_is_repeated_when_it_has_changed(app, clock):
    reader()
    event_id = publish(when=evening(START + timedelta(days=10)))
    weekly(app, clock)
    with writing() as session:
        date_id = session.get_one(Event, event_id).occurrences[0].id
        move_occurrence(
            session, date_id, evening(START + timedelta(days=11)), NOWHERE, now=THURSDAY + timedelta(days=1)
        )
    assert "Soup" in weekly(app, clock, THURSDAY + A_WEEK)[0]


def test_it_tells_where_one_is_expected_and_what_was_called_off(app, clock):
    carol = reader()
    event_id = publish(when=evening(START + timedelta(days=5)))
    with writing() as session:
        joining.join(session, session.get_one(Event, event_id).occurrences[0].id, carol, now=TODAY)
    (text,) = [text for text in weekly(app, clock) if "Where you are expected" in text]
    assert "You are coming." in text
    assert "What is on for you" not in text
    with writing() as session:
        cancel_event(session, event_id, now=THURSDAY + timedelta(days=1))
    assert any("This was called off." in text for text in weekly(app, clock, THURSDAY + A_WEEK))


def test_it_tells_of_a_question_that_waits(app, clock):
    carol = reader()
    with writing() as session:
        bob = make_member(session, "Bob")
        session.flush()
        town.make_pair(session, town.open_programme(session), bob, session.get_one(Member, carol))
        request = session.scalars(sa.select(Request)).one()
        request.lapses_at = THURSDAY + A_WEEK
        public_id = request.public_id
    (text,) = [text for text in weekly(app, clock) if "Hello Carol" in text]
    assert f"/requests/{public_id}" in text


def test_full_events_and_those_of_a_blocked_host_are_left_out(app, clock):
    carol, ben = reader(), reader("Ben")
    full = publish(title="Full house", capacity=1)
    hosted = publish(title="Hosted by Ben")
    with writing() as session:
        session.get_one(Event, hosted).created_by = ben
        block(session, carol, ben, now=TODAY)
        joining.join(session, session.get_one(Event, full).occurrences[0].id, ben, now=TODAY)
    texts = weekly(app, clock)
    assert not [text for text in texts if "Hello Carol" in text and "What is on" in text]


@pytest.mark.parametrize("how", ["off", "closed", "suspended"])
def test_it_does_not_come_when_it_is_not_wanted(app, clock, how):
    carol = reader()
    publish()
    plan_letters(now=TODAY)
    with writing() as session:
        if how == "off":
            choices.stop(session, carol, "weekly_letter", now=TODAY)
        else:
            setattr(session.get_one(Member, carol), f"{how}_at", TODAY)
    assert weekly(app, clock) == []


def test_switched_off_while_it_waits_it_is_not_sent(app, clock):
    carol = reader()
    publish()
    plan_letters(now=TODAY)
    clock.move_to(THURSDAY)
    run_due({"weekly_letter": HANDLERS["weekly_letter"]}, now=THURSDAY)
    with writing() as session:
        choices.stop(session, carol, "weekly_letter", now=THURSDAY)
    assert carry(app, at=THURSDAY) == []


def test_each_reader_has_their_own_hour_also_when_clocks_change(app, clock):
    reader("Ana", timezone="America/Sao_Paulo")
    carol = reader()
    with writing() as session:
        weekly_plans.choose_time(session, carol, 6, 8, now=TODAY)
    plan_letters(now=TODAY)
    walls = {plan.member_id: plan.next_at.astimezone(ZoneInfo(plan.zone)) for plan in db.session.query(WeeklyPlan)}
    assert {(wall.weekday(), wall.hour) for wall in walls.values()} == {(3, 18), (6, 8)}
    db.session.rollback()
    for sunday in (datetime(2027, 3, 21, 8, 0, tzinfo=AMSTERDAM), datetime(2027, 3, 28, 8, 0, tzinfo=AMSTERDAM)):
        with writing() as session:
            weekly_plans.send_weekly(session, carol, now=sunday)
            plan = session.get_one(WeeklyPlan, carol)
            assert plan.next_at.astimezone(AMSTERDAM) == sunday + A_WEEK  # wall-clock arithmetic


def test_a_change_of_the_hour_or_the_zone_moves_it_and_it_still_comes_once(app, clock):
    carol = reader()
    publish()
    plan_letters(now=TODAY)
    with writing() as session:
        weekly_plans.choose_time(session, carol, 5, 10, now=TODAY)
        session.get_one(Member, carol).timezone = "Asia/Tokyo"
    assert plan_letters(now=TODAY) == 1
    assert plan_letters(now=TODAY) == 0
    saturday = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert len(weekly(app, clock, saturday)) == 1
    assert weekly(app, clock, saturday + timedelta(days=6)) == []


def test_after_a_week_of_downtime_one_letter_comes(app, clock):
    reader()
    publish(when=evening(START + timedelta(days=10)))
    plan_letters(now=TODAY)
    late = THURSDAY + A_WEEK + timedelta(hours=3)
    assert len(weekly(app, clock, late)) == 1
    assert weekly(app, clock, late + timedelta(days=1)) == []


def test_what_was_told_is_written_down_when_it_is_sent(app, clock):
    carol = reader()
    publish()
    weekly(app, clock)
    plan = db.session.get_one(WeeklyPlan, carol)
    assert plan.told_at == THURSDAY
    assert len(plan.told) == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_whole_in_every_language(app, clock, locale):
    reader(locale=locale)
    publish()
    plan_letters(now=TODAY)
    clock.move_to(THURSDAY)
    run_due({"weekly_letter": HANDLERS["weekly_letter"]}, now=THURSDAY)
    (letter,) = carry(app, at=THURSDAY)
    assert len(letter["Subject"]) <= 60
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = letter.get_body(("html",)).get_content()
    assert "Soup and stories" in html
    assert "http://localhost:8000/events/" in html


def test_a_discreet_letter_tells_nothing(app, clock):
    reader(is_discreet=True)
    publish()
    plan_letters(now=TODAY)
    clock.move_to(THURSDAY)
    run_due({"weekly_letter": HANDLERS["weekly_letter"]}, now=THURSDAY)
    (letter,) = carry(app, at=THURSDAY)
    assert "Soup" not in letter.as_string()
    assert letter["Subject"] == "There is something new for you"
