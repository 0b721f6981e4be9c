"""The postman: claims due letters, asks whether each is still wanted, sends, and writes down what became of it."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from welcome.database import claim, db, lock, writing
from welcome.post.letters import Context, Letter, Unwanted
from welcome.post.message import write
from welcome.post.models import Channel, Notice, Outcome
from welcome.post.smtp import Deferred, Refused, Transport

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 10

log = logging.getLogger(__name__)


def send_due(letters: Mapping[str, Letter], transport: Transport, *, now: datetime, most: int = 200) -> int:
    """Send up to ``most`` due letters and return how many were tried.

    1. Lease one notice.
    2. Compose it from what is true now; withdraw it when nobody wants it any more.
    3. Send it with no transaction open.
    4. Mark it. A postman that dies between 3 and 4 repeats that one letter, with the same Message-ID.
    """
    for tried in range(most):
        with writing() as session:
            notice_id = claim(session, Notice, Notice.channel == Channel.MAIL, now=now, lease=LEASE)
        if notice_id is None:
            return tried
        _deliver(notice_id, letters, transport, now)
    return most


def _deliver(notice_id: int, letters: Mapping[str, Letter], transport: Transport, now: datetime) -> None:
    try:
        notice = db.session.get_one(Notice, notice_id)
        context = compose(notice, letters)
        if isinstance(context, Unwanted):
            return _finish(notice_id, now, Outcome.WITHDRAWN, context.reason)
        message = write(notice, notice.member, context, now=now)
        db.session.rollback()  # no transaction stays open while a mail server takes its time
        transport.send(message)
    except Refused as refusal:
        _retry(notice_id, now, str(refusal), is_final=True)
    except Deferred as fault:
        _retry(notice_id, now, str(fault), is_final=False)
    except Exception as problem:
        log.exception("Letter %s could not be sent", notice_id)
        _retry(notice_id, now, f"{type(problem).__name__}: {problem}", is_final=False)
    else:
        _finish(notice_id, now, Outcome.SENT, None)
    return None


def compose(notice: Notice, letters: Mapping[str, Letter]) -> Context | Unwanted:
    """Return what the letter says now, or why it must not be sent."""
    letter = letters[notice.kind]
    if not (letter.is_essential or notice.member.is_reachable):
        return Unwanted("the account is closed, suspended or not confirmed")
    return letter.compose(db.session(), notice.member, notice.args)


def _finish(notice_id: int, now: datetime, outcome: Outcome, reason: str | None) -> None:
    with writing() as session:
        notice = lock(session, Notice, notice_id)
        if notice is not None and notice.done_at is None:
            notice.done_at, notice.outcome, notice.reason = now, outcome, reason and reason[:200]


def _retry(notice_id: int, now: datetime, reason: str, *, is_final: bool) -> None:
    with writing() as session:
        notice = lock(session, Notice, notice_id)
        if notice is None or notice.done_at is not None:
            return
        notice.reason = reason[:200]
        if is_final or notice.attempts >= MOST_ATTEMPTS:
            notice.done_at, notice.outcome = now, Outcome.FAILED
        else:
            notice.leased_until = now + timedelta(minutes=2**notice.attempts)
