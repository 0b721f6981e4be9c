"""Put areas, places, organisations and members into the database."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from flask_security import hash_password
from sqlalchemy.orm import Session

from demo.people import Somebody, invent
from demo.places import AREAS, ORGANISATIONS, VENUES
from demo.stars import DOMAIN, PASSWORD, Star, stars
from welcome.accounts.models import Member
from welcome.database import public_id
from welcome.directory import service as directory
from welcome.directory.models import Area, Organisation, Venue
from welcome.profiles.filling import Draft, save_profiles

ZONE = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True)
class City:
    """What the other builders need to find again."""

    now: datetime
    areas: dict[str, int]
    venues: dict[str, int]
    organisations: dict[str, int]
    profiles: dict[int, Draft]  #: of everybody but the stars, by member
    joined: dict[int, datetime]  #: when each of them joined
    stars: dict[str, int]

    def members(self, before: datetime) -> list[int]:
        """Return the invented members who had joined by then."""
        return [member_id for member_id, at in self.joined.items() if at < before]


def settle(session: Session, number: int, chance: Random, now: datetime) -> City:
    """Fill the city with places and people."""
    directory.keep_areas(session, AREAS)
    areas = {area.name: area.id for area in session.scalars(sa.select(Area))}
    _list_organisations(session, areas, now - timedelta(days=400))
    organisations = {row.name: row.id for row in session.scalars(sa.select(Organisation))}
    for name, address, area, is_step_free in VENUES:
        place = directory.Place(name, address, areas[area], is_step_free)
        directory.save_venue(session, Venue(), place, checked_at=now - timedelta(days=50))
    session.flush()
    venues = {row.name: row.id for row in session.scalars(sa.select(Venue))}
    password = hash_password(PASSWORD)
    known = stars(now.date())
    star_ids = _add_stars(session, known, areas, password, now)
    people = invent(number, list(areas.values()), now.date(), chance)
    profiles = _add_members(session, people, password, now)
    session.flush()
    joined = {member_id: person.created_at for member_id, person in zip(profiles, people, strict=True)}
    return City(now, areas, venues, organisations, profiles, joined, star_ids)


def _list_organisations(session: Session, areas: dict[str, int], since: datetime) -> None:
    for name, about, area, themes, languages in ORGANISATIONS:
        listing = directory.Listing(
            name=name, about=about, area_id=areas[area], languages=languages.split(), themes=themes.split()
        )
        directory.add_organisation(session, listing, now=since, is_verified=True)


def _add_stars(
    session: Session, known: tuple[Star, ...], areas: dict[str, int], password: str, now: datetime
) -> dict[str, int]:
    found: dict[str, int] = {}
    for star in known:
        since = max(now - timedelta(days=45), now - timedelta(days=400) * (star.profile.arrived_on is None))
        row = _account(star.first_name, star.email, star.locale, since, password)
        found[star.first_name] = _insert(session, [row])[0]
    drafts = {found[star.first_name]: replace(star.profile, area_id=areas[star.area]) for star in known}
    save_profiles(session, drafts, now=now - timedelta(days=44))
    return found


def _add_members(session: Session, people: list[Somebody], password: str, now: datetime) -> dict[int, Draft]:
    rows = [
        _account(person.first_name, f"member{number}@{DOMAIN}", person.locale, person.created_at, password)
        for number, person in enumerate(people, 1)
    ]
    ids = _insert(session, rows)
    drafts = {member_id: person.profile for member_id, person in zip(ids, people, strict=True)}
    save_profiles(session, drafts, now=now)
    return drafts


def _insert(session: Session, rows: list[dict[str, object]]) -> list[int]:
    first = (session.scalar(sa.select(sa.func.max(Member.id))) or 0) + 1
    session.execute(sa.insert(Member), [{**row, "public_id": public_id()} for row in rows])
    added = sa.select(Member.id).where(Member.id >= first).order_by(Member.id)
    return list(session.scalars(added))


def _account(name: str, email: str, locale: str, since: datetime, password: str) -> dict[str, object]:
    return {
        "first_name": name,
        "email": email,
        "password": password,
        "active": True,
        "fs_uniquifier": public_id() + public_id(),
        "locale": locale,
        "timezone": ZONE,
        "is_discreet": False,
        "created_at": since,
        "confirmed_at": since + timedelta(minutes=4),
        "adult_confirmed_at": since,
    }
