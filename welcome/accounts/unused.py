"""Accounts that nobody has used for years: their owners are asked by letter, and a month later they close."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.closing import close_account
from welcome.accounts.letters import ACCOUNT_UNUSED
from welcome.accounts.models import Member
from welcome.agenda.models import Due
from welcome.agenda.service import schedule
from welcome.post.service import post
from welcome.terms import SWEPT_AT_ONCE

UNUSED_FOR = timedelta(days=2 * 365)
TIME_TO_ANSWER = timedelta(days=30)
CLOSE = "close_unused"


def ask_unused(session: Session, *, now: datetime) -> None:
    """Ask everybody once who has not been here for two years, and plan what happens when they do not come."""
    is_asked = sa.exists().where(Due.kind == CLOSE, Due.ref == Member.id, Due.done_at.is_(None))
    unused = sa.select(Member.id, Member.created_at, Member.seen_on).where(_is_unused(now), ~is_asked)
    closes_at = now + TIME_TO_ANSWER
    args = {"asked_on": now.date().isoformat(), "closes_on": closes_at.date().isoformat()}
    for member_id, created_at, seen_on in session.execute(unused.limit(SWEPT_AT_ONCE)):
        key = f"{member_id}:{seen_on or created_at.date()}"
        post(session, ACCOUNT_UNUSED, member_id, args, key=key, now=now)
        schedule(session, f"{CLOSE}:{key}", CLOSE, member_id, closes_at)


def close_unused(session: Session, member_id: int, now: datetime) -> None:
    """Close the account of somebody who was asked and did not come; the letter about it can open it again."""
    if session.scalar(sa.select(Member.id).where(Member.id == member_id, _is_unused(now))) is not None:
        close_account(session, member_id, now=now, was_unused=True)


def _is_unused(now: datetime) -> sa.ColumnElement[bool]:
    """Whether an open account has not been used; guests have none, and who is suspended cannot come."""
    long_ago = now - UNUSED_FOR
    never_here = sa.and_(Member.seen_on.is_(None), Member.created_at < long_ago)
    is_open = sa.and_(Member.closed_at.is_(None), Member.suspended_at.is_(None), Member.guest_email.is_(None))
    return sa.and_(is_open, sa.or_(Member.seen_on < long_ago.date(), never_here))
