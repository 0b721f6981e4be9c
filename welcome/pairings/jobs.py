"""Due work of this room: questions and proposals lapse, the day after a meeting both are asked, blocks end matches,
and rounds are computed.

A round takes seconds, in a big city minutes, so it is no row of the agenda, whose work is done within one write
transaction: it is claimed, read and computed with no transaction open, and then kept and proposed in one.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from welcome.agenda.jobs import Handler
from welcome.database import db, writing
from welcome.pairings import exposure, matches, meetings, requests
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import making, previews, running
from welcome.pairings.states import RoundKind

HANDLERS: dict[str, Handler] = {
    requests.LAPSE: requests.lapse,
    making.LAPSE: making.lapse,
    meetings.CHECK: meetings.ask_whether_they_met,
}

Clock = Callable[[], datetime]
AFTER_A_FAULT = timedelta(minutes=1)

log = logging.getLogger(__name__)


def end_where_blocked(now: datetime) -> None:
    """End what was open between two who are kept apart."""
    with writing() as session:
        matches.end_where_blocked(session, now=now)


def forget_old(now: datetime) -> None:
    """Forget who was shown to whom, and what was only tried."""
    with writing() as session:
        previews.forget_old(session, now=now)
        exposure.forget_old(session, now=now)


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
    """Compute one round; whatever happens, it is kept as a whole, waits again, or was stopped."""
    try:
        _read_compute_keep(round_id, clock, is_stopping)
    except running.StoppedError:
        log.info("Round %s was stopped", round_id)
        if is_stopping.is_set():
            _put_back(round_id, clock(), timedelta(0))
    except Exception:
        log.exception("Round %s failed", round_id)
        _put_back(round_id, clock(), AFTER_A_FAULT)


def _read_compute_keep(round_id: int, clock: Clock, is_stopping: Event) -> None:
    def progress(step: str) -> None:
        if is_stopping.is_set():
            raise running.StoppedError
        with writing() as session:
            running.still(session, round_id, step=step, now=clock())

    progress("reading")
    kept = db.session.get_one(Round, round_id)
    if kept.kind is RoundKind.PREVIEW:
        drafts = previews.draft(db.session(), kept, now=clock())
    else:
        drafts = {"real": making.draft_round(db.session(), round_id, now=clock())}
    db.session.rollback()
    outcomes = {name: making.compute(drafted, progress) for name, drafted in drafts.items()}
    with writing() as session:
        kept = running.still(session, round_id, now=clock())
        if "real" in outcomes:
            making.propose(session, drafts["real"], outcomes["real"], kept=kept, now=clock())
        else:
            previews.keep(kept, outcomes, now=clock())


def _put_back(round_id: int, now: datetime, wait: timedelta) -> None:
    with writing() as session:
        running.put_back(session, round_id, wait=wait, now=now)
