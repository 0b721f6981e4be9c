"""Put letters into the outbox, and take them back while they are still there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from welcome.database import insert_all_once, insert_once
from welcome.post.letters import Letter
from welcome.post.models import Channel, LetterChoice, Notice, Outcome, PushSubscription

ASKED_AT_ONCE = 10_000  #: PostgreSQL takes 65,535 values in a statement


def post(
    session: Session,
    letter: Letter,
    member_id: int,
    args: dict[str, Any],
    *,
    key: str,
    now: datetime,
    due_at: datetime | None = None,
    address: str | None = None,
) -> bool:
    """Put one letter to one member into the outbox; return whether it is new.

    ``key`` names what is told to whom (``event_moved:12:3:member:7``): the same key is never sent twice. ``args`` hold
    ids only; what the letter says is looked up when it goes out.
    """
    row = {"kind": letter.kind, "member_id": member_id, "args": args, "created_at": now, "due_at": due_at or now}
    is_new = False
    for channel in (*letter.channels, *_devices(session, letter, [member_id])):
        shown = {"done_at": now, "outcome": Outcome.SENT} if channel is Channel.APP else {"address": address}
        is_new |= insert_once(session, Notice, key=f"{letter.kind}:{key}", channel=channel, **row, **shown)
    return is_new


def _devices(session: Session, letter: Letter, member_ids: Sequence[int]) -> dict[Channel, set[int]]:
    """Return who has asked to be shown notices on a device; a letter that does not ring the bell is not shown there."""
    if Channel.APP not in letter.channels:
        return {}
    members: set[int] = set()
    for first in range(0, len(member_ids), ASKED_AT_ONCE):
        some = member_ids[first : first + ASKED_AT_ONCE]
        members |= set(
            session.scalars(sa.select(PushSubscription.member_id).where(PushSubscription.member_id.in_(some)))
        )
    return {Channel.PUSH: members} if members else {}


@dataclass(frozen=True, slots=True)
class Copy:
    """One person's copy of a letter that goes to many."""

    member_id: int
    args: dict[str, Any]
    key: str


def post_to_many(session: Session, letter: Letter, copies: Sequence[Copy], *, now: datetime) -> None:
    """Put a letter to many members into the outbox by a few statements; each key is sent once, as with ``post``."""
    devices = _devices(session, letter, [copy.member_id for copy in copies])
    for channel in (*letter.channels, *devices):
        is_app = channel is Channel.APP
        same = {"channel": channel, "kind": letter.kind, "created_at": now, "due_at": now, "attempts": 0}
        end = {"done_at": now if is_app else None, "outcome": Outcome.SENT if is_app else None}
        rows: list[dict[str, object]] = [
            {**same, **end, "key": f"{letter.kind}:{copy.key}", "member_id": copy.member_id, "args": copy.args}
            for copy in copies
            if channel is not Channel.PUSH or copy.member_id in devices[channel]
        ]
        insert_all_once(session, Notice, rows, Notice.id)


def withdraw(session: Session, letter: Letter, prefix: str, *, now: datetime, reason: str) -> None:
    """Take back the letters whose key starts with ``prefix`` and that have not been sent."""
    session.execute(
        sa.update(Notice)
        .where(Notice.key.startswith(f"{letter.kind}:{prefix}", autoescape=True), Notice.done_at.is_(None))
        .values(done_at=now, outcome=Outcome.WITHDRAWN, reason=reason)
    )


def was_read(session: Session, notice: Notice) -> bool:
    """Return whether a member has already seen in the app what a copy on another channel would tell."""
    shown = (Notice.key == notice.key, Notice.channel == Channel.APP, Notice.read_at.is_not(None))
    return session.scalar(sa.select(Notice.id).where(*shown)) is not None


def _on_bell(member_id: int | InstrumentedAttribute[int]) -> tuple[sa.ColumnElement[bool], ...]:
    """Choose what a member's bell shows: what is told in the app, but for the kinds that they have switched off."""
    is_off = sa.exists().where(
        LetterChoice.member_id == Notice.member_id, LetterChoice.kind == Notice.kind, LetterChoice.bell.is_(False)
    )
    return Notice.member_id == member_id, Notice.channel == Channel.APP, ~is_off


def unread_count(session: Session, member_id: int) -> int:
    """Return how many in-app notices a member has not seen."""
    return session.scalar(unread_of(member_id)) or 0


def unread_of(member_id: int | InstrumentedAttribute[int]) -> sa.Select[int]:
    """Select that number, for use within another statement."""
    return sa.select(sa.func.count(Notice.id)).where(*_on_bell(member_id), Notice.read_at.is_(None))


def latest_notices(session: Session, member_id: int, most: int = 30) -> list[Notice]:
    """Return a member's newest in-app notices."""
    newest_first = (Notice.created_at.desc(), Notice.id.desc())
    return list(session.scalars(sa.select(Notice).where(*_on_bell(member_id)).order_by(*newest_first).limit(most)))


def mark_read(session: Session, member_id: int, *, now: datetime) -> None:
    """Mark everything that a member's bell shows as seen."""
    mine = (Notice.member_id == member_id, Notice.channel == Channel.APP, Notice.read_at.is_(None))
    session.execute(sa.update(Notice).where(*mine).values(read_at=now))


def withdraw_all(session: Session, member_id: int, *, now: datetime, reason: str) -> None:
    """Take back every letter to a member that has not been sent."""
    unsent = (Notice.member_id == member_id, Notice.done_at.is_(None))
    session.execute(sa.update(Notice).where(*unsent).values(done_at=now, outcome=Outcome.WITHDRAWN, reason=reason))
