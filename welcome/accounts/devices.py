"""Where a member is signed in: each device has a row, and ends with it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Grant, Member, Role, SignIn
from welcome.post.service import unread_of

#: How long a sign-in lasts at most, and how long without a visit (by days): on a device where one chose to stay signed
#: in, and on any other, which may be a shared one.
LONGEST = {True: timedelta(days=365), False: timedelta(days=7)}
IDLE = {True: timedelta(days=90), False: timedelta(days=1)}

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


def start(session: Session, member: Member, user_agent: str, *, stays: bool, now: datetime) -> str:
    """Keep that a member signed in on a device; return what its cookies carry. What has ended by itself is removed."""
    session.execute(sa.delete(SignIn).where(SignIn.member_id == member.id, sa.not_(_lasts(now))))
    device = device_name(user_agent)
    begun = SignIn(member_id=member.id, device=device, started_at=now, seen_on=now.date(), stays=stays)
    session.add(begun)
    member.seen_on = now.date()
    session.flush()
    return f"{member.fs_uniquifier}.{begun.public_id}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is signed in on a device, and all that every page shows of them."""

    member: Member
    sign_in: SignIn
    roles: frozenset[tuple[Role, int | None]]
    unread: int


def _lasts(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a sign-in has not ended by itself."""
    return sa.or_(
        *(
            sa.and_(
                SignIn.stays.is_(stays),
                SignIn.started_at > now - LONGEST[stays],
                SignIn.seen_on >= (now - IDLE[stays]).date(),
            )
            for stays in (True, False)
        )
    )


def find(session: Session, carried: str, *, now: datetime) -> Reader | None:
    """Return who is signed in by what a device's cookies carry, unless that has ended; by one statement."""
    uniquifier, _, public_id = carried.partition(".")
    everything = (
        sa.select(Member, SignIn, Grant.role, Grant.scope_id, unread_of(Member.id).scalar_subquery())
        .join(SignIn, SignIn.member_id == Member.id)
        .outerjoin(Grant, Grant.member_id == Member.id)
        .where(Member.fs_uniquifier == uniquifier, SignIn.public_id == public_id, _lasts(now))
    )
    rows = session.execute(everything).all()
    if not rows:
        return None
    member, sign_in, *_more, unread = rows[0]
    roles = frozenset((role, scope_id) for _member, _sign_in, role, scope_id, _unread in rows if role)
    return Reader(member, sign_in, roles, unread or 0)


def devices_of(session: Session, member_id: int, *, now: datetime) -> list[SignIn]:
    """Return where a member is signed in, the latest first."""
    mine = sa.select(SignIn).where(SignIn.member_id == member_id, _lasts(now))
    return list(session.scalars(mine.order_by(SignIn.seen_on.desc(), SignIn.id.desc())))


def see(session: Session, sign_in_id: int, member_id: int, today: date) -> None:
    """Keep on which day a device was last used, and with it the account."""
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_on=today))
    session.execute(sa.update(Member).where(Member.id == member_id).values(seen_on=today))


def end(session: Session, member_id: int, public_id: str) -> None:
    """Sign one device out."""
    session.execute(sa.delete(SignIn).where(SignIn.member_id == member_id, SignIn.public_id == public_id))


def end_all(session: Session, member: Member) -> None:
    """Sign a member out everywhere, and make the links of letters worthless that are on their way."""
    member.fs_uniquifier = token_hex(16)
    session.execute(sa.delete(SignIn).where(SignIn.member_id == member.id))
