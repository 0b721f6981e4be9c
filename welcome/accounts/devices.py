"""Where a member is signed in: each device has a row, and ends with it."""

from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Grant, Member, Role, SignIn
from welcome.post.service import unread_of

#: What browsers and systems call themselves in a request, the more particular first.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def device_name(user_agent: str) -> str:
    """Return what a device is, as its owner would call it: "Firefox, Android". Empty when it does not say."""
    words = (next((name for mark, name in known.items() if mark in user_agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, words))


def start(session: Session, member: Member, user_agent: str, *, now: datetime) -> str:
    """Keep that a member signed in on a device; return what its cookies carry."""
    begun = SignIn(member_id=member.id, device=device_name(user_agent), started_at=now, seen_on=now.date())
    session.add(begun)
    session.flush()
    return f"{member.fs_uniquifier}.{begun.public_id}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is signed in on a device, and all that every page shows of them."""

    member: Member
    sign_in: SignIn
    roles: frozenset[tuple[Role, int | None]]
    unread: int


def find(session: Session, carried: str) -> Reader | None:
    """Return who is signed in by what a device's cookies carry, unless it was ended since; by one statement."""
    uniquifier, _, public_id = carried.partition(".")
    everything = (
        sa.select(Member, SignIn, Grant.role, Grant.scope_id, unread_of(Member.id).scalar_subquery())
        .join(SignIn, SignIn.member_id == Member.id)
        .outerjoin(Grant, Grant.member_id == Member.id)
        .where(Member.fs_uniquifier == uniquifier, SignIn.public_id == public_id)
    )
    rows = session.execute(everything).all()
    if not rows:
        return None
    member, sign_in, *_more, unread = rows[0]
    roles = frozenset((role, scope_id) for _member, _sign_in, role, scope_id, _unread in rows if role)
    return Reader(member, sign_in, roles, unread or 0)


def devices_of(session: Session, member_id: int) -> list[SignIn]:
    """Return where a member is signed in, the latest first."""
    mine = sa.select(SignIn).where(SignIn.member_id == member_id)
    return list(session.scalars(mine.order_by(SignIn.seen_on.desc(), SignIn.id.desc())))


def see(session: Session, sign_in_id: int, today: date) -> None:
    """Keep on which day a device was last used."""
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_on=today))


def end(session: Session, member_id: int, public_id: str) -> None:
    """Sign one device out."""
    session.execute(sa.delete(SignIn).where(SignIn.member_id == member_id, SignIn.public_id == public_id))


def end_all(session: Session, member: Member) -> None:
    """Sign a member out everywhere, and make the links of letters worthless that are on their way."""
    member.fs_uniquifier = token_hex(16)
    session.execute(sa.delete(SignIn).where(SignIn.member_id == member.id))
