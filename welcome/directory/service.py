"""Find and keep what the city has: areas, organisations and the places where people meet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from welcome.accounts import service as accounts
from welcome.accounts.models import Grant, Member, Role
from welcome.directory import rules
from welcome.directory.models import Area, AreaCloseness, Kind, Opportunity, Organisation, Venue
from welcome.errors import NotFound
from welcome.texts.service import all_words, note_change, words_of


@dataclass(frozen=True, slots=True)
class Listing:
    """What an organisation says about itself."""

    name: str
    about: str = ""
    website: str | None = None
    area_id: int | None = None
    languages: Sequence[str] = field(default_factory=tuple)
    themes: Sequence[str] = field(default_factory=tuple)
    steps: Sequence[str] = field(default_factory=tuple)
    kind: Kind = Kind.ORGANISATION
    opening: str = ""
    phone: str = ""
    links: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known about a venue."""

    name: str
    address: str = ""
    area_id: int | None = None
    is_step_free: bool | None = None
    is_public: bool = True
    opening: str = ""


def areas(session: Session) -> list[Area]:
    """Return every area in the order in which people choose from them."""
    return list(session.scalars(sa.select(Area).order_by(Area.position, Area.name)))


def closeness_matrix(session: Session) -> tuple[list[int], list[list[float]]]:
    """Return the areas' ids and how close each is to each, as rows in that order."""
    ids = list(session.scalars(sa.select(Area.id).order_by(Area.position, Area.id)))
    pairs = session.execute(sa.select(AreaCloseness.area_id, AreaCloseness.other_id, AreaCloseness.closeness))
    return ids, rules.matrix_of(ids, [(one, other, closeness) for one, other, closeness in pairs])


def keep_areas(session: Session, new: Sequence[rules.AreaRow], pairs: Sequence[rules.PairRow] = ()) -> int:
    """Add areas or move them, and renew how close they are; return how many there are.

    Where an area lies gives its closeness to the others; a pair that is named by itself wins.
    """
    known = {area.slug: area for area in areas(session)}
    for row in new:
        slug = rules.slug_of(row.name)
        area = known.get(slug) or Area(slug=slug, position=len(known))
        area.name, area.x, area.y = row.name, row.x, row.y
        known[slug] = area
        session.add(area)
    session.flush()
    _renew_closeness(session, list(known.values()))
    strangers = {name for pair in pairs for name in (pair.one, pair.other) if rules.slug_of(name) not in known}
    if strangers:
        raise rules.BadAreas([rules.unknown_area(name) for name in sorted(strangers)])
    for pair in pairs:
        _set_closeness(session, known[rules.slug_of(pair.one)].id, known[rules.slug_of(pair.other)].id, pair.closeness)
    return len(known)


def _renew_closeness(session: Session, every: Sequence[Area]) -> None:
    rows = {
        area.id: rules.AreaRow(area.name, area.x, area.y) for area in every if area.x is not None and area.y is not None
    }
    session.execute(sa.delete(AreaCloseness).where(AreaCloseness.area_id.in_(rows), AreaCloseness.other_id.in_(rows)))
    session.add_all(
        AreaCloseness(area_id=one, other_id=other, closeness=rules.closeness_of(rows[one], rows[other]))
        for one in rows
        for other in rows
        if one != other
    )
    session.flush()


def _set_closeness(session: Session, one_id: int, other_id: int, closeness: float) -> None:
    for pair in ((one_id, other_id), (other_id, one_id)):
        session.merge(AreaCloseness(area_id=pair[0], other_id=pair[1], closeness=closeness))


def get_organisation(session: Session, slug: str) -> Organisation:
    """Return the organisation at an address, or raise NotFound."""
    organisation = session.scalar(
        sa.select(Organisation).options(joinedload(Organisation.area)).where(Organisation.slug == slug)
    )
    if organisation is None:
        raise NotFound
    return organisation


def organisations_of(session: Session, member_id: int) -> list[Organisation]:
    """Return the organisations that a member organises for; an admin has them all."""
    held = sa.select(Grant).where(Grant.member_id == member_id)
    query = sa.select(Organisation).options(joinedload(Organisation.area)).order_by(Organisation.search_words)
    grants = list(session.scalars(held))
    if not any(grant.role is Role.ADMIN for grant in grants):
        query = query.where(Organisation.id.in_([g.scope_id for g in grants if g.role is Role.ORGANISER]))
    return list(session.scalars(query))


def add_organisation(session: Session, listing: Listing, *, now: datetime, is_verified: bool = False) -> Organisation:
    """Put an organisation into the guide."""
    taken = session.scalars(sa.select(Organisation.slug))
    organisation = Organisation(slug=rules.slug_of(listing.name, taken), created_at=now)
    organisation.verified_at = now if is_verified else None
    edit_organisation(session, organisation, listing, now=now)
    session.add(organisation)
    session.flush()
    return organisation


