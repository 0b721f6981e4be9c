"""How many people an organisation may have told of one event: new ones begin small, and grow with what they hold.

Nobody reads every announcement before it goes out. A newcomer to the desk who would only advertise reaches a hundred
people, not a city; one who brings people together is soon trusted with everybody, without asking anyone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.directory.models import Organisation
from welcome.events import rules
from welcome.events.answers.models import COUNTED, Attendance
from welcome.events.models import Event, EventStatus, Occurrence


@dataclass(frozen=True, slots=True)
class Reach:
    """How many may be told now, how many after the next event that was held; None: everybody whom it is for."""

    organisation: Organisation
    held: int
    most: int | None
    next_most: int | None


def largest_audience(session: Session, organisation: Organisation, *, now: datetime) -> int | None:
    """Return how many people may be told of one event of this organisation; None: everybody whom it is for."""
    return reaches(session, [organisation], now=now)[0].most


def reaches(session: Session, organisations: Collection[Organisation], *, now: datetime) -> list[Reach]:
    """Return how far each organisation reaches, by one statement at most."""
    beginners = [one.id for one in organisations if one.trusted_at is None]
    held = _held(session, beginners, now) if beginners else {}
    return [_reach(one, held.get(one.id, 0)) for one in organisations]


def _reach(organisation: Organisation, held: int) -> Reach:
    if organisation.trusted_at is not None:
        return Reach(organisation, held, None, None)
    return Reach(organisation, held, rules.audience_after(held), rules.audience_after(held + 1))


def _held(session: Session, organisation_ids: Collection[int], now: datetime) -> dict[int, int]:
    """Count the dates that are over and to which people came."""
    came = (
        sa.select(Attendance.occurrence_id)
        .where(Attendance.state.in_(COUNTED))
        .group_by(Attendance.occurrence_id)
        .having(sa.func.sum(Attendance.party) >= rules.HELD_WITH)
    )
    counted = (
        sa.select(Event.organisation_id, sa.func.count())
        .join(Occurrence, Occurrence.event_id == Event.id)
        .where(Event.organisation_id.in_(organisation_ids), Occurrence.status == EventStatus.PUBLISHED)
        .where(Occurrence.ends_at < now, Occurrence.id.in_(came))
        .group_by(Event.organisation_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def beginners(session: Session, *, now: datetime) -> list[Reach]:
    """Return the organisations whose audience is still limited, the newest first."""
    newest = sa.select(Organisation).where(Organisation.trusted_at.is_(None)).order_by(Organisation.id.desc())
    every = reaches(session, session.scalars(newest).all(), now=now)
    return [one for one in every if one.most is not None]


def trust(session: Session, organisation: Organisation, *, is_trusted: bool, now: datetime) -> None:
    """Lift the limit, or let an organisation begin small again."""
    organisation.trusted_at = (organisation.trusted_at or now) if is_trusted else None
