"""Which kinds of letters a member wants, how often and where; and the signed link that stops a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from welcome.database import insert_once
from welcome.errors import NotFound
from welcome.post.models import LetterChoice, Rhythm

#: What can be chosen; each is the kind of a letter. All others are about the reader's own affairs, and always come.
KINDS = (
    *("welcome_event", "bridging_meetup", "event_published", "announcement", "help_wanted"),
    *("new_message", "weekly_letter", "journey", "round_opens"),
)
#: Several letters in one; stopping it stops whatever would come in it.
DIGEST = "digest"
#: What comes by its own rhythm already.
HAS_ITS_OWN = frozenset({"weekly_letter", "journey"})
SALT = "stop letters of one kind"


@dataclass(frozen=True, slots=True)
class Choice:
    """How a member wants to hear of one kind of thing."""

    mail: Rhythm = Rhythm.AT_ONCE
    bell: bool = True


USUAL = Choice()


def choice_of(session: Session, member_id: int, kind: str) -> Choice:
    """Return how a member wants to hear of a kind of thing."""
    row = session.get(LetterChoice, (member_id, kind), populate_existing=True)
    return Choice(row.mail, row.bell) if row else USUAL


def choices_of(session: Session, member_id: int) -> dict[str, Choice]:
    """Return all that a member has chosen, and the usual for the rest."""
    rows = session.scalars(sa.select(LetterChoice).where(LetterChoice.member_id == member_id))
    chosen = {row.kind: Choice(row.mail, row.bell) for row in rows}
    return {kind: chosen.get(kind, USUAL) for kind in KINDS}


def choose(session: Session, member_id: int, kind: str, choice: Choice, *, now: datetime) -> None:
    """Write down how a member wants to hear of a kind. What waits in the outbox asks again before it goes."""
    values = {"mail": choice.mail, "bell": choice.bell, "changed_at": now}
    if not insert_once(session, LetterChoice, member_id=member_id, kind=kind, **values):
        mine = (LetterChoice.member_id == member_id, LetterChoice.kind == kind)
        session.execute(sa.update(LetterChoice).where(*mine).values(values))


def choose_all(session: Session, member_id: int, chosen: Mapping[str, Choice], *, now: datetime) -> None:
    """Write down the whole choice of a member."""
    for kind in KINDS:
        choose(session, member_id, kind, chosen[kind], now=now)


def stop(session: Session, member_id: int, kind: str, *, now: datetime) -> None:
    """Stop a kind of letter by mail; the bell goes on."""
    chosen = choices_of(session, member_id)
    bundled = [one for one in KINDS if chosen[one].mail in {Rhythm.DAILY, Rhythm.WEEKLY}]
    for one in bundled if kind == DIGEST else [kind]:
        choose(session, member_id, one, Choice(Rhythm.OFF, chosen[one].bell), now=now)


def sign_stop(secret: str, member_public_id: str, kind: str) -> str:
    """Return the token of a link that switches a kind of letter off; it stays valid as long as the letter is kept."""
    return str(URLSafeSerializer(secret, salt=SALT).dumps([member_public_id, kind]))


def stop_path(member_public_id: str, kind: str) -> str:
    """Return the path that switches a kind of letter off for a member."""
    return f"/letters/stop/{sign_stop(current_app.config['SECRET_KEY'], member_public_id, kind)}"


def read_stop(secret: str, token: str) -> tuple[str, str]:
    """Return whose letters (by public id) of which kind a token is about."""
    try:
        public_id, kind = URLSafeSerializer(secret, salt=SALT).loads(token)
    except (BadSignature, ValueError) as problem:
        raise NotFound from problem
    if kind not in (*KINDS, DIGEST):
        raise NotFound
    return public_id, kind
