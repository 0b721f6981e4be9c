"""Rounds begin by themselves in a rhythm; mentors and mentees are asked how it goes, and a silent match ends kindly."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from tests import town
from tests.letterbox import carry
from tests.people import JOINED
from welcome.agenda.jobs import run_due
from welcome.conversations.service import send_message
from welcome.database import db, writing
from welcome.pairings import matches, requests
from welcome.pairings.jobs import HANDLERS
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.programmes import Offer
from welcome.pairings.rounds import cadence
from welcome.pairings.rules import QUIET_DAYS
from welcome.pairings.states import Part, ProgrammeKind, RoundState
from welcome.post.models import Channel, Notice, Outcome
from welcome.profiles.models import Side

ZONE = "Europe/Amsterdam"
DAY = timedelta(days=1)
OFFER = Offer("Exchange", ProgrammeKind.EXCHANGE)


def due_at(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def started() -> list[datetime]:
    found = list(db.session.scalars(sa.select(Round.started_at).order_by(Round.id)))
    db.session.rollback()
    return found


def settle_rounds() -> None:
    with writing() as session:
        session.execute(sa.update(Round).values(state=RoundState.PROPOSED, done_at=Round.started_at))


@pytest.mark.parametrize("weeks", [1, 2, 4])
@pytest.mark.parametrize("weekday", [0, 3, 6])
def test_the_next_day_follows_from_the_settings_alone(weeks: int, weekday: int):
    programme = Programme(every_weeks=weeks, weekday=weekday)
    days = {cadence.next_day(programme, date(2026, 3, 1) + number * DAY) for number in range(7 * weeks * 3)}
    assert {day.weekday() for day in days} == {weekday}
    ordered = sorted(days)
    assert {later - sooner for sooner, later in zip(ordered, ordered[1:], strict=False)} == {7 * weeks * DAY}
    assert all(cadence.next_day(programme, day - DAY) == day for day in days)


def test_rounds_begin_at_nine_on_the_wall_in_summer_and_winter(app: Flask):
    with writing() as session:
        programme = town.open_programme(session)
        offer = Offer("Exchange", ProgrammeKind.EXCHANGE, every_weeks=1, weekday=1)
        cadence.change(session, programme, offer, ZONE, now=due_at(2026, 10, 19, 12))
    for moment in (due_at(2026, 10, 20, 7), due_at(2026, 10, 27, 8)):
        run_due(HANDLERS, now=moment - timedelta(minutes=1))
        assert moment not in started()
        run_due(HANDLERS, now=moment)
        assert started()[-1] == moment
        settle_rounds()
    with writing() as session:
        programme = session.scalars(sa.select(Programme)).one()
        cadence.change(session, programme, OFFER, ZONE, now=due_at(2026, 10, 28, 12))
    run_due(HANDLERS, now=due_at(2026, 12, 1, 12))
    assert len(started()) == 2


def test_after_a_week_of_downtime_one_round_begins_and_the_rhythm_goes_on(app: Flask):
    with writing() as session:
        programme = town.open_programme(session)
        offer = Offer("Exchange", ProgrammeKind.EXCHANGE, every_weeks=1, weekday=1)
        cadence.change(session, programme, offer, ZONE, now=due_at(2026, 9, 28, 12))
    late = due_at(2026, 10, 8, 15)
    run_due(HANDLERS, now=late)
    assert started() == [late]
    run_due(HANDLERS, now=due_at(2026, 10, 13, 7))
    assert started() == [late], "the first has not been sent yet"
    settle_rounds()
    run_due(HANDLERS, now=due_at(2026, 10, 20, 7))
    assert started()[1:] == [due_at(2026, 10, 20, 7)]


def test_who_waits_hears_three_days_before_a_round_and_not_of_each(app: Flask):
    with writing() as session:
        town.build(session)
        programme = town.open_programme(session)
        waiting = [town.new_neighbour(session, name) for name in ("Bob", "Carol", "Dan")]
        town.join(session, "exchange", *waiting, now=JOINED)
        bob = waiting[0].id
        offer = Offer("Exchange", ProgrammeKind.EXCHANGE, every_weeks=1, weekday=1)
        cadence.change(session, programme, offer, ZONE, now=due_at(2026, 10, 14, 12))
    run_due(HANDLERS, now=due_at(2026, 10, 17, 6))
    assert told("round_opens") == []
    moment = due_at(2026, 10, 17, 7)
    run_due(HANDLERS, now=moment)
    assert len(told("round_opens")) == 3
    with writing() as session:
        session.execute(sa.update(Enrolment).where(Enrolment.member_id == bob).values(paused_at=moment))
    with time_machine.travel(moment, tick=False):
        letters = carry(app)
    assert [letter["Subject"] for letter in letters] == ["On Tuesday, 20 October we look for people for you"] * 2
    reasons = sa.select(Notice.reason).where(Notice.channel == Channel.MAIL, Notice.outcome == Outcome.WITHDRAWN)
    assert list(db.session.scalars(reasons)) == ["the member does not take part now"]
    run_due(HANDLERS, now=due_at(2026, 10, 24, 8))  # the round begins, and the next is planned
    assert db.session.scalar(sa.select(sa.func.count()).where(Notice.kind == "round_opens")) == 6


@pytest.fixture
def mentoring(app: Flask) -> int:
    """Let Bob be Carol's mentor from today on."""
    with writing() as session:
        town.build(session)
        town.open_programme(session, ProgrammeKind.MENTORSHIP)
        bob, carol = town.new_neighbour(session, "Bob"), town.make_member(session, "Carol")
        session.flush()
        town.settle(session, carol, Side.NEWCOMER, town.CAROL)
        town.join(session, "mentorship", bob, now=JOINED, role=Part.MENTOR, capacity=2)
        town.join(session, "mentorship", carol, now=JOINED, role=Part.MENTEE)
        asked = requests.ask(session, carol.id, bob.public_id, "mentorship", now=JOINED)
        return requests.accept(session, asked.public_id, bob.id, now=JOINED).id


