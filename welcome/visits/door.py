"""The list at the door: opened by a secret address for one evening, ticked by several phones, also without a network.

A tick has a name that its phone made up, so sending it twice counts once; of a guest the newest tick holds, by the
clock of the phone that made it. Whoever comes in without having answered is counted by side, not named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from welcome.accounts.models import Member
from welcome.database import insert_once, lock
from welcome.errors import NotFound
from welcome.events.answers.models import COUNTED, Attendance, Greeting
from welcome.events.models import Occurrence
from welcome.visits.models import DoorLink, Tick
from welcome.visits.rules import DOOR_STAYS_OPEN, DoorIsClosed

MOST_AT_ONCE = 500
OLDEST_TAP = timedelta(days=2)  #: no phone is without a network for longer
MOST_PEOPLE = 50
SIDES = ("newcomer", "local", "")


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap as a phone tells it: on a guest's row (by turn), or on "somebody came in" of one side."""

    name: str
    people: int
    at: datetime
    turn: int | None = None
    side: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One guest on the list, and how many of their party are there."""

    turn: int
    name: str
    party: int
    children: int
    is_alone: bool
    here: int


@dataclass(frozen=True, slots=True)
class DoorList:
    """Everybody who is expected, and how many came in without having answered, by side."""

    rows: list[Row]
    walk_ins: dict[str, int]

    @property
    def here(self) -> int:
        """How many people are there."""
        return sum(row.here for row in self.rows) + sum(self.walk_ins.values())


def open_door(session: Session, occurrence_id: int, by: int, *, now: datetime) -> str:
    """Make the secret address of a door list and return its token, which is told this once; an older one is dead."""
    token = token_urlsafe(24)
    occurrence = lock(session, Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound
    link = session.get(DoorLink, occurrence_id) or DoorLink(occurrence_id=occurrence_id)
    link.token_hash, link.made_by_id, link.made_at = _hash(token), by, now
    link.expires_at = max(occurrence.ends_at, now) + DOOR_STAYS_OPEN
    session.add(link)
    session.flush()
    return token


def close_door(session: Session, occurrence_id: int) -> None:
    """Let the secret address lead nowhere."""
    session.execute(sa.delete(DoorLink).where(DoorLink.occurrence_id == occurrence_id))


def find_door(session: Session, occurrence_id: int, *, now: datetime) -> DoorLink | None:
    """Return what is known of the address of a door list, while it works."""
    link = session.get(DoorLink, occurrence_id)
    return link if link is not None and link.expires_at > now else None


def behind_door(session: Session, token: str, *, now: datetime) -> int:
    """Return the date whose list a token opens. Raises DoorIsClosed for an old, revoked or made-up one."""
    mine = (DoorLink.token_hash == _hash(token), DoorLink.expires_at > now)
    occurrence_id = session.scalar(sa.select(DoorLink.occurrence_id).where(*mine))
    if occurrence_id is None:
        raise DoorIsClosed
    return occurrence_id


def tick(session: Session, occurrence_id: int, taps: Iterable[Tap], *, now: datetime) -> None:
    """Keep what was tapped at the door, each tap once, none from the future or from long ago."""
    guests = _members_by_turn(session, occurrence_id)
    for tap in taps:
        if tap.turn is not None and tap.turn not in guests:
            continue  # has left the list since the phone read it
        insert_once(
            session,
            Tick,
            occurrence_id=occurrence_id,
            name=tap.name,
            member_id=guests.get(tap.turn) if tap.turn is not None else None,
            side=tap.side or None,
            people=max(-MOST_PEOPLE, min(tap.people, MOST_PEOPLE)),
            at=max(now - OLDEST_TAP, min(tap.at, now)),
        )


def door_list(session: Session, occurrence_id: int) -> DoorList:
    """Return who is expected and who is there, by name."""
    here, walk_ins = who_is_here(session, occurrence_id)
    rows = [
        Row(
            turn=answer.turn,
            name=answer.name,
            party=answer.party,
            children=answer.children,
            is_alone=answer.greeting is Greeting.WANTED,
            here=max(0, here.get(answer.member_id, 0)),
        )
        for answer in _expected(session, occurrence_id)
    ]
    return DoorList(sorted(rows, key=lambda row: (row.name.casefold(), row.turn)), walk_ins)


def who_is_here(session: Session, occurrence_id: int) -> tuple[dict[int, int], dict[str, int]]:
    """Return how many came with each guest, and how many without an answer by side."""
    ticks = sa.select(Tick).where(Tick.occurrence_id == occurrence_id).order_by(Tick.at, Tick.id)
    here: dict[int, int] = {}
    walk_ins = dict.fromkeys(SIDES, 0)
    for one in session.scalars(ticks):
        if one.member_id is None:
            walk_ins[one.side or ""] += one.people
        else:
            here[one.member_id] = one.people
    return here, {side: max(0, number) for side, number in walk_ins.items()}


def _expected(session: Session, occurrence_id: int) -> list[Attendance]:
    coming = (Attendance.occurrence_id == occurrence_id, Attendance.state.in_(COUNTED))
    is_known = sa.or_(Member.is_present, Member.guest_email.is_not(None))
    chosen = sa.select(Attendance).join(Attendance.member).where(*coming, is_known)
    return list(session.scalars(chosen.options(contains_eager(Attendance.member))))


def _members_by_turn(session: Session, occurrence_id: int) -> dict[int, int]:
    return {answer.turn: answer.member_id for answer in _expected(session, occurrence_id)}


def _hash(token: str) -> str:
    """Hash a token: it is long and random, so that nothing slower is needed."""
    return sha256(token.encode()).hexdigest()
