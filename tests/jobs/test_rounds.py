"""Rounds are made by the scheduler: they wait, are computed, survive a kill, can be stopped, and come in waves."""

from datetime import datetime, timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import town
from tests.people import JOINED
from welcome.agenda.jobs import run_due
from welcome.database import db, writing
from welcome.pairings import proposals, refusals
from welcome.pairings.jobs import HANDLERS, forget_old
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Proposal, Round, Standing
from welcome.pairings.rounds import computing, outcomes, running, tallies
from welcome.pairings.rounds.computing import compute_rounds
from welcome.pairings.rounds.drafts import Draft
from welcome.pairings.states import ProposalState, RoundState
from welcome.post.models import Notice
from welcome.profiles.models import Side

NOW = JOINED + timedelta(days=3)
DAY = timedelta(days=1)
PAIRS = 3


@pytest.fixture
def city(app: Flask) -> None:
    """Let three locals and three newcomers, who all fit, join the exchange."""
    with writing() as session:
        areas = town.build(session)
        town.open_programme(session)
        for number in range(PAIRS):
            bob = town.new_neighbour(session, f"Bob{number}", areas["Centrum"])
            carol = town.make_member(session, f"Carol{number}")
            session.flush()
            town.settle(session, carol, Side.NEWCOMER, town.CAROL, areas["Centrum"])
            town.join(session, "exchange", bob, carol, now=JOINED)


def start(now: datetime = NOW) -> str:
    with writing() as session:
        return running.start(session, "exchange", now=now).public_id


def make(now: datetime = NOW) -> int:
    tried = compute_rounds(lambda: now, Event())
    db.session.rollback()
    return tried


def state() -> RoundState:
    db.session.rollback()
    return db.session.scalars(sa.select(Round.state).order_by(Round.id.desc())).first()


def answer(*, yes: bool, now: datetime = NOW) -> None:
    """Let everybody who is proposed somebody say the same."""
    offers = db.session.execute(sa.select(Proposal.public_id, Proposal.one_id).where(Proposal.state == "open")).all()
    for path, one in offers:
        with writing() as session:
            proposals.answer(session, path, one, yes=yes, now=now)


def pairs() -> list[tuple[int, int]]:
    return [(one, other) for one, other in db.session.execute(sa.select(Proposal.one_id, Proposal.other_id))]


def test_a_round_waits_is_made_and_sends_proposals(city: None):
    path = start()
    assert state() is RoundState.WAITING and db.session.scalar(sa.select(sa.func.count(Notice.id))) == 0
    with pytest.raises(refusals.RoundUnderWay):
        start()
    assert make() == 1 and make() == 0
    kept = running.get_round(db.session(), path)
    assert (kept.state, kept.done_at, kept.leased_until) == (RoundState.PROPOSED, NOW, None)
    assert kept.digest and kept.figures["matched"] == 2 * PAIRS and kept.figures["bound"] and kept.settings["kind"]
    assert db.session.scalar(sa.select(sa.func.count(Standing.id))) == len(pairs()) * 2 == 2 * PAIRS


def test_nobody_waits_for_a_round_that_is_computed(city: None, monkeypatch: pytest.MonkeyPatch):
    seen = []

    def slowly(drafted: Draft, progress: outcomes.Progress) -> outcomes.Outcome:
        assert not db.session().in_transaction()
        with writing() as session:  # another writer's turn
            session.execute(sa.update(Programme).values(about="changed meanwhile"))
        progress(0.5, "most people")
        seen.append(db.session.scalars(sa.select(Round.step)).one())
        db.session.rollback()
        return compute(drafted, progress)

    compute = outcomes.compute
    monkeypatch.setattr(outcomes, "compute", slowly)
    start()
    make()
    assert seen == ["most people"] and state() is RoundState.PROPOSED


def test_a_round_whose_scheduler_died_is_made_again(city: None):
    start()
    with writing() as session:
        running.take(session, now=NOW)  # and then the power goes
    assert state() is RoundState.RUNNING
    assert make(NOW + running.LEASE - timedelta(seconds=1)) == 0
    assert make(NOW + running.LEASE + timedelta(seconds=1)) == 1
    assert state() is RoundState.PROPOSED and len(pairs()) == PAIRS


def test_a_round_made_by_two_is_kept_once(city: None, monkeypatch: pytest.MonkeyPatch):
    compute = outcomes.compute

    def too_slowly(drafted: Draft, progress: outcomes.Progress) -> outcomes.Outcome:
        monkeypatch.setattr(outcomes, "compute", compute)
        assert make(NOW + running.LEASE + DAY) == 1  # another scheduler thought that this one had died
        return compute(drafted)

    monkeypatch.setattr(outcomes, "compute", too_slowly)
    start()
    make()
    assert state() is RoundState.PROPOSED and len(pairs()) == PAIRS


