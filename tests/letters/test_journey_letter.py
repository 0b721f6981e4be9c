"""The journey follows each newcomer's own arrival: one step at a time, nothing twice, only as long as they consent."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from tests.conftest import TODAY
from tests.gatherings import make_event, make_organisation
from tests.letterbox import carry, text_of
from tests.people import PASSWORD, make_member
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.agenda.jobs import run_due
from welcome.agenda.models import Due
from welcome.announcements.jobs import HANDLERS, plan_journeys
from welcome.announcements.journey import course
from welcome.announcements.journey import plans as journey_plans
from welcome.announcements.journey.built_in import STEPS
from welcome.announcements.models import JourneyPlan, JourneyStep, JourneyText
from welcome.database import db, writing
from welcome.events.models import EventKind
from welcome.i18n import LOCALES
from welcome.post import choices
from welcome.post.models import Channel, Notice
from welcome.profiles import filling
from welcome.profiles.models import Side

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
JOURNEY = {"journey": HANDLERS["journey"]}
DECEMBER, OCTOBER = date(2026, 12, 1), date(2026, 10, 1)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


def newcomer(arrived_on: date | None = OCTOBER, side: Side = Side.NEWCOMER, **traits: Any) -> int:
    with writing() as session:
        member = make_member(session, "Carol", **traits)
        session.flush()
        filling.save_side(session, member.id, side, arrived_on, consents=True, now=TODAY)
        return member.id


def days(app: Flask, clock: Any, until: date) -> list[str]:
    """Let day after day pass, with its sweep, work and post; return the subjects of what came."""
    came = []
    while (moment := datetime.now(AMSTERDAM)).date() < until:
        plan_journeys(now=moment)
        run_due(JOURNEY, now=moment)
        came += [f"{moment:%m-%d} {letter['Subject']}" for letter in carry(app, at=moment)]
        clock.move_to(moment + timedelta(days=1))
    return came


def test_each_step_comes_once_at_its_own_moment(app, clock):
    newcomer(DECEMBER)
    assert days(app, clock, date(2027, 2, 1)) == [
        "11-20 Before you come: what helps now",
        "12-08 Your first days here",
        "01-08 Your first month: time to meet people",
    ]


def test_it_comes_in_the_morning_of_the_reader_s_own_clock(app, clock):
    member_id = newcomer(timezone="America/Sao_Paulo")
    plan_journeys(now=TODAY)
    due = db.session.scalars(sa.select(Due).where(Due.kind == "journey", Due.ref == member_id)).one()
    assert due.due_at.astimezone(ZoneInfo("America/Sao_Paulo")).hour == 10
    assert due.wall_time.endswith("T10:00:00")


def test_who_joins_late_is_not_flooded(app, clock):
    newcomer(date(2026, 5, 1))
    came = days(app, clock, date(2027, 3, 1))
    assert came == ["11-20 Half a year here: what you can give"]


def test_a_changed_arrival_moves_what_is_not_sent_and_repeats_nothing(app, clock):
    carol = newcomer(DECEMBER)
    assert days(app, clock, date(2026, 11, 25)) == ["11-20 Before you come: what helps now"]
    with writing() as session:
        filling.save_side(session, carol, Side.NEWCOMER, date(2027, 3, 1), consents=True, now=datetime.now(AMSTERDAM))
    assert days(app, clock, date(2027, 4, 1)) == ["03-08 Your first days here"]


def test_without_the_consent_nothing_comes(app, clock):
    carol = newcomer()
    plan_journeys(now=TODAY + timedelta(hours=1))
    assert db.session.get_one(JourneyPlan, carol).next_at == TODAY + timedelta(days=1)
    with writing() as session:
        filling.withdraw(session, carol, "arrived_on", now=TODAY + timedelta(hours=2))
    clock.move_to(TODAY + timedelta(hours=3))
    assert days(app, clock, date(2026, 12, 20)) == []
    assert db.session.get_one(JourneyPlan, carol).next_at is None
    assert db.session.scalars(sa.select(Due).where(Due.kind == "journey")).all() == []


def test_withdrawn_while_it_waits_it_is_not_sent(app, clock):
    carol = newcomer()
    plan_journeys(now=TODAY)
    clock.move_to(TODAY + timedelta(days=1))
    run_due(JOURNEY, now=TODAY + timedelta(days=1))
    with writing() as session:
        filling.withdraw(session, carol, "arrived_on", now=TODAY + timedelta(days=1))
    assert carry(app) == []
    notice = db.session.scalars(sa.select(Notice).where(Notice.channel == Channel.MAIL)).one()
    assert notice.reason == "the member's arrival does not fit any more"


@pytest.mark.parametrize("who", ["a local", "unknown", "long here", "closed", "off"])
def test_it_is_for_newcomers_who_want_it(app, clock, who):
    if who == "a local":
        newcomer(side=Side.LOCAL)
    elif who == "unknown":
        newcomer(None)
    elif who == "long here":
        newcomer(date(2019, 10, 1))
    elif who == "closed":
        newcomer(closed_at=TODAY)
    else:
        carol = newcomer()
        with writing() as session:
            choices.stop(session, carol, "journey", now=TODAY)
    assert days(app, clock, date(2026, 12, 20)) == []


def test_a_step_that_is_switched_off_is_left_out_and_comes_when_it_is_on_again(app, clock):
    newcomer()
    with writing() as session:
        course.switch_step(session, "first_month", is_on=False, now=TODAY)
    assert days(app, clock, date(2026, 12, 1)) == []
    with writing() as session:
        course.switch_step(session, "first_month", is_on=True, now=datetime.now(AMSTERDAM) + timedelta(hours=1))
    assert len(days(app, clock, date(2026, 12, 10))) == 1


def test_a_process_that_comes_twice_sends_once(app, clock):
    carol = newcomer()
    plan_journeys(now=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    for _ in range(2):
        with writing() as session:
            journey_plans.send_step(session, carol, now=tomorrow)
    clock.move_to(tomorrow)
    assert len(carry(app)) == 1


def test_it_says_what_helps_which_event_is_next_and_who_could_be_met(app, clock):
    newcomer()
    with writing() as session:
        make_organisation(session, TODAY).themes = ["language"]
        facts = {"kind": EventKind.WELCOME, "arrived_within_weeks": 12}
        make_event(session, TODAY, title="Welcome coffee", **facts)
    plan_journeys(now=TODAY)
    clock.move_to(TODAY + timedelta(days=1))
    run_due(JOURNEY, now=TODAY + timedelta(days=1))
    (letter,) = carry(app)
    text = text_of(letter)
    assert "/guide?theme=language" in text
    assert "/guide?theme=meeting" not in text
    assert "Welcome coffee" in text
    assert "/people" in text
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.code)
def test_every_step_is_whole_in_every_language(app, clock, locale, step):
    carol = newcomer(locale=locale)
    moment = datetime(2026, 10, 20, tzinfo=AMSTERDAM) + timedelta(days=31 * step.month)
    with writing() as session:
        journey_plans.post(session, journey_plans.JOURNEY, carol, {"step": step.code}, key="1", now=moment)
    clock.move_to(moment)
    (letter,) = carry(app, at=moment)
    assert len(letter["Subject"]) <= 60
    assert len(letter.as_bytes()) < 102_000
    if locale == "en":
        assert str(step.paragraphs[0]) in text_of(letter)


def test_a_discreet_letter_tells_nothing(app, clock):
    newcomer(is_discreet=True)
    assert days(app, clock, date(2026, 11, 24)) == ["11-20 There is something new for you"]


def test_the_desk_shows_every_step_in_every_language_and_switches_it(sign_in, alice):
    with writing() as session:
        grant(session, alice.id, Role.ADMIN, scope_id=None, now=TODAY)
    client = sign_in(alice)
    page = client.get("/desk/journey").text
    assert page.count('class="disclosure"') == len(STEPS) * len(LOCALES)
    assert "Your first days here" in page
    assert client.post("/desk/journey", data={"step": "year", "is_on": "no"}).status_code == 303
    assert "This step is switched off." in client.get("/desk/journey").text
    client.post("/desk/journey", data={"step": "year", "is_on": "yes"})
    assert "This step is switched off." not in client.get("/desk/journey").text
    answer = client.post("/desk/journey", data={"step": "nonsense"}, follow_redirects=True)
    assert "no longer offered" in answer.text


def test_the_desk_is_for_coordinators(sign_in, carol):
    client = sign_in(carol)
    assert client.get("/desk/journey").status_code == 403
    assert client.post("/desk/journey", data={"step": "year", "is_on": "no"}).status_code == 403


def write_anew(client: Any, locale: str, subject: str = "Nu al!", body: str = "Een.\n\nTwee.") -> Any:
    return client.post(f"/desk/journey/before/{locale}", data={"subject": subject, "body": body})


@pytest.fixture
def desk(clock: Any, people: Any, client: Any) -> Any:
    erin = people("Erin")
    with writing() as session:
        grant(session, erin.id, Role.COORDINATOR, scope_id=1, now=TODAY)
    client.post("/login", data={"email": erin.email, "password": PASSWORD, "remember": "y"})  # days pass in these tests
    return client


def test_a_coordinator_writes_a_step_anew_in_one_language_and_takes_it_back(app, clock, desk):
    newcomer(DECEMBER, locale="nl")
    assert write_anew(desk, "nl").status_code == 303
    plan_journeys(now=TODAY)
    clock.move_to(TODAY + timedelta(days=1))
    run_due(JOURNEY, now=TODAY + timedelta(days=1))
    letter = carry(app)[0]
    assert letter["Subject"] == "Nu al!"
    assert "Een.\n\nTwee." in text_of(letter).replace("\r\n", "\n")
    assert "Before you come" in desk.get("/desk/journey").text
    assert "Nu al!" in desk.get("/desk/journey/before/nl").text
    desk.post("/desk/journey/before/nl", data={"built_in": "yes"})
    assert "Nu al!" not in desk.get("/desk/journey").text


def test_a_text_that_another_overtook_is_marked(clock, desk):
    write_anew(desk, "nl")
    assert "was changed after" not in desk.get("/desk/journey/before/nl").text
    clock.shift(60)
    write_anew(desk, "en", "Now already!")
    assert "was changed after" in desk.get("/desk/journey/before/nl").text
    clock.shift(60)
    write_anew(desk, "nl")
    assert "was changed after" not in desk.get("/desk/journey/before/nl").text


@pytest.mark.parametrize("path", ["before/xx", "nowhere/nl"])
def test_a_step_or_language_that_does_not_exist_is_missing(desk, path):
    assert desk.get(f"/desk/journey/{path}").status_code == 404


def test_what_is_too_long_is_refused_and_not_lost(desk):
    answer = write_anew(desk, "nl", subject="x" * 61)
    assert answer.status_code == 422
    assert "x" * 61 in answer.text


def test_a_journey_is_tried_out_for_somebody_who_does_not_exist(app, desk):
    page = desk.get("/desk/journey/try?month=2026-12&locale=nl").text
    days = ["8 December 2026", "8 January 2027", "8 March 2027", "8 June 2027", "8 December 2027"]
    found = [page.index(day) for day in days]
    assert found == sorted(found)
    assert page.count('class="words"') == 6
    desk.post("/desk/journey", data={"step": "half_year", "is_on": "no"})
    assert desk.get("/desk/journey/try?month=2026-12").text.count('class="words"') == 5
    assert db.session.scalars(sa.select(Notice)).all() == []
    assert desk.get("/desk/journey/try?month=nonsense&locale=xx").status_code == 200


def test_a_coordinator_moves_a_step_and_what_is_not_sent_follows(app, clock, desk):
    newcomer(DECEMBER)
    plan_journeys(now=TODAY)
    assert desk.post("/desk/journey/first_week", data={"month": "2"}).status_code == 303
    assert "2 months after the arrival" in desk.get("/desk/journey").text
    taken = desk.post("/desk/journey/first_week", data={"month": "3"})
    assert taken.status_code == 422
    assert "Another step comes in this month already." in taken.text
    clock.shift(60)
    assert days(app, clock, date(2027, 3, 1)) == [
        "11-20 Before you come: what helps now",
        "01-08 Your first month: time to meet people",
        "02-08 Your first days here",
    ]


def test_a_coordinator_adds_a_step_for_readers_of_every_language_and_removes_it(app, clock, desk):
    newcomer(OCTOBER, locale="nl")
    words = {"month": "2", "name": "Winter", "subject": "The first winter", "body": "It is dark. Light a lamp."}
    assert desk.post("/desk/journey/new", data=words).status_code == 303
    code = db.session.scalars(sa.select(JourneyStep.code)).one()
    assert "Nobody has written this step" in desk.get("/desk/journey").text
    came = days(app, clock, date(2026, 12, 10))
    assert came[1:] == ["12-08 The first winter"]
    assert desk.post(f"/desk/journey/{code}/nl", data={"subject": "Winter", "body": "Donker."}).status_code == 303
    assert desk.post(f"/desk/journey/{code}", data={"month": "2", "name": "Dark days"}).status_code == 303
    assert "Dark days" in desk.get("/desk/journey").text
    assert desk.post(f"/desk/journey/{code}", data={"remove": "yes"}).status_code == 303
    assert "Dark days" not in desk.get("/desk/journey").text
    assert db.session.scalars(sa.select(JourneyText)).all() == []