def told(kind: str) -> list[tuple[int, int | None]]:
    rows = db.session.execute(sa.select(Notice.member_id, Notice.args).where(Notice.kind == kind)).all()
    db.session.rollback()
    return sorted({(member_id, args.get("days")) for member_id, args in rows})


def live_until(days: int) -> None:
    for day in range(1, days + 1):
        run_due(HANDLERS, now=JOINED + day * DAY + timedelta(hours=1))


def test_both_are_asked_three_times_and_a_silent_match_ends_kindly(mentoring: int):
    live_until(60)
    assert sorted({days for _, days in told("check_in")}) == [7, 14, 45]
    with writing() as session:
        thread = session.get_one(Match, mentoring).thread
        send_message(
            session, thread.public_id, session.get_one(Match, mentoring).one_id, "Hello", now=JOINED + 60 * DAY
        )
    live_until(60 + QUIET_DAYS - 1)
    assert db.session.get_one(Match, mentoring).ended_at is None
    live_until(60 + QUIET_DAYS + 1)
    db.session.rollback()
    match = db.session.get_one(Match, mentoring)
    assert match.ended_at is not None and match.ended_by_id is None and len(told("match_rested")) == 2
    assert set(db.session.scalars(sa.select(Enrolment.waiting_since))) == {JOINED}, "both keep their place in the queue"


def test_who_has_a_meeting_in_sight_is_not_nudged(mentoring: int):
    with writing() as session:
        match = session.get_one(Match, mentoring)
        town.make_meeting(session, match)
    live_until(20)
    assert told("check_in") == []


def test_nobody_is_asked_about_a_match_that_ended(mentoring: int):
    with writing() as session:
        match = session.get_one(Match, mentoring)
        matches.end_match(session, match.public_id, match.one_id, now=JOINED + DAY)
    live_until(100)
    assert told("check_in") == [] and told("match_rested") == []
