"""Whom a programme is for. It is asked each time somebody is read, since people change what they say of themselves."""

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from welcome.accounts.models import Consent
from welcome.pairings.states import OpenTo
from welcome.profiles.models import Profile, Side


def is_for(open_to: OpenTo, member_id: InstrumentedAttribute[int] | int) -> sa.ColumnElement[bool]:
    """Condition: a programme that is open to these takes this member. What was not consented to counts for nothing."""
    if open_to is OpenTo.NEWCOMERS:
        return sa.exists().where(Profile.member_id == member_id, Profile.side.in_((Side.NEWCOMER, Side.BOTH)))
    if open_to is OpenTo.WOMEN:
        told = (Consent.member_id == member_id, Consent.field_name == "gender", Consent.withdrawn_at.is_(None))
        says = (Profile.member_id == member_id, Profile.gender == "woman")
        return sa.and_(sa.exists().where(*says), sa.exists().where(*told))
    return sa.true()


def takes(session: Session, open_to: OpenTo, member_id: int) -> bool:
    """Whether a programme that is open to these takes one member."""
    return bool(session.scalar(sa.select(is_for(open_to, member_id))))
