"""Open threads, write, read, leave. Who may talk is asked anew each time, in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Block, Member
from welcome.conversations import rules
from welcome.conversations.letters import NEW_MESSAGE
from welcome.conversations.models import Message, Participant, Thread
from welcome.conversations.rules import Standing
from welcome.database import insert_once, lock
from welcome.errors import NotFound
from welcome.post.service import post

PAGE = 50
TWO = 2
#: A letter waits a little: who is reading along needs none.
PATIENCE = timedelta(minutes=3)
#: The same words again within this time are a button that was pressed twice.
TWICE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Room:
    """A thread as one of its people sees it. In the thread of a few people, ``others`` are those who are there."""

    thread: Thread
    me: Participant
    others: tuple[Member, ...]
    standing: Standing
    hidden: frozenset[int] = frozenset()  # whose words the reader does not see

    @property
    def other(self) -> Member:
        """The other of two people."""
        return self.others[0]

    @property
    def is_group(self) -> bool:
        """Whether it was opened for more than two."""
        return len(self.thread.participants) > TWO

    @property
    def names(self) -> dict[int, str]:
        """The first names of everybody who ever wrote here and whom the reader may see."""
        places = (place.member for place in self.thread.participants if place.member_id not in self.hidden)
        return {member.id: member.first_name for member in places}

    @property
    def is_open(self) -> bool:
        """Whether the reader may write."""
        return self.standing is Standing.OPEN

    @property
    def shows_other(self) -> bool:
        """Whether the reader sees who the other is and what they wrote."""
        return self.is_group or self.standing is not Standing.GONE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the inbox."""

    room: Room
    latest: Message | None
    unread: int


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
    """Let nobody write in a thread any more; what was written stays."""
    session.execute(sa.update(Thread).where(Thread.id == thread_id, Thread.closed_at.is_(None)).values(closed_at=now))


def get_room(session: Session, public_id: str, member_id: int) -> Room:
    """Return a thread as this member sees it; NotFound for everybody who is not in it."""
    thread = session.scalar(
        sa.select(Thread).where(Thread.public_id == public_id).execution_options(populate_existing=True)
    )
    if thread is None:
        raise NotFound
    return _room(thread, member_id, *_blocks(session, member_id))


def _room(thread: Thread, member_id: int, by_me: set[int], by_them: set[int]) -> Room:
    me = next((one for one in thread.participants if one.member_id == member_id), None)
    others = [one for one in thread.participants if one.member_id != member_id]
    if me is None or me.left_at is not None or not others:
        raise NotFound
    if len(others) >= TWO:
        return _group(thread, me, others, by_me | by_them)
    other = others[0]
    return Room(
        thread,
        me,
        (other.member,),
        rules.standing(
            is_present=other.member.is_present,
            blocked_me=other.member_id in by_them,
            blocked_by_me=other.member_id in by_me,
            is_over=thread.closed_at is not None or other.left_at is not None,
        ),
    )


def _group(thread: Thread, me: Participant, others: list[Participant], apart: set[int]) -> Room:
    """Leave out of a thread of a few whoever is gone or kept apart from the reader: the others go on."""
    hidden = frozenset(one.member_id for one in others if one.member_id in apart or not one.member.is_present)
    there = tuple(one.member for one in others if one.left_at is None and one.member_id not in hidden)
    is_over = thread.closed_at is not None or not there
    return Room(thread, me, there, Standing.OVER if is_over else Standing.OPEN, hidden)


def _blocks(session: Session, member_id: int) -> tuple[set[int], set[int]]:
    by_me = session.scalars(sa.select(Block.blocked_id).where(Block.member_id == member_id))
    by_them = session.scalars(sa.select(Block.member_id).where(Block.blocked_id == member_id))
    return set(by_me), set(by_them)


