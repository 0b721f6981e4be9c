"""Leave: an account closes at once and is erased after seven days to come back; who never confirms is erased too."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.devices import end_all
from welcome.accounts.erased import note_erased
from welcome.accounts.letters import ACCOUNT_CLOSED
from welcome.accounts.models import Member
from welcome.accounts.service import LinkExpired
from welcome.agenda.service import cancel, schedule
from welcome.database import lock
from welcome.post.service import post, withdraw_all

TIME_TO_RETURN = timedelta(days=7)
TIME_TO_CONFIRM = timedelta(days=30)


def close_account(session: Session, member_id: int, *, now: datetime, was_unused: bool = False) -> None:
    """Close an account: nobody sees the member from now on, every session ends, and letters on their way stop.

    The letter says whether its owner has done it, or nobody has used it for years.
    """
    member = lock(session, Member, member_id)
    if member is None or member.closed_at is not None:
        return
    member.closed_at, member.active = now, False
    end_all(session, member)
    withdraw_all(session, member_id, now=now, reason="the account was closed")
    post(session, ACCOUNT_CLOSED, member_id, {"was_unused": was_unused}, key=f"{member_id}:{now.timestamp()}", now=now)
    schedule(session, _work(member_id), "erase_account", member_id, now + TIME_TO_RETURN)


def reopen_account(session: Session, uniquifier: str, *, now: datetime) -> None:
    """Open a closed account again, by the link of the letter, which works once."""
    closed = sa.select(Member.id).where(Member.fs_uniquifier == uniquifier, Member.closed_at > now - TIME_TO_RETURN)
    member_id = session.scalar(closed)
    member = lock(session, Member, member_id) if member_id else None
    if member is None or member.closed_at is None:
        raise LinkExpired
    member.closed_at, member.active = None, True
    end_all(session, member)
    cancel(session, _work(member_id))


def erase_account(session: Session, member_id: int, now: datetime) -> None:
    """Erase a closed account and all that belongs to it, once the time to return is over."""
    member = lock(session, Member, member_id)
    if member is not None and member.closed_at is not None and member.closed_at + TIME_TO_RETURN <= now:
        note_erased(member.public_id)  # first: one too many on the list is a member who is being erased anyway
        session.execute(sa.delete(Member).where(Member.id == member_id))


def erase_unconfirmed(session: Session, *, now: datetime) -> None:
    """Erase accounts whose address nobody has confirmed for a month: it may be somebody else's."""
    session.execute(sa.delete(Member).where(Member.confirmed_at.is_(None), Member.created_at < now - TIME_TO_CONFIRM))


def _work(member_id: int | None) -> str:
    return f"erase_account:{member_id}"
