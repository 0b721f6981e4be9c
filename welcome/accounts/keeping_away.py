"""Never show me to: people kept apart by an address, also when they join later.

Only a keyed hash of the address is kept, and nobody is told whether there is an account for it: the page says the
same either way, and the block that follows is listed nowhere.
"""

import hashlib
import hmac
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from welcome.accounts.models import Block, KeptAway, Member
from welcome.database import insert_once


def keep_away(session: Session, member_id: int, address: str, *, now: datetime) -> None:
    """Keep a member and the owner of an address apart, from now on and if they ever join."""
    insert_once(session, KeptAway, member_id=member_id, address_hash=_hash(address), added_at=now)
    owner = sa.select(Member.id).where(Member.email == address, Member.id != member_id)
    for other_id in session.scalars(owner):
        _block(session, member_id, other_id, now)


def keep_apart(session: Session, member: Member, *, now: datetime) -> None:
    """Block a new member, or one with a new address, for everybody who never wants to meet that address."""
    wished = sa.select(KeptAway.member_id).where(KeptAway.address_hash == _hash(member.email))
    for member_id in session.scalars(wished.where(KeptAway.member_id != member.id)):
        _block(session, member_id, member.id, now)


def count_kept_away(session: Session, member_id: int) -> int:
    """Return how many addresses a member keeps away."""
    mine = sa.select(sa.func.count()).where(KeptAway.member_id == member_id)
    return session.scalar(mine) or 0


def forget(session: Session, member_id: int) -> None:
    """Take all of it back. The addresses are not kept, so they cannot be listed one by one."""
    session.execute(sa.delete(KeptAway).where(KeptAway.member_id == member_id))
    session.execute(sa.delete(Block).where(Block.member_id == member_id, Block.is_by_address))


def _block(session: Session, member_id: int, other_id: int, now: datetime) -> None:
    insert_once(session, Block, member_id=member_id, blocked_id=other_id, blocked_at=now, is_by_address=True)


def _hash(address: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, address.strip().lower().encode(), hashlib.sha256).hexdigest()
