"""What organisations have for people: work for volunteers, with its hours and level, and offers to members."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from welcome.directory import rules
from welcome.directory.models import Kind, Opportunity, Organisation
from welcome.directory.service import index
from welcome.errors import NotFound
from welcome.texts.service import note_change, words_of


@dataclass(frozen=True, slots=True)
class Chance:
    """What an organisation says about one thing that it has for people."""

    kind: Kind
    name: str
    about: str = ""
    website: str | None = None
    area_id: int | None = None
    themes: Sequence[str] = field(default_factory=tuple)
    steps: Sequence[str] = field(default_factory=tuple)
    languages: Sequence[str] = field(default_factory=tuple)
    level: int = 0
    hours: str = ""
    ends_on: date | None = None


SAME = ("kind", "name", "about", "area_id", "level", "hours", "ends_on")
LISTS = ("themes", "steps", "languages")


def add_opportunity(session: Session, organisation: Organisation, chance: Chance, *, now: datetime) -> Opportunity:
    """Put something that an organisation has for people into the guide."""
    slug = rules.slug_of(chance.name, session.scalars(sa.select(Opportunity.slug)))
    opportunity = Opportunity(organisation_id=organisation.id, slug=slug, created_at=now)
    edit_opportunity(opportunity, chance, now=now)
    session.add(opportunity)
    session.flush()
    return opportunity


def edit_opportunity(opportunity: Opportunity, chance: Chance, *, now: datetime) -> None:
    """Say something else about it; its address stays."""
    before = words_of(opportunity)
    opportunity.website = rules.website_of(chance.website)
    for name in SAME:
        setattr(opportunity, name, getattr(chance, name))
    for name in LISTS:
        setattr(opportunity, name, list(getattr(chance, name)))
    opportunity.checked_on = now.date()
    note_change(opportunity, before, now=now)
    index(opportunity)


def opportunities_of(session: Session, organisation_id: int, *, since: date | None = None) -> list[Opportunity]:
    """Return what an organisation has for people; with ``since`` only what is not over by then."""
    chosen = sa.select(Opportunity).where(Opportunity.organisation_id == organisation_id)
    if since is not None:
        chosen = chosen.where(sa.or_(Opportunity.ends_on.is_(None), Opportunity.ends_on >= since))
    return list(
        session.scalars(
            chosen.options(joinedload(Opportunity.area), selectinload(Opportunity.texts)).order_by(Opportunity.name)
        )
    )


def get_opportunity(session: Session, slug: str, organisation_id: int | None = None) -> Opportunity:
    """Return the one at an address, of this organisation where one is named, or raise NotFound."""
    whole = (joinedload(Opportunity.area), joinedload(Opportunity.organisation))
    found = session.scalar(sa.select(Opportunity).where(Opportunity.slug == slug).options(*whole))
    if found is None or organisation_id not in (None, found.organisation_id):
        raise NotFound
    return found


def remove_opportunity(session: Session, opportunity: Opportunity) -> None:
    """Take it out of the guide."""
    session.delete(opportunity)
    session.flush()
