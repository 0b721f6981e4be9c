"""The main story in pages: Carol finds Bob, asks, he says yes, they agree on a meeting, and on another."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from urllib.parse import unquote

import icalendar
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient

from tests import town
from tests.letterbox import same
from tests.people import PASSWORD
from welcome.accounts import closing
from welcome.accounts import service as accounts
from welcome.accounts.models import Member, Role
from welcome.agenda.jobs import run_due
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings import rules
from welcome.pairings.jobs import HANDLERS
from welcome.pairings.models.exposure import Exposure
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.requests import Request
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.rounds.computing import compute_rounds
from welcome.pairings.states import MeetingState
from welcome.post.jobs import compose, for_reader
from welcome.post.letters import Unwanted
from welcome.post.message import write
from welcome.post.models import Channel, Notice
from welcome.profiles.models import Profile, Side

Door = Callable[[Member], FlaskClient]


@pytest.fixture
def here(today: datetime, bob: Member, carol: Member) -> None:
    """Let Bob and Carol join the language exchange."""
    ids = bob.id, carol.id
    with writing() as session:
        areas = town.build(session)
        town.open_programme(session)
        for member_id, side, words in zip(ids, (Side.LOCAL, Side.NEWCOMER), (town.BOB, town.CAROL), strict=True):
            member = session.get_one(Member, member_id)
            town.settle(session, member, side, words, areas["Centrum"])
            town.join(session, "exchange", member, now=now())


@pytest.fixture
def door(app: Flask) -> Door:
    """Give each member a browser of their own."""
    open_doors: dict[int, FlaskClient] = {}

    def door(member: Member) -> FlaskClient:
        for name in list(g):  # the tests' application context outlives a request
            g.pop(name)
        if member.id not in open_doors:
            client = open_doors[member.id] = app.test_client()
            typed = {"email": member.email, "password": PASSWORD, "remember": "y"}  # days pass in these tests
            assert client.post("/login", data=typed).status_code in {302, 303}
        return open_doors[member.id]

    return door


def letters_of(app: Flask, member: Member) -> list[str]:
    """Write every letter to a member that is still wanted; return the subjects."""
    mine = sa.select(Notice).where(Notice.member_id == member.id, Notice.channel == Channel.MAIL).order_by(Notice.id)
    subjects = []
    for notice in db.session.scalars(mine):
        context = compose(notice, app.extensions["letters"])
        if not isinstance(context, Unwanted):
            subjects.append(str(write(notice, notice.member, context, now=now())["Subject"]))
    return subjects


def ask(door: Door, carol: Member, bob: Member, note: str = "Shall we talk at the market?") -> str:
    answer = door(carol).post(f"/people/{bob.public_id}/ask/exchange", data={"note": note})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def matched(door: Door, carol: Member, bob: Member) -> str:
    path = ask(door, carol, bob)
    answer = door(bob).post(f"{path}/accept")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_suggestion_says_why_for_both(here: None, door: Door, bob: Member, carol: Member):
    page = door(carol).get("/people").text
    assert "Bob can help you with Dutch." in page and "You can help Bob with Portuguese." in page
    assert "You both like: Cycling and Baking." in page or "You both like: Baking and Cycling." in page
    asking = door(carol).get(f"/people/{bob.public_id}/ask/exchange")
    assert asking.status_code == 200 and "Bob has a week to answer" in asking.text


def test_asked_seen_and_accepted(here: None, app: Flask, door: Door, bob: Member, carol: Member):
    path = ask(door, carol, bob)
    assert "has not seen it yet" in door(carol).get(path).text
    assert letters_of(app, bob) == ["Carol would like to meet you"]
    assert "Carol would like to meet you" in door(bob).get("/people").text
    assert "Shall we talk at the market?" in door(bob).get(path).text
    assert "Bob has seen your question" in door(carol).get(path).text
    assert letters_of(app, bob) == ["Carol would like to meet you"]
    answer = door(bob).post(f"{path}/accept")
    assert "You and Carol" in door(bob).get(answer.location).text
    assert letters_of(app, carol) == ["Bob said yes"] and letters_of(app, bob) == []


@pytest.mark.parametrize("note", ["Write me: carol@mail.example", "see www.example.com/me", "Call +31 6 1234 5678"])
def test_a_first_note_holds_back_links_and_numbers(note: str, here: None, door: Door, bob: Member, carol: Member):
    answer = door(carol).post(f"/people/{bob.public_id}/ask/exchange", data={"note": note})
    assert answer.status_code == 422 and "Please leave out links" in answer.text and note in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Request)) == 0


def test_no_is_silent_in_every_byte(here: None, app: Flask, door: Door, bob: Member, carol: Member):
    path = ask(door, carol, bob)
    door(bob).get(path)
    assert "on its way" in door(carol).get(path).text
    before = door(carol).get(path).text
    assert door(bob).post(f"{path}/decline").status_code == 303
    assert door(carol).get(path).text == before
    with time_machine.travel(now() + timedelta(days=7, minutes=1), tick=False):
        run_due(HANDLERS, now=now())
        assert "This question has lapsed" in door(carol).get(path).text
        assert letters_of(app, carol) == ["Your question to Bob has lapsed"]


def test_strangers_find_nothing(here: None, door: Door, bob: Member, carol: Member, dan: Member):
    path = ask(door, carol, bob)
    match = matched_again(door, carol, bob, path)
    for page in (path, match, f"{match}/end"):
        assert door(dan).get(page).status_code == 404
    for action in (f"{path}/accept", f"{path}/withdraw", f"{match}/times", f"{match}/end"):
        assert door(dan).post(action, data={"times": ["2026-11-24T10:00"]}).status_code in {404, 422, 303}
    match_row = db.session.scalars(sa.select(Match)).one()
    assert match_row.ended_at is None and match_row.meetings == []


def matched_again(door: Door, carol: Member, bob: Member, path: str) -> str:
    return str(door(bob).post(f"{path}/accept").location)


def offer(door: Door, match: str, member: Member) -> None:
    page = door(member).get(match).text
    times = re.findall(r'name="times"[^>]*value="([^"]+)"\s+checked', page)
    venue = re.search(r'name="venue"[^>]*value="([^"]+)"\s+checked', page)
    assert len(times) == 3 and venue
    answer = door(member).post(f"{match}/times", data={"times": times, "venue": venue[1]})
    assert answer.status_code == 303, answer.text


def agree(door: Door, match: str, member: Member) -> Meeting:
    page = door(member).get(match).text
    action = re.search(r'action="(/meetings/[^"]+/agree/[^"]+)"', page)
    assert action, page
    assert door(member).post(action[1]).status_code == 303
    db.session.rollback()
    return db.session.scalars(sa.select(Meeting).order_by(Meeting.number.desc())).first()


def test_three_times_a_public_place_and_a_calendar_file(here: None, app: Flask, door: Door, bob: Member, carol: Member):
    match = matched(door, carol, bob)
    page = door(carol).get(match).text
    assert "Library" in page and "Meet in a public place, in the daytime" in page
    offer(door, match, carol)
    assert "Carol offers times to meet" in letters_of(app, bob)
    assert "Waiting for Bob" in door(carol).get(match).text
    meeting = agree(door, match, bob)
    assert meeting.state is MeetingState.AGREED and meeting.venue.name == "Library"
    assert "You meet Bob" in letters_of(app, carol) and "You meet Carol" in letters_of(app, bob)
    file = door(bob).get(f"/meetings/{meeting.public_id}.ics")
    event = icalendar.Calendar.from_ical(file.data).walk("VEVENT")[0]
    assert event["SUMMARY"] == "You meet Carol" and event.decoded("DTSTART") == meeting.starts_at
    assert "Library" in event["LOCATION"] and event["SEQUENCE"] == 0


def test_a_meeting_that_moves_keeps_its_name_in_calendars(
    here: None, app: Flask, door: Door, bob: Member, carol: Member
):
    match = matched(door, carol, bob)
    offer(door, match, carol)
    first = agree(door, match, bob).public_id
    offer(door, match, bob)
    meeting = agree(door, match, carol)
    assert (meeting.public_id, meeting.sequence) == (first, 1)
    assert door(carol).post(f"/meetings/{first}/cancel").status_code == 303
    event = icalendar.Calendar.from_ical(door(bob).get(f"/meetings/{first}.ics").data).walk("VEVENT")[0]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    assert "Your meeting with Carol is off" in letters_of(app, bob) and "You meet Carol" not in letters_of(app, bob)


def test_the_day_after_both_are_asked_and_the_next_meeting_is_prompted(
    here: None, app: Flask, door: Door, bob: Member, carol: Member
):
    match = matched(door, carol, bob)
    offer(door, match, carol)
    meeting = agree(door, match, bob)
    check = f"/meetings/{meeting.public_id}/check"
    told = unquote(door(bob).get(match).text.partition('href="sms:?&amp;body=')[2].partition('"')[0])
    assert "I am meeting somebody" in told and "Carol" not in told, "a friend learns nothing of the other's"
    assert door(bob).post(check, data={"did_meet": "yes"}).status_code == 303
    assert db.session.scalars(sa.select(Meeting)).one().state is MeetingState.AGREED, "it has not been yet"
    with time_machine.travel(meeting.starts_at + timedelta(days=1, hours=2), tick=False):
        run_due(HANDLERS, now=now())
        assert "Did you meet Carol?" in letters_of(app, bob) and "Did you meet Bob?" in letters_of(app, carol)
        assert "Did you meet Bob?" in door(carol).get("/people").text
        assert door(carol).get(check).status_code == 200
        assert door(carol).post(check, data={}).status_code == 422
        led_on = door(carol).post(check, data={"did_meet": "yes", "felt_right": "no", "would_again": "no"}).location
        assert led_on == f"{match}/not-right" and "It felt like flirting" in door(carol).get(led_on).text
        assert "Did you meet Bob?" not in letters_of(app, carol)
        assert "Thank you for your answer" in door(carol).get(match).text
        assert door(bob).post(check, data={"did_meet": "yes"}).status_code == 303
        db.session.rollback()
        assert "When will you see Bob again?" in letters_of(app, carol)
        assert "Your second meeting" in door(bob).get(match).text
        offer(door, match, bob)
        assert agree(door, match, carol).number == 2


def test_a_meeting_that_did_not_happen_can_be_planned_again(
    here: None, app: Flask, door: Door, bob: Member, carol: Member
):
    match = matched(door, carol, bob)
    offer(door, match, carol)
    meeting = agree(door, match, bob)
    with time_machine.travel(meeting.starts_at + timedelta(days=1, hours=1), tick=False):
        run_due(HANDLERS, now=now())
        door(bob).post(f"/meetings/{meeting.public_id}/check", data={"did_meet": "no"})
        assert "Did you meet Bob?" in door(carol).get(match).text, "what Bob said is his"
        assert "Did you meet Bob?" in letters_of(app, carol)
        door(carol).post(f"/meetings/{meeting.public_id}/check", data={"did_meet": "no"})
        offer(door, match, carol)
        again = agree(door, match, bob)
        assert (again.number, again.public_id) == (1, meeting.public_id)


def test_words_about_oneself_are_read_by_whom_one_has_agreed_to_meet_and_nobody_else(
    here: None, door: Door, bob: Member, carol: Member, dan: Member
):
    with writing() as session:
        session.get_one(Profile, bob.id).about = "I bake.\n<b>Every</b> Sunday"
    path, words = ask(door, carol, bob), "&lt;b&gt;Every&lt;/b&gt; Sunday"
    for page in ("/people", path, f"/people/{bob.public_id}/ask/exchange"):
        assert "Sunday" not in door(carol).get(page, follow_redirects=True).text, page
    match = matched_again(door, carol, bob, path)
    assert f'dir="auto">I bake.\n{words}</blockquote>' in door(carol).get(match).text
    assert "Sunday" not in door(bob).get(match).text and door(dan).get(match).status_code == 404
    door(bob).post(f"{match}/end", data={"reason": "no-time"})
    assert "Sunday" not in door(carol).get(match).text


def test_the_one_who_would_fit_and_blocks_leaves_as_who_closes_does(here: None, door: Door, bob: Member, carol: Member):
    ids, pages = (bob.id, carol.id), []
    assert "Bob" in door(carol).get("/people").text
    with writing() as session:
        accounts.block(session, *ids, now=now())
    pages.append(same(door(carol).get("/people").text))
    with writing() as session:
        accounts.unblock(session, *ids)
        closing.close_account(session, bob.id, now=now())
    pages.append(same(door(carol).get("/people").text))
    assert pages[0] == pages[1] and "Nobody else has joined yet" in pages[0]


def test_ending_tells_the_other_kindly(here: None, app: Flask, door: Door, bob: Member, carol: Member):
    match = matched(door, carol, bob)
    assert "nobody's fault" in door(carol).get(f"{match}/end").text
    assert door(carol).post(f"{match}/end", data={"reason": "moved"}).status_code == 303
    assert letters_of(app, bob) == ["Your match with Carol has ended"]
    page = door(bob).get(match).text
    assert "This match has ended" in page and "moves away" not in page


def test_a_block_looks_like_a_closed_account_everywhere(here: None, app: Flask, door: Door, bob: Member, carol: Member):
    path = ask(door, carol, bob)
    match = matched_again(door, carol, bob, path)
    offer(door, match, carol)
    ids = carol.id, bob.id
    with writing() as session:
        accounts.block(session, *ids, now=now())
    for page in (path, match):
        text = door(bob).get(page).text
        assert "This account is closed" in text and "Carol" not in text
    assert "Carol" not in door(bob).get("/people").text and letters_of(app, bob) == []
    assert door(bob).post(f"{match}/times", data={"times": ["2026-11-24T10:00"]}).status_code == 404


def test_discreet_letters_name_nobody(here: None, app: Flask, door: Door, bob: Member, carol: Member):
    bob_id = bob.id
    with writing() as session:
        session.get_one(Member, bob_id).is_discreet = True
    match = matched(door, carol, bob)
    offer(door, match, carol)
    agree(door, match, bob)
    mine = sa.select(Notice).where(Notice.member_id == bob_id, Notice.channel == Channel.MAIL)
    for notice in db.session.scalars(mine).all():
        context = compose(notice, app.extensions["letters"])
        if not isinstance(context, Unwanted):
            context = for_reader(notice.member, app.extensions["letters"][notice.kind], context)
            assert "Carol" not in write(notice, notice.member, context, now=now()).as_string()


def test_joining_pausing_and_leaving_programmes(here: None, door: Door, dan: Member):
    page = door(dan).get("/programmes").text
    assert "You help each other with a language" in page
    assert "Choose how you would like to meet" in door(dan).get("/people").text
    assert door(dan).get("/programmes/exchange/join").status_code == 200
    assert door(dan).post("/programmes/exchange/join", data={"capacity": "2"}).status_code == 303
    assert "Tell us a little about you first" in door(dan).get("/people").text
    door(dan).post("/programmes/exchange/pause", data={"pause": "yes"})
    assert "You take a break." in door(dan).get("/programmes").text
    door(dan).post("/programmes/exchange/leave")
    assert "You take a break." not in door(dan).get("/programmes").text
    assert door(dan).get("/programmes/nothing/join").status_code == 404


def test_the_coordinator_runs_a_round(here: None, app: Flask, door: Door, alice: Member, bob: Member, carol: Member):
    assert door(alice).get("/desk/programmes").status_code == 403
    alice_id = alice.id
    with writing() as session:
        other = town.open_programme(session, slug="other")
        accounts.grant(session, alice_id, Role.COORDINATOR, scope_id=other.id, now=now())
    assert door(alice).get("/desk/programmes/exchange").status_code == 403
    assert door(alice).post("/desk/programmes/exchange/round").status_code == 403
    with writing() as session:
        accounts.grant(session, alice_id, Role.COORDINATOR, scope_id=other.id - 1, now=now())
    assert "Exchange" in door(alice).get("/desk/programmes").text
    answer = door(alice).post("/desk/programmes/exchange/round")
    assert answer.status_code == 303
    page = door(alice).get(answer.location)
    assert "It waits for its turn" in page.text and page.headers["Refresh"] == "3"
    assert door(bob).post(f"{answer.location}/stop").status_code == 403
    assert door(alice).post("/desk/programmes/exchange/round").location == answer.location
    assert "–" in door(alice).get("/desk/programmes/exchange").text
    assert door(alice).post(f"{answer.location}/stop").status_code == 303
    assert "It was stopped." in door(alice).get(answer.location).text
    answer = door(alice).post("/desk/programmes/exchange/round")
    compute_rounds(now, Event())
    assert "Refresh" not in door(alice).get(answer.location).headers
    page = door(alice).get(answer.location).text
    assert "under 5" in page and "No round could do better." in page
    assert door(bob).get(answer.location).status_code == 403
    assert letters_of(app, carol) == ["We think that you and Bob fit"]
    proposal = db.session.scalars(sa.select(Proposal)).one().public_id
    assert "You can help Bob with Portuguese." in door(carol).get(f"/proposals/{proposal}").text
    assert door(carol).post(f"/proposals/{proposal}/accept").status_code == 303
    assert "We wait for Bob" in door(carol).get(f"/proposals/{proposal}").text
    assert "/matches/" in door(bob).post(f"/proposals/{proposal}/accept").location
    assert "See the round" in door(alice).get("/desk/programmes/exchange").text


def test_an_admin_sets_up_a_programme_and_names_its_coordinator(app: Flask, door: Door, alice: Member, bob: Member):
    alice_id = alice.id
    with writing() as session:
        accounts.grant(session, alice_id, Role.ADMIN, now=now())
    facts = {
        "name": "Walk and talk",
        "kind": "activity",
        "status": "open",
        "request_days": "7",
        "hold_days": "5",
        "open_to": "everyone",
        "every_weeks": "2",
        "weekday": "3",
        "waves": "3",
    }
    assert door(alice).post("/desk/programmes/new", data={**facts, "name": ""}).status_code == 422
    assert door(alice).post("/desk/programmes/new", data=facts).location == "/desk/programmes/walk-and-talk"
    assert "of this name already" in door(alice).post("/desk/programmes/new", data=facts).text
    assert door(bob).get("/desk/programmes/walk-and-talk/edit").status_code == 403
    named = door(alice).post("/desk/programmes/walk-and-talk/coordinators", data={"email": bob.email})
    assert named.status_code == 303
    assert 'value="7"' in door(bob).get("/desk/programmes/walk-and-talk/edit").text
    closed = {**facts, "status": "closed", "kind": "exchange"}
    assert door(bob).post("/desk/programmes/walk-and-talk/edit", data=closed).status_code == 303
    programme = db.session.scalars(sa.select(Programme)).one()
    assert (programme.status, programme.kind) == ("closed", "activity")


def test_a_look_at_a_page_is_counted_once(here: None, door: Door, carol: Member, bob: Member):
    for path in ("/people", "/people", "/"):
        assert "Bob" in door(carol).get(path).text
        db.session.rollback()
        assert db.session.execute(sa.select(Exposure.member_id, Exposure.shown)).all() == [(bob.id, 1)]


def test_whoever_was_given_a_break_comes_back_by_one_button(here: None, door: Door, carol: Member):
    with writing() as session:
        session.execute(sa.update(Enrolment).values(paused_at=now(), ignored=rules.IGNORED_IN_A_ROW))
    assert "We have given you a break." in door(carol).get("/programmes").text
    door(carol).post("/programmes/exchange/pause", data={"pause": "no"})
    page = door(carol).get("/programmes").text
    assert "We have given you a break." not in page and "You take part." in page
