"""Tell people of events, each once, also when they arrive after the event was published."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.announcements.audience import whom_to_tell
from welcome.announcements.letters import LETTER_OF
from welcome.announcements.models import Invitation
from welcome.database import insert_all_once
from welcome.events.models import Event, EventKind, EventStatus, Occurrence
from welcome.post.service import Copy, post_to_many


def announce(session: Session, occurrence_id: int, *, now: datetime) -> int:
    """Tell of a date everybody whom it is for and who has not heard of its event; return how many.

    Of a series the next date alone is announced, so that each person hears of it once, whenever they arrived.
    """
    occurrence = next_date(session, occurrence_id, now=now)
    if occurrence is None or occurrence.id != occurrence_id:
        return 0
    event = occurrence.event
    rows = [
        {"event_id": event.id, "member_id": member_id, "told_at": now}
        for member_id in whom_to_tell(session, occurrence, now=now)
    ]
    told = insert_all_once(session, Invitation, rows, Invitation.member_id)
    copies = [Copy(member_id, {"event_id": event.id}, f"{event.id}:member:{member_id}") for member_id in told]
    post_to_many(session, LETTER_OF[event.kind], copies, now=now)
    return len(copies)


def next_date(session: Session, occurrence_id: int, *, now: datetime) -> Occurrence | None:
    """Return the next open date of the event that a date belongs to."""
    event_id = sa.select(Occurrence.event_id).where(Occurrence.id == occurrence_id).scalar_subquery()
    return session.scalars(
        sa.select(Occurrence)
        .where(
            Occurrence.event_id == event_id,
            Occurrence.status == EventStatus.PUBLISHED,
            Occurrence.starts_at > now,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(1)
    ).first()


def coming_welcome_dates(session: Session, *, now: datetime) -> list[int]:
    """Return the next open date of each welcome event, for those who have arrived since it was announced."""
    dates = (
        sa.select(Occurrence.id, Occurrence.event_id)
        .join(Occurrence.event)
        .where(
            Event.kind == EventKind.WELCOME,
            Occurrence.status == EventStatus.PUBLISHED,
            Occurrence.starts_at > now,
        )
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
    )
    return list({event_id: date_id for date_id, event_id in session.execute(dates)}.values())
