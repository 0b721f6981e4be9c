"""Tell people of events, each once, also when they arrive after the event was published."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.announcements.audience import whom_to_tell
from welcome.announcements.invitations import LETTER_OF
from welcome.announcements.models import Invitation
from welcome.database import insert_all_once
from welcome.events.models import Event, EventKind, EventStatus, Occurrence
from welcome.post.service import Copy, post_to_many

NEXT_WAVE = timedelta(days=2)
LAST_WAVE = timedelta(days=1)


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
        .execution_options(populate_existing=True)  # places are taken by statements that the session does not see
    ).first()


def dates_to_announce_again(session: Session, *, now: datetime) -> list[int]:
    """Return the next date of each event that more people should hear of now.

    Of welcome events those who have arrived since; of bridging meetups some more people, when places are still free two
    days after the last were told.
    """
    return _next_dates(session, now, Event.kind == EventKind.WELCOME) + _next_dates(
        session,
        now,
        Event.kind == EventKind.BRIDGING,
        Occurrence.starts_at > now + LAST_WAVE,
        ~sa.exists().where(Invitation.event_id == Event.id, Invitation.told_at > now - NEXT_WAVE),
        # The first to be told are told by the agenda.
        sa.exists().where(Invitation.event_id == Event.id),
    )


def _next_dates(session: Session, now: datetime, *conditions: sa.ColumnElement[bool]) -> list[int]:
    dates = (
        sa.select(Occurrence.id, Occurrence.event_id)
        .join(Occurrence.event)
        .where(Occurrence.status == EventStatus.PUBLISHED, Occurrence.starts_at > now, *conditions)
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
    )
    return list({event_id: date_id for date_id, event_id in session.execute(dates)}.values())
