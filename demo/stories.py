"""Where the people with a story stand today: each of them finds something to do on their home page."""

from datetime import timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo.courses import DAY, HOUR, at_wall, meet, talk
from demo.inhabitants import City
from demo.pairing import ACTIVITY, EXCHANGE, MENTORING
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.directory.models import Venue
from welcome.events import joining
from welcome.events.models import Event, Occurrence
from welcome.moderation.models import About, Category
from welcome.moderation.service import find_subject, raise_report
from welcome.pairings import meetings, programmes, requests
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.vetting import Vetted
from welcome.pairings.states import Part, VettingStep


def give_roles(session: Session, city: City, programme_ids: dict[str, int], chance: Random) -> dict[str, int]:
    """Name organisers, the coordinator and the moderator; return who organises what."""
    since = city.now - 300 * DAY
    old = sorted(city.members(before=city.now - 100 * DAY)) or sorted(city.joined)
    organisers = {name: chance.choice(old) for name in city.organisations}
    organisers["Community House De Brug"] = city.stars["Sanne"]
    for name, member_id in organisers.items():
        grant(session, member_id, Role.ORGANISER, scope_id=city.organisations[name], now=since)
    for programme_id in programme_ids.values():
        grant(session, city.stars["Thijs"], Role.COORDINATOR, scope_id=programme_id, now=since)
    grant(session, city.stars["Samira"], Role.MODERATOR, now=since)
    return organisers


def tell_stories(session: Session, city: City, chance: Random) -> None:
    """Let the stars join, ask, meet, and wait for each other."""
    who = city.stars
    for name in ("Mariana", "Joost", "Els", "Sanne", "Elif", "Thijs", "Camille"):
        _join(session, city, EXCHANGE, name)
    for name in ("Samira", "Omar", "Els", "Mariana"):
        _join(session, city, ACTIVITY, name)
    _join(session, city, MENTORING, "Willem", Part.MENTOR, 3)
    _vet(session, city, "Willem")
    for name in ("Diego", "Priya"):
        _join(session, city, MENTORING, name, Part.MENTEE)
    _meet_twice(session, city, chance)
    _mentor(session, city, chance)
    _ask(session, city, "Elif", "Sanne", EXCHANGE, "Merhaba! I cook, you correct my Dutch?", 1.2)
    _ask(session, city, "Camille", "Thijs", EXCHANGE, "I saw that you learn French and like bicycles.", 0.8)
    match = _match(session, city, "Omar", "Samira", ACTIVITY, 3)
    talk(session, city, match, chance, "ar")
    times = [at_wall(city.now + days * DAY, 19) for days in (3, 5, 8)]
    meetings.offer_times(session, match.public_id, who["Omar"], times, _venue(session, city), now=city.now - 5 * HOUR)
    _report(session, city, chance)


def go_out(session: Session, city: City) -> None:
    """Let Mariana and Willem come to something soon."""
    for name, title in (("Mariana", "Choir without borders"), ("Willem", "Garden morning")):
        soon = (
            sa.select(Occurrence.id)
            .join(Occurrence.event)
            .where(Event.title == title, Occurrence.starts_at > city.now + DAY)
            .order_by(Occurrence.starts_at)
        )
        occurrence_id = session.scalars(soon).first()
        if occurrence_id is not None:
            joining.join(session, occurrence_id, city.stars[name], now=city.now - 30 * HOUR)


def _join(session: Session, city: City, slug: str, name: str, role: Part = Part.PARTNER, capacity: int = 2) -> None:
    at = city.now - 40 * DAY
    programmes.join_programme(session, slug, city.stars[name], role=role, capacity=capacity, now=at)


def _vet(session: Session, city: City, name: str) -> None:
    programme, day = programmes.get_programme(session, MENTORING), (city.now - 39 * DAY).date()
    known = {"programme_id": programme.id, "member_id": city.stars[name], "done_by_id": city.stars["Thijs"]}
    session.add_all(Vetted(**known, step=step, done_on=day) for step in (VettingStep.TALK, VettingStep.TRAINING))
    session.flush()


def _ask(session: Session, city: City, asker: str, asked: str, slug: str, note: str, days_ago: float) -> None:
    other = session.get_one(Member, city.stars[asked])
    at = city.now - days_ago * DAY
    requests.ask(session, city.stars[asker], other.public_id, slug, note, now=at)


def _match(session: Session, city: City, asker: str, asked: str, slug: str, days_ago: float) -> Match:
    other = session.get_one(Member, city.stars[asked])
    at = city.now - days_ago * DAY
    request = requests.ask(session, city.stars[asker], other.public_id, slug, now=at)
    return requests.accept(session, request.public_id, other.id, now=at + 6 * HOUR)


def _meet_twice(session: Session, city: City, chance: Random) -> None:
    """Mariana and Joost met once, and meet again this week."""
    match = _match(session, city, "Mariana", "Joost", EXCHANGE, 18)
    talk(session, city, match, chance, "pt")
    first = _agree(session, city, match, "Joost", "Mariana", -9, 10, 16)
    meet(session, match, first)
    _agree(session, city, match, "Mariana", "Joost", 3, 10, 2)


def _mentor(session: Session, city: City, chance: Random) -> None:
    """Willem met Diego yesterday, and Priya asks him."""
    match = _match(session, city, "Diego", "Willem", MENTORING, 12)
    talk(session, city, match, chance, "en")
    _agree(session, city, match, "Diego", "Willem", -1, 10, 8)
    _ask(
        session,
        city,
        "Priya",
        "Willem",
        MENTORING,
        "I got a blue envelope and understand nothing. Can you help?",
        0.9,
    )


def _agree(
    session: Session, city: City, match: Match, offers: str, takes: str, in_days: int, hour: int, days_ago: float
) -> Meeting:
    at = city.now - days_ago * DAY
    time = at_wall(city.now + in_days * DAY, hour)
    others = [time + timedelta(days=1, hours=4), time + timedelta(days=2)]
    offered = meetings.offer_times(
        session, match.public_id, city.stars[offers], [time, *others], _venue(session, city), now=at
    )
    return meetings.agree(session, offered.public_id, city.stars[takes], time, now=at + 7 * HOUR)


def _venue(session: Session, city: City) -> str:
    return session.get_one(Venue, city.venues["Library on the Square"]).public_id


def _report(session: Session, city: City, chance: Random) -> None:
    """Leave two reports for the moderator."""
    told = (
        (Category.THREAT, "He asked three times for my address although I had said no.", 3),
        (Category.OTHER, "This person sells insurance to everybody they meet here.", 20),
    )
    for category, words, hours in told:
        reporter, accused = chance.sample(sorted(city.profiles), 2)
        member = session.get_one(Member, accused)
        subject = find_subject(session, About.MEMBER, member.public_id, reporter)
        raise_report(session, subject, category, words, reporter, now=city.now - hours * HOUR)
