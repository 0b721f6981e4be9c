"""A fair with stands and shifts, and an evening that two organisations hold together."""

from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from demo.inhabitants import ZONE, City
from welcome.accounts.models import Member
from welcome.events import service
from welcome.events.crew import hosts, shifts, stands
from welcome.events.crew.rules import Plan
from welcome.events.models import Event
from welcome.events.plans import Facts, Place, Speaking, When

DAY = timedelta(days=1)
FAIR = "Feel at home: a fair of clubs and services"
ABOUT = "Thirty tables, one hall. Ask about schools, doctors and sport, taste soup from five countries, join a choir."
SHIFTS = (
    Plan("Build up", -120, 120, 6, "By the side door. Gloves are there."),
    Plan("Welcome at the door", -15, 150, 3, "You hand out the map and smile. English is enough."),
    Plan("Children's corner", 0, 180, 2),
    Plan("Soup kitchen", 0, 240, 4, "Aprons are there."),
    Plan("Clear away", 240, 90, 8, "Many hands, one hour, then pizza."),
)
#: (who, what they would like to have, where they stand; None: not answered yet)
STANDS = (
    ("City Library", "A table and a socket", "A1"),
    ("Taalmaatjes Oosterdonk", "Two chairs", "A2"),
    ("Running Club De Dommel", "", "A3"),
    ("Choir Zonder Grenzen", "We sing at noon", "by the stage"),
    ("Volunteer Centre Oosterdonk", "A wall for our cards", "B1"),
    ("Ukrainian House", "A table", "B2"),
    ("Health Centre Dommelrand", "", "B3"),
    ("Scouting Vlierbeek", "Room for a tent", None),
    ("Start-up Cellar", "A screen", None),
)


def hold_fair(session: Session, city: City, chance: Random) -> Event:
    """Publish the fair, give out its stands, and let some people help."""
    sanne, at = city.stars["Sanne"], city.now - 9 * DAY
    event = _publish(session, city, sanne, at)
    stands.set_places(session, event.id, 12)
    for name, wish, label in STANDS:
        stand = stands.ask(session, event.id, city.organisations[name], wish, by=sanne, now=at + DAY)
        if label:
            stands.answer(session, event.id, stand.public_id, yes=True, label=label, now=at + 2 * DAY)
    helpers = chance.sample(sorted(city.members(before=at)), 2 * len(SHIFTS))
    for number, plan in enumerate(SHIFTS):
        shift = shifts.add_shift(session, event.occurrences[0], plan, now=at)
        for member_id in helpers[2 * number : 2 * number + 1 + number % 2]:
            shifts.take(session, shift.id, member_id, now=at + 3 * DAY)
    return event


def organise_together(session: Session, city: City, event: Event) -> None:
    """Let the library organise the fair too, and Els be asked."""
    library, sanne, at = city.organisations["City Library"], city.stars["Sanne"], city.now - 8 * DAY
    asked = hosts.invite_organisation(session, event, library, by=sanne, now=at)
    hosts.answer(session, asked.public_id, session.get_one(Member, sanne), [library], yes=True, now=at + DAY)
    els = session.get_one(Member, city.stars["Els"])
    hosts.invite_member(session, event, els.email, by=sanne, now=city.now - DAY)


def _publish(session: Session, city: City, by: int, at: datetime) -> Event:
    saturday = city.now.date() + timedelta(days=(5 - city.now.weekday()) % 7 + 14)
    start = datetime.combine(saturday, time(11))
    facts = Facts(
        title=FAIR,
        about=ABOUT,
        languages=(Speaking("en", 0, True), Speaking("nl", 0)),
        cost_cents=0,
        children_welcome=True,
        is_step_free=True,
        interests=("city.feasts", "giving.volunteering"),
    )
    when, place = When(start, start + timedelta(hours=4), ZONE), Place(city.venues["Station Hall"])
    owner = city.organisations["Community House De Brug"]
    event = service.create_event(session, owner, facts, when, place, by=by, now=at)
    return service.publish_event(session, event.id, now=at)
