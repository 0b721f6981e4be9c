"""Compute the rounds that wait: read, solve with no transaction open, and keep what came of it in one.

A round takes seconds, in a big city minutes, so it is no row of the agenda, whose work is done within one write
transaction. Whatever happens, a round is kept as a whole, waits again, or was stopped.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from welcome.database import db, writing
from welcome.pairings import letters, programmes
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import drafts, outcomes, previews, running, sending
from welcome.pairings.rounds.drafts import Draft
from welcome.pairings.rounds.outcomes import Outcome
from welcome.pairings.rounds.previews import TRIED
from welcome.pairings.states import RoundKind
from welcome.post.service import post

Clock = Callable[[], datetime]
AFTER_A_FAULT = timedelta(minutes=1)
NOTED_EVERY = timedelta(seconds=1)  #: how far a round is; the solver tells it far more often

log = logging.getLogger(__name__)


class Notes:
    """Where a round's progress is noted, so that a page can show it and a coordinator can stop it."""

    def __init__(self, round_id: int, clock: Clock, is_stopping: Event) -> None:
        """Begin at nothing."""
        self.round_id, self.clock, self.is_stopping = round_id, clock, is_stopping
        self.start, self.end = 0.0, 1.0
        self.step, self.noted_at = "", None

    step: str
    noted_at: datetime | None

    def __call__(self, done: float, step: str) -> None:
        """Note how far it is; raise when the round is not wanted any more, or this process ends."""
        if self.is_stopping.is_set():
            raise running.StoppedError
        at = self.clock()
        if step == self.step and self.noted_at is not None and at - self.noted_at < NOTED_EVERY:
            return
        self.step, self.noted_at = step, at
        with writing() as session:
            whole = self.start + (self.end - self.start) * done
            running.still(session, self.round_id, step=step, done=whole, now=at)


def compute_rounds(clock: Clock, is_stopping: Event) -> int:
    """Begin the waves that are next, compute every round that waits, and return how many were tried."""
    _begin_next_waves(clock)
    tried = 0
    while not is_stopping.is_set() and _is_any_due(clock()):
        with writing() as session:
            round_id = running.take(session, now=clock())
        if round_id is not None:
            _compute(round_id, clock, is_stopping)
        tried += 1
    return tried


def _is_any_due(now: datetime) -> bool:
    try:
        return running.is_any_due(db.session(), now)
    finally:
        db.session.rollback()


def _begin_next_waves(clock: Clock) -> None:
    settled = running.read_settled(db.session())
    db.session.rollback()
    for round_id in settled:
        with writing() as session:
            running.follow(session, round_id, now=clock())


def _compute(round_id: int, clock: Clock, is_stopping: Event) -> None:
    notes = Notes(round_id, clock, is_stopping)
    try:
        notes(0.0, "reading")
        kind = db.session.get_one(Round, round_id).kind
        if kind is RoundKind.PREVIEW:
            _preview(notes)
        else:
            _make(notes)
    except running.StoppedError:
        log.info("Round %s was stopped", round_id)
        if is_stopping.is_set():
            _put_back(round_id, clock(), timedelta(0))
    except Exception:
        log.exception("Round %s failed", round_id)
        _put_back(round_id, clock(), AFTER_A_FAULT)


def _solve(drafted: Draft, notes: Notes) -> Outcome:
    """Return what comes of a draft; what was solved before need not be solved again."""
    known = outcomes.recall(db.session(), drafted.programme_id, drafted.digest)
    db.session.rollback()
    return known or outcomes.compute(drafted, notes)


def _make(notes: Notes) -> None:
    """Make a round, and send it unless its coordinator wants to see it first."""
    drafted = drafts.draft_round(db.session(), notes.round_id, now=notes.clock())
    db.session.rollback()
    outcome = _solve(drafted, notes)
    with writing() as session:
        kept = running.still(session, notes.round_id, now=notes.clock())
        if not kept.programme.is_reviewed:
            sending.propose(session, drafted, outcome, kept=kept, now=notes.clock())
            return
        outcomes.keep(session, kept, drafted, outcome)
        kept.settings = drafted.settings
        running.get_ready(kept, now=notes.clock())
        for person in programmes.coordinators_of(session, kept.programme_id):
            key = f"{kept.id}:{kept.attempts}:{person}"
            post(session, letters.ROUND_READY, person, {"round": kept.id}, key=key, now=notes.clock())


def _preview(notes: Notes) -> None:
    """Try settings: first what they bring, then what that is held against."""
    waiting = previews.draft(db.session(), db.session.get_one(Round, notes.round_id), now=notes.clock())
    db.session.rollback()
    found: dict[str, Outcome] = {}
    for number, (name, drafted) in enumerate(waiting.items()):
        notes.start, notes.end = number / len(waiting), (number + 1) / len(waiting)
        found[name] = _solve(drafted, notes)
        with writing() as session:
            kept = running.still(session, notes.round_id, done=notes.end, step=name, now=notes.clock())
            if name == TRIED:
                outcomes.keep(session, kept, drafted, found[name])
            else:
                previews.keep_comparison(session, kept, drafted, found[name], now=notes.clock())
    with writing() as session:
        previews.finish(running.still(session, notes.round_id, now=notes.clock()), found, now=notes.clock())


def _put_back(round_id: int, now: datetime, wait: timedelta) -> None:
    with writing() as session:
        running.put_back(session, round_id, wait=wait, now=now)
