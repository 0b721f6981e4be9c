"""Events that the tests' stories are about."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.people import make_member
from welcome.accounts.models import Member
from welcome.database import db, writing
from welcome.directory.models import Area, Organisation, Venue
from welcome.directory.service import Place as Listed
from welcome.directory.service import save_venue
from welcome.events import service
from welcome.events.models import Event, EventKind, Occurrence
from welcome.events.plans import NOWHERE, Facts, Place, Speaking, When
from welcome.events.recurrence import Repeat
from welcome.profiles.models import Profile, Side

AMSTERDAM = "Europe/Amsterdam"
#: A Saturday evening, eight days after the tests' quiet Friday.
START = datetime(2026, 11, 28, 18, 30)  # noqa: DTZ001 (by the clock on the wall)


def evening(start: datetime = START, hours: float = 2.5, zone: str = AMSTERDAM) -> When:
    """Say when, by the clock on the wall."""
    return When(start, start + timedelta(hours=hours), zone)


def make_organisation(session: Session, now: datetime, name: str = "Table of the World") -> Organisation:
    """Add an organisation that may tell everybody of its events."""
    slug = name.lower().replace(" ", "-")
    said = {"slug": slug, "name": name, "about": "", "languages": [], "themes": []}
    organisation = Organisation(**said, created_at=now, trusted_at=now)
    session.add(organisation)
    session.flush()
    return organisation


def make_venue(session: Session) -> Venue:
    """Add a library in an area."""
    area = Area(slug="harbour", name="Harbour", position=1)
    session.add(area)
    session.flush()
    return save_venue(session, Venue(), Listed("Harbour Library", "Quay 1", area.id, True))


def make_event(
    session: Session,
    now: datetime,
    *,
    organisation_id: int | None = None,
    when: When | None = None,
    place: Place = NOWHERE,
    repeat: Repeat | None = None,
    is_published: bool = True,
    **facts: Any,
) -> Event:
    """Add an event by the organisers' own service."""
    if organisation_id is None:
        known = session.scalar(sa.select(Organisation.id).order_by(Organisation.id).limit(1))
        organisation_id = known or make_organisation(session, now).id
    said = Facts(**{"title": "Soup and stories", "languages": (Speaking("nl", 2, True),), "capacity": 10, **facts})
    event = service.create_event(
        session, organisation_id, said, when or evening(), place, repeat=repeat or Repeat(), by=None, now=now
    )
    if is_published:
        service.publish_event(session, event.id, now=now)
    return event


def make_bridge(session: Session, now: datetime, newcomers: int = 1, locals_: int = 1, **more: Any) -> Event:
    """Add a bridging meetup."""
    places = {"kind": EventKind.BRIDGING, "newcomer_places": newcomers, "local_places": locals_, "capacity": None}
    return make_event(session, now, **{**places, **more})


def make_guest(session: Session, name: str, side: Side | None, now: datetime) -> Member:
    """Add a member who has said on which side they are."""
    member = make_member(session, name)
    session.flush()
    if side:
        session.add(Profile(member_id=member.id, side=side, updated_at=now))
        session.flush()
    return member


def publish(now: datetime, **facts: Any) -> Occurrence:
    """Publish an event in its own transaction and return its first date."""
    with writing() as session:
        date_id = make_event(session, now, **facts).occurrences[0].id
    return db.session.get_one(Occurrence, date_id)
