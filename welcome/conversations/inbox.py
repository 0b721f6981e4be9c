"""All threads of a member: the newest words of each, and how many are new."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.conversations.models import Message, Participant, Thread
from welcome.conversations.rooms import Room, blocks_of, room_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the inbox."""

    room: Room
    latest: Message | None
    unread: int


def read_inbox(session: Session, member_id: int) -> list[Entry]:
    """Return a member's threads, the one with the newest words first."""
    mine = sa.select(Participant.thread_id).where(Participant.member_id == member_id, Participant.left_at.is_(None))
    blocks = blocks_of(session, member_id)
    threads = session.scalars(sa.select(Thread).where(Thread.id.in_(mine))).all()
    rooms = [room_of(thread, member_id, *blocks) for thread in threads if len(thread.participants) > 1]
    latest = _latest(session, rooms, member_id)
    unread = _unread(session, rooms)
    entries = [Entry(room, latest.get(room.thread.id), unread.get(room.thread.id, 0)) for room in rooms]
    return sorted(entries, key=lambda entry: entry.latest.sent_at if entry.latest else entry.room.thread.created_at)[
        ::-1
    ]


def count_unread(session: Session, member_id: int) -> int:
    """Return in how many threads something new waits for a member."""
    return sum(1 for entry in read_inbox(session, member_id) if entry.unread)


def has_unread(session: Session, room: Room) -> bool:
    """Whether the other wrote something that the reader has not seen."""
    return _unread(session, [room]).get(room.thread.id, 0) > 0


def _latest(session: Session, rooms: list[Room], member_id: int) -> dict[int, Message]:
    """Return the newest message of each thread that its reader may see."""
    shown = [room.thread.id for room in rooms if room.shows_other]
    hidden = [room.thread.id for room in rooms if not room.shows_other]
    own = sa.and_(Message.thread_id.in_(hidden), Message.member_id == member_id)
    seen = sa.and_(Message.thread_id.in_(shown), ~_unseen(rooms))
    newest = sa.select(sa.func.max(Message.id)).where(sa.or_(seen, own)).group_by(Message.thread_id)
    return {row.thread_id: row for row in session.scalars(sa.select(Message).where(Message.id.in_(newest)))}


def _unseen(rooms: list[Room]) -> sa.ColumnElement[bool]:
    """Condition: a message in a thread of a few, by somebody whom its reader does not see."""
    rooms = [room for room in rooms if room.hidden]
    each = (sa.and_(Message.thread_id == room.thread.id, Message.member_id.in_(room.hidden)) for room in rooms)
    return sa.or_(sa.false(), *each)


def _unread(session: Session, rooms: list[Room]) -> dict[int, int]:
    """Count what the others wrote since each thread was read."""
    mine = {room.me.id for room in rooms if room.shows_other}
    counted = (
        sa.select(Message.thread_id, sa.func.count())
        .join(Participant, Participant.thread_id == Message.thread_id)
        .where(
            Participant.id.in_(mine),
            Message.member_id != Participant.member_id,
            ~_unseen(rooms),
            sa.or_(Participant.last_read_at.is_(None), Message.sent_at > Participant.last_read_at),
        )
        .group_by(Message.thread_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}
