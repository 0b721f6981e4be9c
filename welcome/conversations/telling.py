"""What two people who talk tell each other about themselves, a step at a time, and take back.

It is written for one person, stands nowhere else, and goes with the conversation.
"""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Block
from welcome.conversations import rules
from welcome.conversations.models import Message, Participant, Told
from welcome.conversations.rooms import Room, get_room, hold_room
from welcome.conversations.rules import Step
from welcome.database import insert_once


def told_in(session: Session, room: Room) -> dict[int, dict[Step, str]]:
    """Return what each of the two has told; nothing where they may not write to each other any more."""
    if room.is_group or not room.is_open:
        return {}
    rows = session.scalars(sa.select(Told).where(Told.thread_id == room.thread.id).order_by(Told.id))
    told: dict[int, dict[Step, str]] = {}
    for row in rows:
        told.setdefault(row.member_id, {})[row.step] = row.words
    return told


def next_of(session: Session, room: Room, mine: Mapping[Step, str]) -> Step | None:
    """Return what a member could tell next."""
    if room.is_group or not room.is_open:
        return None
    authors = sa.select(sa.func.count(Message.member_id.distinct())).where(Message.thread_id == room.thread.id)
    return rules.next_step(mine, writers=session.scalar(authors) or 0)


def tell(session: Session, public_id: str, member_id: int, step: Step, words: str, *, now: datetime) -> None:
    """Tell the other one more thing, if it is its turn; told twice it is told once."""
    room = hold_room(session, public_id, member_id)
    if not room.is_open:
        raise rules.ThreadIsOver
    mine = told_in(session, room).get(member_id, {})
    if step in mine:
        return
    if step is not next_of(session, room, mine):
        raise rules.NotYet
    values = {"words": " ".join(words.split()), "told_at": now}
    insert_once(session, Told, thread_id=room.thread.id, member_id=member_id, step=step, **values)


def take_back(session: Session, public_id: str, member_id: int, step: Step | None) -> None:
    """Take back what was told, and what was told after it."""
    room = get_room(session, public_id, member_id)
    if step is not None:
        mine = (Told.thread_id == room.thread.id, Told.member_id == member_id, Told.step.in_(rules.from_step(step)))
        session.execute(sa.delete(Told).where(*mine))


def forget_what_nobody_reads(session: Session) -> None:
    """Delete what was told to somebody who is erased or kept apart: a block that is taken back brings nothing back.

    Until then, every page looks for the block itself.
    """
    apart = sa.exists().where(
        sa.or_(
            sa.and_(Block.member_id == Told.member_id, Block.blocked_id == Participant.member_id),
            sa.and_(Block.blocked_id == Told.member_id, Block.member_id == Participant.member_id),
        )
    )
    reader = sa.exists().where(Participant.thread_id == Told.thread_id, Participant.member_id != Told.member_id, ~apart)
    session.execute(sa.delete(Told).where(~reader).execution_options(synchronize_session=False))
