"""Threads, who takes part in them and what they wrote."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, relationship

from welcome.accounts.models import Member
from welcome.conversations.rules import Step
from welcome.database import Audience, Base, Retention, Tag, field, key, public_id, subject

TALK = Tag("let people who both said yes write to each other", Audience.COUNTERPART, Retention.ACCOUNT)
NEARER = Tag("let two who talk know each other better, a step at a time", Audience.COUNTERPART, Retention.ACCOUNT)
READING = Tag("show what is new, and write one letter until it is read", Audience.OWNER, Retention.ACCOUNT)


class Thread(Base):
    """One conversation between people who may talk."""

    __tablename__ = "thread"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(TALK, String(16), unique=True, default=public_id)
    created_at: Mapped[datetime] = field(TALK)
    closed_at: Mapped[datetime | None] = field(TALK)

    participants: Mapped[list["Participant"]] = relationship(
        back_populates="thread", lazy="selectin", order_by="Participant.id", passive_deletes=True
    )


class Participant(Base):
    """A member's place in a thread."""

    __tablename__ = "participant"
    __table_args__ = (sa.UniqueConstraint("thread_id", "member_id"),)

    id: Mapped[int] = key()
    thread_id: Mapped[int] = field(TALK, ForeignKey("thread.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    last_read_at: Mapped[datetime | None] = field(READING)
    left_at: Mapped[datetime | None] = field(TALK)

    thread: Mapped[Thread] = relationship(back_populates="participants")
    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)


class Message(Base):
    """What one participant wrote."""

    __tablename__ = "message"
    __table_args__ = (sa.Index("ix_message_in_thread", "thread_id", "id"),)

    id: Mapped[int] = key()
    thread_id: Mapped[int] = field(TALK, ForeignKey("thread.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    body: Mapped[str] = field(TALK, Text)
    sent_at: Mapped[datetime] = field(TALK)


class Told(Base):
    """What one of two people told the other about themselves, until they take it back or the conversation ends."""

    __tablename__ = "told"
    __table_args__ = (sa.UniqueConstraint("thread_id", "member_id", "step"),)

    id: Mapped[int] = key()
    thread_id: Mapped[int] = field(NEARER, ForeignKey("thread.id", ondelete="CASCADE"))
    member_id: Mapped[int] = subject()
    step: Mapped[Step] = field(NEARER)
    words: Mapped[str] = field(NEARER, String(120))
    told_at: Mapped[datetime] = field(NEARER)