def read_messages(session: Session, room: Room, *, before: int | None = None) -> list[Message]:
    """Return one page of what was written, oldest first; nothing by somebody who is gone."""
    mine = (Message.thread_id == room.thread.id,)
    conditions = [*mine, Message.id < before] if before else [*mine]
    if not room.shows_other:
        conditions.append(Message.member_id == room.me.member_id)
    if room.hidden:
        conditions.append(Message.member_id.not_in(room.hidden))
    newest = sa.select(Message).where(*conditions).order_by(Message.id.desc()).limit(PAGE)
    return list(reversed(session.scalars(newest).all()))


def has_unread(session: Session, room: Room) -> bool:
    """Whether the other wrote something that the reader has not seen."""
    return _unread(session, [room]).get(room.thread.id, 0) > 0


def mark_read(session: Session, room_id: int, member_id: int, *, now: datetime) -> None:
    """Remember that a member has seen everything in a thread."""
    session.execute(
        sa.update(Participant)
        .where(Participant.thread_id == room_id, Participant.member_id == member_id)
        .values(last_read_at=now)
    )


def send_message(session: Session, public_id: str, member_id: int, body: str, *, now: datetime) -> Message:
    """Write in a thread and tell the others, each once until they read it."""
    room = get_room(session, public_id, member_id)
    words = rules.check_message(body)
    if not room.is_open:
        raise rules.ThreadIsOver
    said = _said_just_now(session, room.thread.id, member_id, words, now)
    if said is not None:
        return said
    message = Message(thread_id=room.thread.id, member_id=member_id, body=words, sent_at=now)
    session.add(message)
    session.flush()
    there = {other.id for other in room.others}
    for theirs in (one for one in room.thread.participants if one.member_id in there):
        since = int(theirs.last_read_at.timestamp()) if theirs.last_read_at else 0
        args = {"thread": room.thread.id, "message": message.id}
        key = f"{room.thread.id}:{theirs.member_id}:{since}"
        post(session, NEW_MESSAGE, theirs.member_id, args, key=key, now=now, due_at=now + PATIENCE)
    return message


def _said_just_now(session: Session, thread_id: int, member_id: int, words: str, now: datetime) -> Message | None:
    """Return the message that a button pressed twice has sent already."""
    lock(session, Thread, thread_id)
    latest = session.scalar(
        sa.select(Message).where(Message.thread_id == thread_id).order_by(Message.id.desc()).limit(1)
    )
    is_same = latest is not None and (latest.member_id, latest.body) == (member_id, words)
    return latest if latest is not None and is_same and latest.sent_at > now - TWICE else None


def leave_thread(session: Session, public_id: str, member_id: int, *, now: datetime) -> None:
    """Take a member out of a thread for good; the other reads that the conversation is over."""
    get_room(session, public_id, member_id).me.left_at = now


def may_talk(session: Session, one_id: int, other_id: int) -> bool:
    """Return whether two members may write to each other at this moment."""
    thread = find_thread_of(session, {one_id, other_id})
    if thread is None or any(one.left_at for one in thread.participants):
        return False
    return _room(thread, one_id, *_blocks(session, one_id)).is_open and all(
        one.member.is_present for one in thread.participants
    )


def read_inbox(session: Session, member_id: int) -> list[Entry]:
    """Return a member's threads, the one with the newest words first."""
    mine = sa.select(Participant.thread_id).where(Participant.member_id == member_id, Participant.left_at.is_(None))
    blocks = _blocks(session, member_id)
    threads = session.scalars(sa.select(Thread).where(Thread.id.in_(mine))).all()
    rooms = [_room(thread, member_id, *blocks) for thread in threads if len(thread.participants) > 1]
    latest = _latest(session, rooms, member_id)
    unread = _unread(session, rooms)
    entries = [Entry(room, latest.get(room.thread.id), unread.get(room.thread.id, 0)) for room in rooms]
    return sorted(entries, key=lambda entry: entry.latest.sent_at if entry.latest else entry.room.thread.created_at)[
        ::-1
    ]


def count_unread(session: Session, member_id: int) -> int:
    """Return in how many threads something new waits for a member."""
    return sum(1 for entry in read_inbox(session, member_id) if entry.unread)


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
