"""The postman: claims due letters, asks whether each is still wanted, sends, and writes down what became of it.

A letter that the mail server puts off waits longer each time and is given up after some days. A mail server that
cannot be reached at all is no letter's fault: the round ends, and everything is tried again soon.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import db, writing
from welcome.leases import claim
from welcome.post.choices import USUAL, Choice, choice_of, stop_path
from welcome.post.digest import READ_HERE, SWITCHED_OFF, bundle, next_digest
from welcome.post.hours import hours_of, in_time, is_too_late, quiet_until
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.message import public_url, write
from welcome.post.models import Bounce, Channel, Notice, Outcome, Rhythm
from welcome.post.pausing import paused_address
from welcome.post.service import was_read
from welcome.post.settling import finish, hold, is_settled, put_off
from welcome.post.smtp import Deferred, Refused, Transport, Unreachable
from welcome.terms import SWEPT_AT_ONCE, is_over

LEASE = timedelta(minutes=5)  #: longer than the slowest server takes for one letter
KEEP_ARGS = timedelta(days=7)

log = logging.getLogger(__name__)


def send_due(letters: Mapping[str, Letter], transport: Transport, *, now: datetime, most: int = 200) -> int:
    """Settle up to ``most`` due letters and return how many were; none when the mail server cannot be reached.

    1. Lease one notice.
    2. Compose it from what is true now; withdraw it when nobody wants it any more; let it wait while its reader sleeps,
       or for the one letter of the day or week that takes it along.
    3. Send it with no transaction open.
    4. Mark it. A postman that dies between 3 and 4 repeats that one letter, with the same Message-ID.
    """
    mine = (Notice.channel == Channel.MAIL, Notice.bundle_id.is_(None))
    for settled in range(most):
        with writing() as session:
            notice_id = claim(session, Notice, *mine, now=now, lease=LEASE)
        if notice_id is None or not _settle(notice_id, letters, transport, now):
            return settled
    return most


def _settle(notice_id: int, letters: Mapping[str, Letter], transport: Transport, now: datetime) -> bool:
    """Deliver one letter, or write down why not; return whether it makes sense to go on with others."""
    try:
        _deliver(notice_id, letters, transport, now)
    except Unreachable as fault:
        log.warning("The mail server cannot be reached: %s", fault)
        put_off(notice_id, now, str(fault), counts=False)
        return False
    except Refused as refusal:
        finish(notice_id, now, Outcome.FAILED, str(refusal))
    except Deferred as fault:
        put_off(notice_id, now, str(fault))
    except Exception as problem:
        log.exception("Letter %s could not be sent", notice_id)
        put_off(notice_id, now, f"{type(problem).__name__}: {problem}")
    return True


def _deliver(notice_id: int, letters: Mapping[str, Letter], transport: Transport, now: datetime) -> None:
    notice = db.session.get_one(Notice, notice_id)
    if notice.done_at is not None:
        return  # withdrawn after it was leased
    letter = letters[notice.kind]
    choice = choice_of(db.session(), notice.member_id, notice.kind) if letter.is_optional else USUAL
    context = in_time(_ask(notice, letters, choice), now)
    if isinstance(context, Unwanted):
        finish(notice_id, now, Outcome.WITHDRAWN, context.reason)
        return
    rhythm = _rhythm(notice.member, choice, context, now)
    if rhythm in {Rhythm.DAILY, Rhythm.WEEKLY}:
        bundle(notice_id, rhythm, now=now)
        return
    until = quiet_end(notice, letter, context, now)
    if until is not None:
        hold(notice_id, until)
        return
    message = write(notice, notice.member, for_reader(notice.member, letter, context), now=now)
    db.session.rollback()  # no transaction stays open while a mail server takes its time
    if is_settled(notice_id):
        return  # taken back while it was written
    if not _still_holds(context):
        _deliver(notice_id, letters, transport, now)
        return
    transport.send(message)
    finish(notice_id, now, Outcome.SENT, None, partial(_note_sent, letters, context))


def _still_holds(context: Context) -> bool:
    """Look once more, right before a letter is handed over, whether what it tells was changed while it was written."""
    holds = context.get("holds")
    is_true = holds is None or bool(holds(db.session()))
    db.session.rollback()
    return is_true


def _ask(notice: Notice, letters: Mapping[str, Letter], choice: Choice) -> Context | Unwanted:
    """Return what the letter says now, or why it must not go by mail."""
    letter, session = letters[notice.kind], db.session()
    if choice.mail is Rhythm.OFF:
        return Unwanted(SWITCHED_OFF)
    if letter.is_optional and was_read(session, notice):
        return Unwanted(READ_HERE)
    if not letter.is_essential and paused_address(session, notice.member_id, notice.member.mail_address):
        return Unwanted("letters to this address come back")
    return compose(notice, letters)


def compose(notice: Notice, letters: Mapping[str, Letter]) -> Context | Unwanted:
    """Return what the letter says now, or why it must not be sent."""
    letter = letters[notice.kind]
    if not (letter.is_essential or notice.member.is_reachable):
        return Unwanted("the account is closed, suspended or not confirmed")
    return letter.compose(db.session(), notice.member, notice.args)


def quiet_end(notice: Notice, letter: Letter, context: Context, now: datetime) -> datetime | None:
    """Return how long a letter waits because its reader sleeps; letters about the account itself never do."""
    if letter.is_essential:
        return None
    reader = notice.member
    hours = hours_of((reader.quiet_from, reader.quiet_until))
    until = quiet_until(now, reader.timezone, hours)
    return None if until is None or is_too_late(until, context.get("needed_by")) else until


def _rhythm(reader: Recipient, choice: Choice, context: Context, now: datetime) -> Rhythm:
    """Return how often a reader wants such letters; what would come too late that way comes at once."""
    if choice.mail in {Rhythm.DAILY, Rhythm.WEEKLY} and is_too_late(
        next_digest(choice.mail, reader, now), context.get("needed_by")
    ):
        return Rhythm.AT_ONCE
    return choice.mail


def for_reader(reader: Recipient, letter: Letter, context: Context) -> Context:
    """Add the link that stops such letters; to a discreet reader nothing else is said but that there is something."""
    if letter.is_optional:
        context = {**context, "unsubscribe_url": public_url(stop_path(reader.public_id, letter.kind))}
    if reader.is_discreet and not letter.is_essential:
        kept = {name: context[name] for name in ("unsubscribe_url",) if name in context}
        return {"is_quiet": True, **kept}
    return context


def _note_sent(letters: Mapping[str, Letter], context: Context, session: Session, notice: Notice) -> None:
    letters[notice.kind].sent(session, notice.member_id, context, notice.done_at or notice.due_at)


def forget_old(*, now: datetime) -> int:
    """Delete notices done long ago, what sent letters were about, what came back; return how many notices."""
    done_mail = (Notice.channel == Channel.MAIL, Notice.outcome.in_((Outcome.SENT, Outcome.WITHDRAWN)))
    with writing() as session:
        session.execute(
            sa.update(Notice)
            .where(*done_mail, Notice.done_at < now - KEEP_ARGS, sa.cast(Notice.args, sa.String) != "{}")
            .values(args={})
            .execution_options(synchronize_session=False)
        )
        session.execute(sa.delete(Bounce).where(is_over(Bounce.at, now)))
        old = sa.select(Notice.id).where(is_over(Notice.done_at, now)).limit(SWEPT_AT_ONCE)
        gone = session.execute(sa.delete(Notice).where(Notice.id.in_(old)).returning(Notice.id))
        return len(gone.all())
