"""What members do with their accounts: keep others away, leave, take their data along."""

from datetime import datetime
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Block, Consent, Grant, Member, Role
from welcome.database import insert_once


def find_member(session: Session, public_id: str) -> Member | None:
    """Return the present member of that public id."""
    return session.scalar(sa.select(Member).where(Member.public_id == public_id, Member.is_present))


def block(session: Session, member_id: int, blocked_id: int, *, now: datetime) -> None:
    """Keep two members apart from this transaction on."""
    insert_once(session, Block, member_id=member_id, blocked_id=blocked_id, blocked_at=now)


def unblock(session: Session, member_id: int, blocked_id: int) -> None:
    """Take a block back."""
    session.execute(sa.delete(Block).where(Block.member_id == member_id, Block.blocked_id == blocked_id))


def blocked_ids(session: Session, member_id: int) -> set[int]:
    """Return everyone who is kept apart from a member, whoever asked for it."""
    by_me = sa.select(Block.blocked_id).where(Block.member_id == member_id)
    by_them = sa.select(Block.member_id).where(Block.blocked_id == member_id)
    return set(session.scalars(by_me.union(by_them)))


def is_blocked(session: Session, one_id: int, other_id: int) -> bool:
    """Return whether either has blocked the other."""
    pair = sa.or_(
        sa.and_(Block.member_id == one_id, Block.blocked_id == other_id),
        sa.and_(Block.member_id == other_id, Block.blocked_id == one_id),
    )
    return session.scalar(sa.select(sa.exists().where(pair))) or False


def grant(session: Session, member_id: int, role: Role, *, scope_id: int | None = None, now: datetime) -> None:
    """Give a member a role."""
    held = sa.select(Grant.id).where(Grant.member_id == member_id, Grant.role == role, Grant.scope_id == scope_id)
    if session.scalar(held) is None:
        session.add(Grant(member_id=member_id, role=role, scope_id=scope_id, granted_at=now))


def give_consent(session: Session, member_id: int, field_name: str, *, now: datetime) -> None:
    """Keep a member's yes to the use of one optional field."""
    if not insert_once(session, Consent, member_id=member_id, field_name=field_name, given_at=now):
        again = _consent(member_id, field_name, Consent.withdrawn_at.is_not(None))
        session.execute(sa.update(Consent).where(again).values(given_at=now, withdrawn_at=None))


def withdraw_consent(session: Session, member_id: int, field_name: str, *, now: datetime) -> None:
    """Keep that a member no longer wants one optional field to be used; whoever keeps the field empties it."""
    given = _consent(member_id, field_name, Consent.withdrawn_at.is_(None))
    session.execute(sa.update(Consent).where(given).values(withdrawn_at=now))


def consented_fields(session: Session, member_id: int) -> set[str]:
    """Return the names of the optional fields that a member lets us use now."""
    given = sa.and_(Consent.member_id == member_id, Consent.withdrawn_at.is_(None))
    return set(session.scalars(sa.select(Consent.field_name).where(given)))


def _consent(member_id: int, field_name: str, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.and_(Consent.member_id == member_id, Consent.field_name == field_name, condition)


def suspend(session: Session, member_id: int, *, now: datetime) -> None:
    """Put a member out of everything at once: nobody sees them, and every session of theirs ends."""
    member = session.get_one(Member, member_id)
    member.suspended_at, member.active, member.fs_uniquifier = now, False, token_hex(16)
