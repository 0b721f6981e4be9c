"""Stands at a fair: organisations ask for one, the organiser confirms or declines, never more than there are."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from welcome.database import insert_once, lock
from welcome.directory.service import organisers_of
from welcome.errors import NotFound
from welcome.events.crew import rules
from welcome.events.crew.letters import STAND_ANSWERED, STAND_ASKED
from welcome.events.crew.models import Stand, StandState
from welcome.events.models import Event, EventStatus
from welcome.post.service import post, withdraw


def set_places(session: Session, event_id: int, places: int | None) -> None:
    """Say how many stands there are; None: it is no fair. What was confirmed stays."""
    event = lock(session, Event, event_id)
    if event is None:
        raise NotFound
    if places is not None and places < _given(session, event_id):
        raise rules.NoStandLeft
    event.stand_places = places


def ask(session: Session, event_id: int, organisation_id: int, wish: str, *, by: int, now: datetime) -> Stand:
    """Ask for a stand in the name of an organisation; asking again says it in other words."""
    event = session.get(Event, event_id)
    if event is None or event.stand_places is None or event.status is not EventStatus.PUBLISHED:
        raise rules.NotAFair
    who = {"event_id": event_id, "organisation_id": organisation_id}
    insert_once(session, Stand, **who, asked_by=by, asked_at=now)
    mine = sa.select(Stand).where(Stand.event_id == event_id, Stand.organisation_id == organisation_id)
    stand = session.scalars(mine.with_for_update(of=Stand).execution_options(populate_existing=True)).one()
    if stand.state is not StandState.CONFIRMED:
        stand.state, stand.wish, stand.asked_by, stand.asked_at = StandState.ASKED, wish, by, now
        session.flush()
        for organiser in organisers_of(session, event.organisation_id):
            key = f"{stand.id}:{now:%Y%m%d}:member:{organiser.id}"
            post(session, STAND_ASKED, organiser.id, {"stand_id": stand.id}, key=key, now=now)
    return stand


def answer(session: Session, event_id: int, public_id: str, *, yes: bool, label: str, now: datetime) -> None:
    """Confirm a stand, say where it is, or decline. The event's row is held, so that none is given away twice."""
    event, stand = lock(session, Event, event_id), _stand(session, event_id, public_id)
    if event is None or event.stand_places is None:
        raise rules.NotAFair
    if yes and stand.state is not StandState.CONFIRMED and _given(session, event_id) >= event.stand_places:
        raise rules.NoStandLeft
    stand.state, stand.label = (StandState.CONFIRMED if yes else StandState.DECLINED), label if yes else ""
    stand.answered_at = now
    session.flush()
    withdraw(session, STAND_ASKED, f"{stand.id}:", now=now, reason="it was answered")
    for organiser in organisers_of(session, stand.organisation_id):
        key = f"{stand.id}:{now.isoformat()}:member:{organiser.id}"
        post(session, STAND_ANSWERED, organiser.id, {"stand_id": stand.id}, key=key, now=now)


def give_back(session: Session, event_id: int, organisation_id: int) -> None:
    """Ask for nothing any more."""
    mine = (Stand.event_id == event_id, Stand.organisation_id == organisation_id)
    session.execute(sa.delete(Stand).where(*mine))


def stands_of(session: Session, event_id: int) -> list[Stand]:
    """Return every organisation that has a stand or asked for one, in the order of asking."""
    chosen = sa.select(Stand).where(Stand.event_id == event_id).options(joinedload(Stand.organisation))
    return list(session.scalars(chosen.order_by(Stand.asked_at, Stand.id)))


def _given(session: Session, event_id: int) -> int:
    given = sa.select(sa.func.count()).where(Stand.event_id == event_id, Stand.state == StandState.CONFIRMED)
    return session.scalar(given) or 0


def _stand(session: Session, event_id: int, public_id: str) -> Stand:
    stand = session.scalar(sa.select(Stand).where(Stand.event_id == event_id, Stand.public_id == public_id))
    if stand is None:
        raise NotFound
    return stand
