"""The staff log: every look of staff at something private, with its reason, in a chain that shows what was changed.

Each entry's digest covers its words and the digest before it, so that an entry cannot be changed, removed or slipped
in unseen. What was cut off at the end shows when a digest that somebody wrote down elsewhere is missing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, Session

from welcome.accounts.models import Member
from welcome.database import SUBJECT, Audience, Base, Retention, Tag, field, key
from welcome.terms import is_over

LOG = Tag("tell members which staff looked at what, and why", Audience.OWNER, Retention.SAFETY)
CHAIN = Tag("show when the staff log was changed", Audience.SYSTEM, Retention.SAFETY)
BEGINNING = "0" * 64


class StaffAct(StrEnum):
    """What staff did."""

    LOOKED = "looked at a round"
    READ = "read what was reported"
    DECIDED = "decided a report"
    APPEAL = "decided an appeal"
    VETTED = "vetted a mentor"


class StaffEntry(Base):
    """One act of staff that concerns a member.

    ``staff`` and ``concerned`` are public ids, which say nothing about people who were erased since.
    """

    __tablename__ = "staff_entry"

    id: Mapped[int] = key()
    at: Mapped[datetime] = field(LOG)
    staff: Mapped[str] = field(Tag("hold staff to account", Audience.SYSTEM, Retention.SAFETY), String(16), index=True)
    act: Mapped[StaffAct] = field(LOG)
    thing: Mapped[str] = field(CHAIN, String(16), index=True)  #: the public id of the report, or of the programme
    concerned: Mapped[str | None] = field(CHAIN, String(16))
    reason: Mapped[str] = field(LOG, Text)
    #: Whose entry it is, for the export and the member's own page; the chain outlives it.
    member_id: Mapped[int | None] = field(
        SUBJECT, ForeignKey("member.id", ondelete="SET NULL"), info={"subject": True}, index=True
    )
    previous: Mapped[str] = field(CHAIN, String(64), unique=True)
    digest: Mapped[str] = field(CHAIN, String(64), unique=True)


@dataclass(frozen=True, slots=True)
class Breach:
    """Where the chain is broken."""

    entry_id: int
    what: str


def note(
    session: Session, staff: Member, act: StaffAct, thing: str, concerned_id: int | None, reason: str, *, now: datetime
) -> None:
    """Add an entry to the end of the chain."""
    concerned = session.get(Member, concerned_id) if concerned_id else None
    _append(session, staff, act, thing, [concerned], reason, now)


def note_looks(
    session: Session, staff: Member, thing: str, people: Iterable[Member], reason: str, *, now: datetime
) -> None:
    """Add that staff saw what these people show before anybody said yes."""
    _append(session, staff, StaffAct.LOOKED, thing, people, reason, now)


def _append(
    session: Session,
    staff: Member,
    act: StaffAct,
    thing: str,
    people: Iterable[Member | None],
    reason: str,
    now: datetime,
) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE staff_entry IN EXCLUSIVE MODE"))  # one end, so one writer; readers go on
    previous = head(session)
    for concerned in people:
        entry = StaffEntry(
            at=now, staff=staff.public_id, act=act, thing=thing, concerned=concerned and concerned.public_id,
            reason=reason, member_id=concerned and concerned.id, previous=previous,
        )  # fmt: skip
        previous = entry.digest = _digest(entry)
        session.add(entry)
    session.flush()


def head(session: Session) -> str:
    """Return the digest of the newest entry: write it down elsewhere to notice if the end is cut off."""
    newest = sa.select(StaffEntry.digest).order_by(StaffEntry.id.desc()).limit(1)
    return session.scalar(newest) or BEGINNING


def knows(session: Session, digest: str) -> bool:
    """Return whether an entry has this digest."""
    return session.scalar(sa.select(sa.exists().where(StaffEntry.digest == digest))) or False


def looked_at(session: Session, staff: Member, thing: str) -> set[int]:
    """Return of whom it is written down already that this one of the staff saw them there."""
    theirs = (StaffEntry.staff == staff.public_id, StaffEntry.thing == thing, StaffEntry.act == StaffAct.LOOKED)
    return {found for found in session.scalars(sa.select(StaffEntry.member_id).where(*theirs)) if found}


def has_read(session: Session, staff: Member, thing: str) -> bool:
    """Return whether this moderator has said why they read this."""
    theirs = (StaffEntry.staff == staff.public_id, StaffEntry.thing == thing, StaffEntry.act == StaffAct.READ)
    return session.scalar(sa.select(sa.exists().where(*theirs))) or False


def entries_about(session: Session, member_id: int) -> list[StaffEntry]:
    """Return what staff looked at of a member, the latest first."""
    mine = sa.select(StaffEntry).where(StaffEntry.member_id == member_id)
    return list(session.scalars(mine.order_by(StaffEntry.id.desc())))


def verify(session: Session) -> Iterator[Breach]:
    """Yield every place where the chain is broken. Old entries may be forgotten from its beginning."""
    before: str | None = None
    for entry in session.scalars(sa.select(StaffEntry).order_by(StaffEntry.id)):
        if before is not None and entry.previous != before:
            yield Breach(entry.id, "does not follow the entry before it")
        if entry.digest != _digest(entry):
            yield Breach(entry.id, "was changed")
        before = entry.digest


def forget_beginning(session: Session, *, now: datetime) -> None:
    """Forget the entries whose time is over, up to the first whose is not: the chain goes on unbroken from there."""
    newer = session.scalar(sa.select(sa.func.min(StaffEntry.id)).where(~is_over(StaffEntry.at, now)))
    is_before = sa.true() if newer is None else StaffEntry.id < newer
    session.execute(sa.delete(StaffEntry).where(is_before, is_over(StaffEntry.at, now)))


def _digest(entry: StaffEntry) -> str:
    words = (entry.at.isoformat(), entry.staff, entry.act.value, entry.thing, entry.concerned, entry.reason)
    return hashlib.sha256(json.dumps([entry.previous, *words]).encode()).hexdigest()
