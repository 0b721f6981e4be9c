"""Calendars somewhere else that an organisation follows: which, and when they are asked."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome import egress
from welcome.calendars.models import CalendarSubscription
from welcome.database import lock
from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

MOST_OF_ONE = 10


class AlreadyFollowed(Refusal):
    """The same address twice."""

    message = _l("You follow this calendar already.")


class TooManyCalendars(Refusal):
    """More than one organisation keeps."""

    message = _l("You can follow %(most)s calendars at most. Please stop one first.")


def subscribe(session: Session, organisation_id: int, address: str, *, by: int, now: datetime) -> CalendarSubscription:
    """Follow a calendar from now on. Raises a Refusal for what is no address, or none that we would ask."""
    address = address.strip()
    if address.lower().startswith("webcal"):
        address = "https" + address[address.find(":") :]
    egress.split(address)
    known = session.scalars(_of_organisation(organisation_id)).all()
    if any(one.address == address for one in known):
        raise AlreadyFollowed
    if len(known) >= MOST_OF_ONE:
        raise TooManyCalendars(most=MOST_OF_ONE)
    subscription = CalendarSubscription(
        organisation_id=organisation_id, address=address, created_by=by, created_at=now, due_at=now
    )
    session.add(subscription)
    session.flush()
    return subscription


def stop(session: Session, subscription_id: int) -> None:
    """Follow a calendar no more; its events stay."""
    session.execute(sa.delete(CalendarSubscription).where(CalendarSubscription.id == subscription_id))


def ask_soon(session: Session, subscription_id: int, *, now: datetime) -> None:
    """Ask for a calendar as soon as the scheduler comes by."""
    subscription = lock(session, CalendarSubscription, subscription_id)
    if subscription is not None:
        subscription.due_at, subscription.leased_until = now, None


def find(session: Session, public_id: str) -> CalendarSubscription | None:
    """Return a calendar that is followed."""
    return session.scalar(sa.select(CalendarSubscription).where(CalendarSubscription.public_id == public_id))


def of_organisation(session: Session, organisation_id: int) -> list[CalendarSubscription]:
    """Return the calendars that an organisation follows."""
    return list(session.scalars(_of_organisation(organisation_id)))


def _of_organisation(organisation_id: int) -> sa.Select[CalendarSubscription]:
    chosen = sa.select(CalendarSubscription).where(CalendarSubscription.organisation_id == organisation_id)
    return chosen.order_by(CalendarSubscription.id)