def edit_organisation(session: Session, organisation: Organisation, listing: Listing, *, now: datetime) -> None:
    """Let an organisation say something else about itself; its address stays. Who writes has looked at it all."""
    others = sa.select(Organisation.name).where(Organisation.slug != organisation.slug)
    if rules.plain(listing.name) in map(rules.plain, session.scalars(others)):
        raise rules.NameTaken
    before = words_of(organisation)
    organisation.website = rules.website_of(listing.website)
    organisation.name, organisation.about, organisation.area_id = listing.name, listing.about, listing.area_id
    for name in ("languages", "themes", "steps"):
        setattr(organisation, name, list(getattr(listing, name)))
    for name in ("kind", "opening", "phone"):
        setattr(organisation, name, getattr(listing, name))
    organisation.links = [link for link in map(rules.website_of, listing.links) if link]
    organisation.checked_on = now.date()
    note_change(organisation, before, now=now)
    index(organisation)


def index(thing: Organisation | Opportunity | Venue) -> None:
    """Let something be found by all its words, in every language that it is told in."""
    address = thing.address if isinstance(thing, Venue) else ""
    thing.search_words = rules.plain(f"{all_words(thing)} {address}")


def verify(session: Session, organisation: Organisation, *, is_verified: bool, now: datetime) -> None:
    """Say that somebody made sure of who this is, or take it back."""
    organisation.verified_at = (organisation.verified_at or now) if is_verified else None


def organisers_of(session: Session, organisation_id: int) -> list[Member]:
    """Return who keeps an organisation's pages."""
    grants = (Grant.role == Role.ORGANISER, Grant.scope_id == organisation_id)
    return list(
        session.scalars(
            sa.select(Member).join(Grant, Grant.member_id == Member.id).where(*grants, Member.closed_at.is_(None))
        )
    )


def name_organiser(session: Session, organisation: Organisation, email: str, *, now: datetime) -> Member:
    """Let the member with this e-mail address keep an organisation's pages and events."""
    address = email.strip().lower()
    member = session.scalar(sa.select(Member).where(sa.func.lower(Member.email) == address, Member.is_present))
    if member is None:
        raise rules.NoSuchMember
    accounts.grant(session, member.id, Role.ORGANISER, scope_id=organisation.id, now=now)
    return member


def dismiss_organiser(session: Session, organisation: Organisation, public_id: str) -> None:
    """Take the organisation's pages out of a member's hands."""
    member = sa.select(Member.id).where(Member.public_id == public_id).scalar_subquery()
    scope = (Grant.role == Role.ORGANISER, Grant.scope_id == organisation.id)
    session.execute(sa.delete(Grant).where(Grant.member_id == member, *scope))


def venues_of(session: Session, organisation_id: int) -> list[Venue]:
    """Return an organisation's own places."""
    query = (
        sa.select(Venue)
        .options(joinedload(Venue.area), selectinload(Venue.texts))
        .where(Venue.organisation_id == organisation_id)
    )
    return list(session.scalars(query.order_by(Venue.name)))


def venues_open_to(session: Session, organisation_id: int) -> list[Venue]:
    """Return the places where an organisation can hold an event: its own first, then all public ones."""
    mine = Venue.organisation_id == organisation_id
    query = sa.select(Venue).options(joinedload(Venue.area)).where(sa.or_(mine, _is_trusted()))
    own_first = sa.case((mine, 0), else_=1)
    return list(session.scalars(query.order_by(own_first, Venue.name)))


def public_venues(session: Session, area_ids: Collection[int] | None = None) -> list[Venue]:
    """Return the public places where two people can meet, of these areas or (without) of all.

    Strangers are sent there: the word of an organisation that nobody has checked is not enough.
    """
    query = sa.select(Venue).options(joinedload(Venue.area)).where(_is_trusted()).order_by(Venue.name)
    if area_ids is not None:
        query = query.where(Venue.area_id.in_(area_ids))
    return list(session.scalars(query))


def _is_trusted() -> sa.ColumnElement[bool]:
    checked = sa.select(Organisation.id).where(Organisation.verified_at.is_not(None))
    return sa.and_(Venue.is_public, sa.or_(Venue.organisation_id.is_(None), Venue.organisation_id.in_(checked)))


def get_venue(session: Session, organisation_id: int, public_id: str) -> Venue:
    """Return an organisation's own place, or raise NotFound."""
    owner = (Venue.organisation_id == organisation_id, Venue.public_id == public_id)
    venue = session.scalar(sa.select(Venue).where(*owner))
    if venue is None:
        raise NotFound
    return venue


def find_venue(session: Session, slug: str) -> Venue:
    """Return the place at an address of the guide, or raise NotFound."""
    whole = (joinedload(Venue.area), joinedload(Venue.organisation))
    venue = session.scalar(sa.select(Venue).options(*whole).where(Venue.slug == slug, Venue.is_public))
    if venue is None:
        raise NotFound
    return venue


def save_venue(session: Session, venue: Venue, place: Place, *, checked_at: datetime | None = None) -> Venue:
    """Keep what is known about a new or known place, and that somebody has looked at it."""
    before = words_of(venue)
    venue.checked_on = checked_at.date() if checked_at else venue.checked_on
    venue.slug = venue.slug or rules.slug_of(place.name, session.scalars(sa.select(Venue.slug)))
    venue.name, venue.address, venue.area_id = place.name, place.address, place.area_id
    venue.is_step_free, venue.is_public, venue.opening = place.is_step_free, place.is_public, place.opening
    if checked_at:
        note_change(venue, before, now=checked_at)
    index(venue)
    session.add(venue)
    session.flush()
    return venue
