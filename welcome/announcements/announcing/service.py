"""Write an announcement, see how many it reaches, send it or ask a moderator, and decide."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from welcome.accounts.models import Grant, Role
from welcome.announcements.announcing import rules
from welcome.announcements.announcing.audience import Audience, count_everybody, members_of, read_audience
from welcome.announcements.announcing.letter import ANNOUNCEMENT_DECIDED, ANNOUNCEMENT_WAITS, LETTER_FOR
from welcome.announcements.models import Announcement, AnnouncementState, Invitation, Purpose
from welcome.database import insert_all_once, insert_once, lock
from welcome.errors import NotFound
from welcome.events.audiences import largest_audience
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.post.service import Copy, post, post_to_many

DRAFT, WAITING, SENT = AnnouncementState.DRAFT, AnnouncementState.WAITING, AnnouncementState.SENT


@dataclass(frozen=True, slots=True)
class Reach:
    """How many would be told now, how many may be, and whether a moderator agrees first."""

    number: int
    most: int | None
    needs_second_yes: bool

    @property
    def shown(self) -> int | None:
        """About how many, as people are told of it."""
        return rules.shown(self.number)


def find_announcement(session: Session, public_id: str) -> Announcement:
    """Return an announcement with its event, or raise NotFound."""
    whole = joinedload(Announcement.event).joinedload(Event.organisation)
    found = session.scalar(sa.select(Announcement).where(Announcement.public_id == public_id).options(whole))
    if found is None:
        raise NotFound
    return found


def announcements_of(session: Session, event_id: int) -> dict[Purpose, Announcement]:
    """Return what was announced of an event."""
    rows = session.scalars(sa.select(Announcement).where(Announcement.event_id == event_id))
    return {row.purpose: row for row in rows}


def waiting(session: Session) -> list[Announcement]:
    """Return what waits for a moderator's yes, the longest first."""
    whole = joinedload(Announcement.event).joinedload(Event.organisation)
    rows = sa.select(Announcement).where(Announcement.state == WAITING).order_by(Announcement.asked_at)
    return list(session.scalars(rows.options(whole)))


def write(
    session: Session, event: Event, purpose: Purpose, words: str, audience: Audience, *, by: int, now: datetime
) -> str:
    """Keep a draft, or change one that was not sent yet; return its public id."""
    _check_open(session, event, now)
    values = {"words": words, "audience": audience.kept(), "created_by": by, "created_at": now, "state": DRAFT}
    insert_once(session, Announcement, event_id=event.id, purpose=purpose, declined_because="", **values)
    mine = sa.select(Announcement).where(Announcement.event_id == event.id, Announcement.purpose == purpose)
    found = session.scalars(mine.with_for_update(of=Announcement).execution_options(populate_existing=True)).one()
    if found.state is SENT:
        raise rules.Announced
    for name, value in values.items():
        setattr(found, name, value)
    return found.public_id


def reach_of(session: Session, announcement: Announcement, *, now: datetime) -> Reach:
    """Count whom an announcement would reach now."""
    number = len(members_of(session, announcement, now=now))
    is_narrow = read_audience(announcement.audience).is_narrow
    is_large = rules.needs_second_yes(number, count_everybody(session), is_narrow=is_narrow)
    return Reach(number, _still_to_tell(session, announcement, now), is_large)


def _still_to_tell(session: Session, announcement: Announcement, now: datetime) -> int | None:
    most = largest_audience(session, announcement.event.organisation, now=now)
    if most is None:
        return None
    told = sa.select(sa.func.count()).where(Invitation.event_id == announcement.event_id)
    return max(0, most - (session.scalar(told) or 0))


def send(session: Session, announcement_id: int, *, now: datetime) -> AnnouncementState:
    """Tell the audience, or ask the moderators first; return which of the two."""
    found = _open(session, announcement_id)
    _check_open(session, found.event, now)
    reach = reach_of(session, found, now=now)
    rules.check_reach(reach.number, reach.most)
    if not reach.needs_second_yes:
        _tell(session, found, now)
    elif found.state is not WAITING:
        found.state, found.asked_at, found.reached = WAITING, now, reach.number
        for moderator_id in _moderators(session, but=found.created_by):
            key = f"{found.id}:{now:%Y%m%dT%H%M%S}:{moderator_id}"
            post(session, ANNOUNCEMENT_WAITS, moderator_id, {"announcement": found.id}, key=key, now=now)
    return found.state


def decide(
    session: Session, announcement_id: int, moderator_id: int, *, agrees: bool, because: str, now: datetime
) -> None:
    """Say the second yes, or no with a reason, which the writer is told."""
    found = _open(session, announcement_id)
    if found.state is not WAITING:
        raise rules.Decided
    if found.created_by == moderator_id:
        raise rules.OwnAnnouncement
    found.decided_by, found.decided_at, found.declined_because = moderator_id, now, because
    if agrees:
        _check_open(session, found.event, now)
        reach = reach_of(session, found, now=now)
        rules.check_reach(reach.number, reach.most)
        _tell(session, found, now)
    else:
        found.state = AnnouncementState.DECLINED
    if found.created_by is not None:
        key = f"{found.id}:{now:%Y%m%dT%H%M%S}"
        post(session, ANNOUNCEMENT_DECIDED, found.created_by, {"announcement": found.id}, key=key, now=now)


def _open(session: Session, announcement_id: int) -> Announcement:
    found = lock(session, Announcement, announcement_id)
    if found is None:
        raise NotFound
    if found.state is SENT:
        raise rules.Announced
    return found


def _check_open(session: Session, event: Event, now: datetime) -> None:
    coming = (Occurrence.event_id == event.id, Occurrence.status == EventStatus.PUBLISHED, Occurrence.starts_at > now)
    if event.status is not EventStatus.PUBLISHED or session.scalar(sa.select(Occurrence.id).where(*coming)) is None:
        raise rules.NotOpen


def _tell(session: Session, found: Announcement, now: datetime) -> None:
    """Write a letter to everybody in the audience; whoever is told to come counts as told of the series."""
    members = members_of(session, found, now=now)
    if found.purpose is Purpose.COME:
        rows: list[dict[str, object]] = [
            {"event_id": found.event_id, "member_id": member_id, "told_at": now} for member_id in members
        ]
        members = insert_all_once(session, Invitation, rows, Invitation.member_id)
    found.state, found.sent_at, found.reached = SENT, now, len(members)
    copies = [Copy(one, {"announcement": found.id}, f"{found.id}:member:{one}") for one in members]
    post_to_many(session, LETTER_FOR[found.purpose], copies, now=now)


def _moderators(session: Session, but: int | None) -> list[int]:
    held = session.scalars(sa.select(Grant.member_id).where(Grant.role.in_((Role.MODERATOR, Role.ADMIN))))
    return sorted(set(held) - {but})
