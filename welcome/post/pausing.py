"""Addresses that give letters back: counted, paused after the second hard no or the first complaint, and mended."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import insert_once
from welcome.post.models import Bounce, BounceKind, Notice, Outcome, PausedAddress

#: An address is paused after so many letters came back for this reason within the time below.
PAUSED_AFTER = {BounceKind.HARD: 2, BounceKind.SOFT: 6, BounceKind.COMPLAINT: 1}
COUNTED = timedelta(days=30)


def paused_address(session: Session, member_id: int, address: str) -> PausedAddress | None:
    """Return why no letters go to a member's present address, or None."""
    paused = session.get(PausedAddress, member_id, populate_existing=True)
    return paused if paused is not None and paused.address == address else None


def note_bounce(session: Session, notice_id: int, kind: BounceKind, said: str, *, now: datetime) -> bool:
    """Write down that a letter came back, once for each reason; pause the address when it has done so too often."""
    notice = session.get(Notice, notice_id)
    if notice is None:
        return False
    address = notice.address or notice.member.mail_address
    values = {"address": address, "kind": kind, "said": said[:200], "at": now}
    if kind is BounceKind.HARD and notice.outcome is Outcome.SENT:
        notice.outcome, notice.reason = Outcome.FAILED, said[:200]
    is_new = insert_once(session, Bounce, member_id=notice.member_id, notice_id=notice_id, **values)
    if is_new and _count(session, notice.member_id, address, kind, now) >= PAUSED_AFTER[kind]:
        paused = {"address": address, "kind": kind, "said": said[:200], "paused_at": now}
        if not insert_once(session, PausedAddress, member_id=notice.member_id, **paused):
            mine = PausedAddress.member_id == notice.member_id
            session.execute(sa.update(PausedAddress).where(mine).values(paused))
    return is_new


def _count(session: Session, member_id: int, address: str, kind: BounceKind, now: datetime) -> int:
    lately = (
        Bounce.member_id == member_id,
        Bounce.address == address,
        Bounce.kind == kind,
        Bounce.at > now - COUNTED,
    )
    return session.scalar(sa.select(sa.func.count()).where(*lately)) or 0


def resume(session: Session, member_id: int) -> None:
    """Write to a member's address again, as if nothing had come back: they say that it is right."""
    session.execute(sa.delete(PausedAddress).where(PausedAddress.member_id == member_id))
    session.execute(sa.delete(Bounce).where(Bounce.member_id == member_id))
