"""Events of which a member said: not for me. They are not shown to them again, nor written about."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import insert_once
from welcome.events.answers.models import EventDismissal
from welcome.events.models import Event


def dismiss(session: Session, event_id: int, member_id: int, *, now: datetime) -> None:
    """Show an event to a member no more."""
    insert_once(session, EventDismissal, member_id=member_id, event_id=event_id, at=now)


def take_back(session: Session, event_id: int, member_id: int) -> None:
    """Show it to them again."""
    session.execute(
        sa.delete(EventDismissal).where(EventDismissal.event_id == event_id, EventDismissal.member_id == member_id)
    )


def is_dismissed(session: Session, event_id: int, member_id: int) -> bool:
    """Whether a member does not want to see an event."""
    return session.get(EventDismissal, (member_id, event_id)) is not None


def is_wanted_by(member_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that an event is not one of those."""
    mine = sa.select(EventDismissal.event_id).where(EventDismissal.member_id == member_id)
    return Event.id.not_in(mine)
