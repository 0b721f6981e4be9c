"""An audience as an organiser describes it, and who is in it. The organiser never learns more than about how many."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids
from welcome.announcements import rules
from welcome.announcements.audience import THIS_WEEK
from welcome.announcements.models import Announcement, Invitation, Purpose
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.models import Event, Occurrence
from welcome.post.models import LetterChoice, Rhythm
from welcome.profiles.models import Interest, Profile, Side, Spoken

LETTERS = {Purpose.COME: "announcement", Purpose.HELP: "help_wanted"}


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an announcement is for; whatever is empty leaves nobody out."""

    side: str = ""
    languages: tuple[str, ...] = ()
    area_ids: tuple[int, ...] = ()
    interests: tuple[str, ...] = ()
    with_children: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether it is for some people more than for others; a side alone is half the city."""
        return bool(self.languages or self.area_ids or self.interests or self.with_children)

    def kept(self) -> dict[str, Any]:
        """Return the audience as it is kept in a row."""
        return {name: list(said) if isinstance(said, tuple) else said for name, said in asdict(self).items()}


def read_audience(kept: Mapping[str, Any]) -> Audience:
    """Return an audience as it was kept."""
    said: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in kept.items()}
    return Audience(**said)


def members_of(session: Session, announcement: Announcement, *, now: datetime) -> list[int]:
    """Return who would be told now.

    Nobody who wants no such letters, comes already, is kept apart from the writer or host, or was told of the series
    before; and nobody who was told of much this week.
    """
    event = announcement.event
    audience = read_audience(announcement.audience)
    chosen = (
        sa.select(Member.id)
        .join(Profile, Profile.member_id == Member.id)
        .where(Member.is_present, *_described(audience), ~_unwanted(LETTERS[announcement.purpose]), ~_answered(event))
        .order_by(Member.id)
    )
    for host in {announcement.created_by, event.created_by} - {None}:
        chosen = chosen.where(Member.id.not_in({host, *blocked_ids(session, host or 0)}))
    if announcement.purpose is Purpose.COME:
        chosen = chosen.where(~_told(event), _told_this_week(now) < rules.MOST_A_WEEK)
    return list(session.scalars(chosen))


def count_everybody(session: Session) -> int:
    """Count the members who have said anything about themselves."""
    present = sa.select(sa.func.count()).select_from(Member).join(Profile, Profile.member_id == Member.id)
    return session.scalar(present.where(Member.is_present)) or 0


def _described(audience: Audience) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if audience.side:
        found.append(Profile.side.in_((Side(audience.side), Side.BOTH)))
    if audience.area_ids:
        found.append(Profile.area_id.in_(audience.area_ids))
    if audience.with_children:
        found.append(sa.cast(Profile.children, sa.Text) != "[]")
    if audience.languages:
        found.append(sa.exists().where(Spoken.member_id == Member.id, Spoken.language.in_(audience.languages)))
    if audience.interests:
        found.append(sa.exists().where(Interest.member_id == Member.id, Interest.code.in_(audience.interests)))
    return found


def _unwanted(kind: str) -> sa.ColumnElement[bool]:
    is_off = (LetterChoice.mail == Rhythm.OFF, LetterChoice.bell.is_(False))
    return sa.exists().where(LetterChoice.member_id == Member.id, LetterChoice.kind == kind, *is_off)


def _answered(event: Event) -> sa.ColumnElement[bool]:
    dates = sa.select(Occurrence.id).where(Occurrence.event_id == event.id)
    comes = (Attendance.occurrence_id.in_(dates), Attendance.state != AttendanceState.LEFT)
    return sa.exists().where(Attendance.member_id == Member.id, *comes)


def _told(event: Event) -> sa.ColumnElement[bool]:
    return sa.exists().where(Invitation.event_id == event.id, Invitation.member_id == Member.id)


def _told_this_week(now: datetime) -> sa.ScalarSelect[int]:
    lately = (Invitation.member_id == Member.id, Invitation.told_at > now - THIS_WEEK)
    return sa.select(sa.func.count()).where(*lately).correlate(Member).scalar_subquery()
