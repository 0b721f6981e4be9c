"""Which letters a member wants by mail, and the signed link by which they switch a kind off without signing in."""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.announcements.models import LetterChoice
from welcome.database import insert_once
from welcome.errors import NotFound
from welcome.post.message import public_url

KINDS = ("welcome_event", "bridging_meetup", "event_published", "weekly_letter", "journey")
SALT = "stop letters of one kind"


def wants_mail(session: Session, member_id: int, kind: str) -> bool:
    """Return whether a member wants a kind of letter by mail: yes, until they say no."""
    choice = session.get(LetterChoice, (member_id, kind))
    return choice is None or choice.is_wanted


def wanted_kinds(session: Session, member_id: int) -> list[str]:
    """Return the kinds that a member has not switched off."""
    off = sa.select(LetterChoice.kind).where(LetterChoice.member_id == member_id, LetterChoice.is_wanted.is_(False))
    unwanted = set(session.scalars(off))
    return [kind for kind in KINDS if kind not in unwanted]


def choose(session: Session, member_id: int, kind: str, *, is_wanted: bool, now: datetime) -> None:
    """Write down whether a member wants a kind of letter. What waits in the outbox asks again before it goes."""
    values = {"is_wanted": is_wanted, "changed_at": now}
    if not insert_once(session, LetterChoice, member_id=member_id, kind=kind, **values):
        mine = (LetterChoice.member_id == member_id, LetterChoice.kind == kind)
        session.execute(sa.update(LetterChoice).where(*mine).values(values))


def choose_all(session: Session, member_id: int, wanted: list[str], *, now: datetime) -> None:
    """Write down the whole choice of a member."""
    for kind in KINDS:
        choose(session, member_id, kind, is_wanted=kind in wanted, now=now)


def sign_stop(secret: str, member_public_id: str, kind: str) -> str:
    """Return the token of a link that switches a kind of letter off; it stays valid as long as the letter is kept."""
    return str(URLSafeSerializer(secret, salt=SALT).dumps([member_public_id, kind]))


def stop_url(member: Member, kind: str) -> str:
    """Return the address that switches a kind of letter off for a member."""
    return public_url(f"/letters/stop/{sign_stop(current_app.config['SECRET_KEY'], member.public_id, kind)}")


def read_stop(session: Session, secret: str, token: str) -> tuple[int, str]:
    """Return whose letters of which kind a token is about."""
    try:
        public_id, kind = URLSafeSerializer(secret, salt=SALT).loads(token)
    except (BadSignature, ValueError) as problem:
        raise NotFound from problem
    member_id = session.scalar(sa.select(Member.id).where(Member.public_id == public_id))
    if member_id is None or kind not in KINDS:
        raise NotFound
    return member_id, kind
