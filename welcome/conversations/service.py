"""Write, read, leave. Who may talk is asked anew each time, in the same transaction."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.conversations import rules
from welcome.conversations.letters import NEW_MESSAGE
from welcome.conversations.models import Message, Participant, Told
from welcome.conversations.rooms import Room, blocks_of, hold_room, room_of
from welcome.conversations.threads import find_thread_of
from welcome.post.service import post

PAGE = 50
#: A letter waits a little: who is reading along needs none.
PATIENCE = timedelta(minutes=3)
#: The same words again within this time are a button that was pressed twice.
TWICE = timedelta(seconds=15)


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


def mark_read(session: Session, room_id: int, member_id: int, *, now: datetime) -> None:
    """Remember that a member has seen everything in a thread."""
    session.execute(
        sa.update(Participant)
        .where(Participant.thread_id == room_id, Participant.member_id == member_id)
        .values(last_read_at=now)
    )


def send_message(session: Session, public_id: str, member_id: int, body: str, *, now: datetime) -> Message:
    """Write in a thread and tell the others, each once until they read it."""
    room = hold_room(session, public_id, member_id)
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
    latest = session.scalar(
        sa.select(Message).where(Message.thread_id == thread_id).order_by(Message.id.desc()).limit(1)
    )
    is_same = latest is not None and (latest.member_id, latest.body) == (member_id, words)
    return latest if latest is not None and is_same and latest.sent_at > now - TWICE else None


def leave_thread(session: Session, public_id: str, member_id: int, *, now: datetime) -> None:
    """Take a member out of a thread for good; the other reads that the conversation is over."""
    room = hold_room(session, public_id, member_id)
    room.me.left_at = now
    if not room.is_group:
        session.execute(sa.delete(Told).where(Told.thread_id == room.thread.id))


def may_talk(session: Session, one_id: int, other_id: int) -> bool:
    """Return whether two members may write to each other at this moment."""
    thread = find_thread_of(session, {one_id, other_id})
    if thread is None or any(one.left_at for one in thread.participants):
        return False
    return room_of(thread, one_id, *blocks_of(session, one_id)).is_open and all(
        one.member.is_present for one in thread.participants
    )
