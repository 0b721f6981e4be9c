"""A thread as one of its people sees it, at this moment: who is there, whose words are shown, whether one may write."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Block, Member
from welcome.accounts.service import hold
from welcome.conversations import rules
from welcome.conversations.models import Participant, Thread
from welcome.conversations.rules import Standing
from welcome.errors import NotFound

TWO = 2


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


def get_room(session: Session, public_id: str, member_id: int) -> Room:
    """Return a thread as this member sees it; NotFound for everybody who is not in it."""
    thread = session.scalar(
        sa.select(Thread).where(Thread.public_id == public_id).execution_options(populate_existing=True)
    )
    if thread is None:
        raise NotFound
    return room_of(thread, member_id, *blocks_of(session, member_id))


def hold_room(session: Session, public_id: str, member_id: int) -> Room:
    """Return a thread as this member sees it; until the transaction ends nobody in it blocks, leaves or ends it."""
    its = Thread.public_id == public_id
    hold(session, sa.select(Participant.member_id).join(Participant.thread).where(its))
    session.execute(sa.select(Thread.id).where(its).with_for_update())
    return get_room(session, public_id, member_id)


def room_of(thread: Thread, member_id: int, by_me: set[int], by_them: set[int]) -> Room:
    """Return a thread as a member sees it, who keeps these people away and is kept away by those."""
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


def blocks_of(session: Session, member_id: int) -> tuple[set[int], set[int]]:
    """Return whom a member keeps away, and who keeps them away."""
    by_me = session.scalars(sa.select(Block.blocked_id).where(Block.member_id == member_id))
    by_them = session.scalars(sa.select(Block.member_id).where(Block.blocked_id == member_id))
    return set(by_me), set(by_them)
