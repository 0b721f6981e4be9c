"""Saying in other languages what the guide says, and reading it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from welcome.directory import opportunities, service
from welcome.directory.models import Opportunity, OpportunityText, Organisation, OrganisationText, Venue, VenueText
from welcome.errors import NotFound
from welcome.texts.models import TextIn
from welcome.texts.service import write

Thing = Organisation | Opportunity | Venue
TEXTS: dict[type, type[TextIn]] = {
    Organisation: OrganisationText,
    Opportunity: OpportunityText,
    Venue: VenueText,
}


def find_thing(session: Session, organisation_id: int, what: str, key: str) -> Thing:
    """Return an organisation's page, one of its places, or something that it has for people; or raise NotFound."""
    if what == "place":
        return service.get_venue(session, organisation_id, key)
    if what == "opportunity":
        return opportunities.get_opportunity(session, key, organisation_id)
    organisation = session.get_one(Organisation, organisation_id)
    if organisation.slug != key:
        raise NotFound
    return organisation


def write_text(thing: Thing, language: str, said: Mapping[str, str], *, is_easy: bool, now: datetime) -> None:
    """Say something in a language or in easy words; the search follows. Empty takes it away."""
    write(thing, TEXTS[type(thing)], language, said, is_easy=is_easy, now=now)
    service.index(thing)