def test_a_waiting_round_can_be_stopped(city: None):
    path = start()
    with writing() as session:
        running.stop(session, path, now=NOW)
    assert make() == 0 and pairs() == [] and state() is RoundState.STOPPED
    with writing() as session, pytest.raises(refusals.TooLate):
        running.stop(session, path, now=NOW)
    start()


def test_a_round_that_is_computed_can_be_stopped(city: None, monkeypatch: pytest.MonkeyPatch):
    path = start()
    compute = outcomes.compute

    def stopped(drafted: Draft, progress: outcomes.Progress) -> outcomes.Outcome:
        with writing() as session:
            running.stop(session, path, now=NOW)
        return compute(drafted, progress)

    monkeypatch.setattr(outcomes, "compute", stopped)
    assert make() == 1 and pairs() == [] and state() is RoundState.STOPPED


def test_a_scheduler_that_is_told_to_end_puts_its_round_back(city: None, monkeypatch: pytest.MonkeyPatch):
    is_stopping = Event()
    compute = outcomes.compute

    def interrupted(drafted: Draft, progress: outcomes.Progress) -> outcomes.Outcome:
        is_stopping.set()
        return compute(drafted, progress)

    monkeypatch.setattr(outcomes, "compute", interrupted)
    start()
    assert compute_rounds(lambda: NOW, is_stopping) == 1 and state() is RoundState.WAITING
    monkeypatch.setattr(outcomes, "compute", compute)
    assert make() == 1 and state() is RoundState.PROPOSED


def test_a_round_that_fails_is_tried_again_and_given_up_at_last(city: None, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> outcomes.Outcome:
        raise ArithmeticError("no way")

    monkeypatch.setattr(outcomes, "compute", fail)
    start()
    now = NOW
    assert make(now) == 1 and make(now) == 0 and state() is RoundState.WAITING
    for _ in range(running.MOST_ATTEMPTS):
        now += computing.AFTER_A_FAULT
        make(now)
    assert state() is RoundState.FAILED and make(now + DAY) == 0


def test_those_who_are_left_are_matched_again_with_somebody_else(city: None):
    start()
    make()
    first = set(pairs())
    make()
    assert len(pairs()) == PAIRS, "nothing follows while answers are open"
    answer(yes=False)
    make(NOW + DAY)
    second = set(pairs()) - first
    assert len(second) == PAIRS == len(first)
    run_due(HANDLERS, now=NOW + 7 * DAY)  # nobody answers: the second wave lapses
    make(NOW + 7 * DAY)
    assert len(pairs()) == len(set(pairs())) == 3 * PAIRS
    answer(yes=False, now=NOW + 7 * DAY)
    make(NOW + 8 * DAY)
    assert len(pairs()) == 3 * PAIRS, "three waves are enough"
    path = db.session.scalars(sa.select(Round.public_id)).first()
    tally = tallies.get_tally(db.session(), path)
    assert [wave.round.wave for wave in tally.waves] == [1, 2, 3]
    assert [wave.answers[ProposalState.DECLINED] for wave in tally.waves] == [PAIRS, 0, PAIRS]
    assert tally.waves[1].answers[ProposalState.LAPSED] == PAIRS and not tally.can_stop


def test_no_wave_follows_when_all_said_yes_or_it_was_stopped(city: None):
    path = start()
    make()
    with writing() as session:
        assert tallies.get_tally(session, path).can_stop
        running.stop(session, path, now=NOW)
    answer(yes=False)
    assert make() == 0
    start(NOW + DAY)
    make(NOW + DAY)
    for path, one, other in db.session.execute(
        sa.select(Proposal.public_id, Proposal.one_id, Proposal.other_id).where(Proposal.state == "open")
    ).all():
        for person in (one, other):
            with writing() as session:
                proposals.answer(session, path, person, yes=True, now=NOW + DAY)
    assert make(NOW + DAY) == 0 and state() is RoundState.PROPOSED


def test_after_two_years_a_series_is_forgotten_as_a_whole_and_what_goes_on_stays(city: None):
    def rounds(now: datetime) -> list[int]:
        forget_old(now)
        db.session.rollback()
        return [
            db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Round, Standing, Proposal)
        ]

    start()
    make()
    with writing() as session:
        first = session.scalars(sa.select(Round)).one()
        session.add(running._add(session, first.programme, NOW + 20 * DAY, after=first))
    made = [2, 2 * PAIRS, PAIRS]
    assert rounds(NOW + 900 * DAY) == made, "a wave still waits"
    with writing() as session:
        session.execute(sa.update(Round).values(done_at=NOW))
    assert rounds(NOW + 740 * DAY) == made, "its last wave is younger"
    assert rounds(NOW + 751 * DAY) == [0, 0, 0]
