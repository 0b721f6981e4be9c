"""The postman: claims due letters, asks whether each is still wanted, sends, and writes down what became of it.

A letter that the mail server puts off waits longer each time and is given up after some days. A mail server that
cannot be reached at all is no letter's fault: the round ends, and everything is tried again soon.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import claim, db, lock, writing
from welcome.post.hours import hours_of, is_too_late, quiet_until
from welcome.post.letters import Context, Letter, Unwanted
from welcome.post.message import write
from welcome.post.models import Channel, Notice, Outcome
from welcome.post.smtp import Deferred, Refused, Transport, Unreachable

LEASE = timedelta(minutes=5)  #: longer than the slowest server takes for one letter
SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)  #: what mail servers themselves do
KEEP_ARGS = timedelta(days=7)
KEEP_DONE = timedelta(days=90)
SWEPT_AT_ONCE = 5_000  #: so that a sweep never holds others up for long

log = logging.getLogger(__name__)


def send_due(letters: Mapping[str, Letter], transport: Transport, *, now: datetime, most: int = 200) -> int:
    """Settle up to ``most`` due letters and return how many were; none when the mail server cannot be reached.

    1. Lease one notice.
    2. Compose it from what is true now; withdraw it when nobody wants it any more; let it wait while its reader sleeps.
    3. Send it with no transaction open.
    4. Mark it. A postman that dies between 3 and 4 repeats that one letter, with the same Message-ID.
    """
    for settled in range(most):
        with writing() as session:
            notice_id = claim(session, Notice, Notice.channel == Channel.MAIL, now=now, lease=LEASE)
        if notice_id is None or not _settle(notice_id, letters, transport, now):
            return settled
    return most


def _settle(notice_id: int, letters: Mapping[str, Letter], transport: Transport, now: datetime) -> bool:
    """Deliver one letter, or write down why not; return whether it makes sense to go on with others."""
    try:
        _deliver(notice_id, letters, transport, now)
    except Unreachable as fault:
        log.warning("The mail server cannot be reached: %s", fault)
        _put_off(notice_id, now, str(fault), counts=False)
        return False
    except Refused as refusal:
        _finish(notice_id, now, Outcome.FAILED, str(refusal))
    except Deferred as fault:
        _put_off(notice_id, now, str(fault))
    except Exception as problem:
        log.exception("Letter %s could not be sent", notice_id)
        _put_off(notice_id, now, f"{type(problem).__name__}: {problem}")
    return True


def _deliver(notice_id: int, letters: Mapping[str, Letter], transport: Transport, now: datetime) -> None:
    notice = db.session.get_one(Notice, notice_id)
    if notice.done_at is not None:
        return  # withdrawn after it was leased
    context = compose(notice, letters)
    if not letters[notice.kind].may_mail(db.session(), notice.member_id):
        context = Unwanted("the member has switched letters of this kind off")
    if isinstance(context, Unwanted):
        _finish(notice_id, now, Outcome.WITHDRAWN, context.reason)
        return
    until = _quiet_until(notice, letters[notice.kind], context, now)
    if until is not None:
        _hold(notice_id, until)
        return
    if notice.member.is_discreet and not (letters[notice.kind].is_essential or "discreet" in context):
        context = {
            "is_quiet": True,
            "discreet": True,
        }  # a letter that does not know how to be discreet says nothing at all
    message = write(notice, notice.member, context, now=now)
    db.session.rollback()  # no transaction stays open while a mail server takes its time
    transport.send(message)
    _finish(notice_id, now, Outcome.SENT, None, partial(_note_sent, letters, context))


def compose(notice: Notice, letters: Mapping[str, Letter]) -> Context | Unwanted:
    """Return what the letter says now, or why it must not be sent."""
    letter = letters[notice.kind]
    if not (letter.is_essential or notice.member.is_reachable):
        return Unwanted("the account is closed, suspended or not confirmed")
    return letter.compose(db.session(), notice.member, notice.args)


def _quiet_until(notice: Notice, letter: Letter, context: Context, now: datetime) -> datetime | None:
    """Return how long a letter waits because its reader sleeps; letters about the account itself never do."""
    if letter.is_essential:
        return None
    reader = notice.member
    hours = hours_of((reader.quiet_from, reader.quiet_until))
    until = quiet_until(now, reader.timezone, hours)
    return None if until is None or is_too_late(until, context.get("needed_by")) else until


def _hold(notice_id: int, until: datetime) -> None:
    """Let a letter wait until its reader's morning. It has not been tried, so this does not count as an attempt."""
    with writing() as session:
        notice = lock(session, Notice, notice_id)
        if notice is not None and notice.done_at is None:
            notice.due_at, notice.leased_until = until, None
            notice.attempts -= 1


def _note_sent(letters: Mapping[str, Letter], context: Context, session: Session, notice: Notice) -> None:
    letters[notice.kind].sent(session, notice.member_id, context, notice.done_at or notice.due_at)


def _finish(
    notice_id: int,
    now: datetime,
    outcome: Outcome,
    reason: str | None,
    then: Callable[[Session, Notice], None] | None = None,
) -> None:
    with writing() as session:
        notice = lock(session, Notice, notice_id)
        if notice is not None and notice.done_at is None:
            notice.done_at, notice.outcome, notice.reason = now, outcome, reason and reason[:200]
            if then:
                then(session, notice)


def _put_off(notice_id: int, now: datetime, reason: str, *, counts: bool = True) -> None:
    """Let a letter wait, longer each time it was its own fault; give it up when it has waited for days."""
    with writing() as session:
        notice = lock(session, Notice, notice_id)
        if notice is None or notice.done_at is not None:
            return
        notice.reason = reason[:200]
        notice.attempts -= not counts
        if now - notice.due_at > GIVE_UP_AFTER:
            notice.done_at, notice.outcome = now, Outcome.FAILED
        else:
            doubled = SHORTEST_WAIT * 2 ** min(max(notice.attempts - 1, 0), 10)
            notice.leased_until = now + (min(doubled, LONGEST_WAIT) if counts else SHORTEST_WAIT)


def forget_old(*, now: datetime) -> int:
    """Delete notices done long ago, and what sent letters were about; return how many were deleted."""
    done_mail = (Notice.channel == Channel.MAIL, Notice.outcome.in_((Outcome.SENT, Outcome.WITHDRAWN)))
    with writing() as session:
        session.execute(
            sa.update(Notice)
            .where(*done_mail, Notice.done_at < now - KEEP_ARGS, sa.cast(Notice.args, sa.String) != "{}")
            .values(args={})
            .execution_options(synchronize_session=False)
        )
        old = sa.select(Notice.id).where(Notice.done_at < now - KEEP_DONE).limit(SWEPT_AT_ONCE)
        gone = session.execute(sa.delete(Notice).where(Notice.id.in_(old)).returning(Notice.id))
        return len(gone.all())
