"""Who is in a thread: open it, take somebody in or out, close it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.conversations.models import Participant, Thread, Told
from welcome.database import insert_once


def open_thread(session: Session, member_ids: Collection[int], *, now: datetime) -> Thread:
    """Open the thread of these people, or open the one again that they had."""
    thread = find_thread_of(session, member_ids)
    if thread is None:
        thread = Thread(created_at=now)
        session.add(thread)
        session.flush()
        session.add_all(Participant(thread_id=thread.id, member_id=member_id) for member_id in sorted(member_ids))
    else:
        thread.closed_at = None
        for participant in thread.participants:
            participant.left_at = None
    session.flush()
    return thread


def open_group(session: Session, member_ids: Collection[int], *, now: datetime) -> Thread:
    """Open a new thread for a few people, whatever some of them have written to each other before."""
    thread = Thread(created_at=now)
    session.add(thread)
    session.flush()
    for member_id in sorted(member_ids):
        take_in(session, thread.id, member_id)
    return thread


def take_in(session: Session, thread_id: int, member_id: int) -> None:
    """Give a member a place in a thread, or give it back."""
    if not insert_once(session, Participant, thread_id=thread_id, member_id=member_id):
        _set_left(session, thread_id, member_id, None)


def take_out(session: Session, thread_id: int, member_id: int, *, now: datetime) -> None:
    """Take a member out of a thread; the others go on."""
    _set_left(session, thread_id, member_id, now)


def _set_left(session: Session, thread_id: int, member_id: int, left_at: datetime | None) -> None:
    place = (Participant.thread_id == thread_id, Participant.member_id == member_id)
    session.execute(sa.update(Participant).where(*place).values(left_at=left_at))


def find_thread_of(session: Session, member_ids: Collection[int]) -> Thread | None:
    """Return the newest thread that has exactly these people."""
    wanted = set(member_ids)
    among = sa.func.sum(sa.case((Participant.member_id.in_(wanted), 1), else_=0))
    thread_ids = (
        sa.select(Participant.thread_id)
        .group_by(Participant.thread_id)
        .having(sa.func.count() == len(wanted), among == len(wanted))
        .where(
            Participant.thread_id.in_(
                sa.select(Participant.thread_id).where(Participant.member_id == min(wanted)),
            )
        )
    )
    newest = sa.select(Thread).where(Thread.id.in_(thread_ids)).order_by(Thread.id.desc()).limit(1)
    return session.scalar(newest)


def close_thread(session: Session, thread_id: int, *, now: datetime) -> None:
    """Let nobody write in a thread any more; what was written stays, what was told besides goes."""
    session.execute(sa.update(Thread).where(Thread.id == thread_id, Thread.closed_at.is_(None)).values(closed_at=now))
    session.execute(sa.delete(Told).where(Told.thread_id == thread_id))
