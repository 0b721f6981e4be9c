"""How old the guide is: organisations say that all is still right, and are asked gently when that is long ago."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import lock, writing
from welcome.directory import corrections
from welcome.directory.letters import GUIDE_CHECK
from welcome.directory.models import Opportunity, Organisation, Venue
from welcome.directory.service import organisers_of
from welcome.post.service import post

STALE_AFTER = timedelta(days=182)
ASKED_AT_ONCE = 100


def check(session: Session, organisation: Organisation, today: date) -> None:
    """Note that its keepers have looked at everything that the guide says about an organisation."""
    organisation.checked_on = today
    for table in (Venue, Opportunity):
        session.execute(sa.update(table).where(table.organisation_id == organisation.id).values(checked_on=today))


def is_stale(checked_on: date | None, created_at: datetime, today: date) -> bool:
    """Whether nobody has looked for half a year."""
    return (checked_on or created_at.date()) < today - STALE_AFTER


def ask_keepers(session: Session, *, now: datetime) -> int:
    """Ask the keepers of what is old to look again, once in half a year; return of how many organisations."""
    today = now.date()
    before = today - STALE_AFTER
    unchecked = sa.and_(Organisation.checked_on.is_(None), Organisation.created_at < now - STALE_AFTER)
    stale = (
        sa.or_(Organisation.checked_on < before, unchecked),
        sa.or_(Organisation.reminded_on.is_(None), Organisation.reminded_on < before),
    )
    ids = session.scalars(sa.select(Organisation.id).where(*stale).order_by(Organisation.id).limit(ASKED_AT_ONCE)).all()
    for organisation_id in ids:
        organisation = lock(session, Organisation, organisation_id)
        if organisation is None:
            continue
        organisation.reminded_on = today
        for keeper in organisers_of(session, organisation_id):
            args, key = {"organisation_id": organisation_id}, f"{organisation_id}:{today}:member:{keeper.id}"
            post(session, GUIDE_CHECK, keeper.id, args, key=key, now=now)
    return len(ids)


def look_after_guide(now: datetime) -> None:
    """Sweep the guide."""
    with writing() as session:
        ask_keepers(session, now=now)
        corrections.forget_answered(session, now=now)
