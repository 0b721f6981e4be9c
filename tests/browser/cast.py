"""Those who go the ways of test_journeys.py, and where these begin."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests import town
from tests.browser.city import City
from tests.browser.seed import inside
from tests.gatherings import evening, make_event, make_organisation
from tests.people import make_member
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.clock import now
from welcome.database import writing
from welcome.directory.models import Area, Venue
from welcome.events.plans import Place
from welcome.pairings import meetings, requests
from welcome.pairings.rounds import drafts, outcomes, sending
from welcome.pairings.states import ProgrammeKind
from welcome.profiles.models import Side

DAY = timedelta(days=1)
#: Newcomer and local who ask, who have met once, and whom a round brings together: two of each.
CAST = (("Nora", "Ben", "Mo", "Max", "Pia", "Piet"), ("Noor", "Bas", "Mia", "Mats", "Pim", "Puk"))


def fill(city: City) -> dict[str, str]:
    """Let everybody who goes a way live in a city; return where their ways begin."""
    with inside(city), writing() as session:
        areas = town.build(session)
        town.open_programme(session, slug="exchange", status="open")
        town.open_programme(session, ProgrammeKind.ACTIVITY, slug="together", status="open")
        table = make_organisation(session, now())
        library = session.query(Venue).filter_by(name="Library").one()
        alice = make_member(session, "Alice")
        start = now().replace(tzinfo=None, hour=18, minute=30) + 9 * DAY
        soup = make_event(
            session, now(), title="Soup", when=evening(start), place=Place(library.id), children_welcome=True
        )
        grant(session, alice.id, Role.ORGANISER, scope_id=table.id, now=now())
        starts = {"soup": f"/events/{soup.public_id}"}
        for names in CAST:
            starts |= _settle(session, names, areas["Centrum"])
        drafted = drafts.draft(session, "together", now=now())
        sending.propose(session, drafted, outcomes.compute(drafted), now=now())
    return starts


def _settle(session: Session, names: tuple[str, ...], area: Area) -> dict[str, str]:
    """Let three newcomers and three locals live there, two of whom were to meet a week ago."""
    people = [make_member(session, name) for name in names]
    session.flush()
    for number, member in enumerate(people):
        side, speaks = ((Side.NEWCOMER, town.CAROL), (Side.LOCAL, town.BOB))[number % 2]
        town.settle(session, member, side, speaks, area)
    then = now() - 10 * DAY
    town.join(session, "exchange", *people[:4], now=then)
    town.join(session, "together", *people[4:], now=then)
    asker, asked = people[2:4]
    request = requests.ask(session, asker.id, asked.public_id, "exchange", "Hello!", now=then)
    match = requests.accept(session, request.public_id, asked.id, now=then)
    time = (then + 3 * DAY).replace(tzinfo=None, hour=10, minute=0, second=0, microsecond=0)
    place = session.query(Venue).filter_by(name="Library").one()
    offered = meetings.offer_times(session, match.public_id, asker.id, [time], place.public_id, now=then)
    meetings.agree(session, offered.public_id, asked.id, time, now=then)
    return {names[2]: f"/matches/{match.public_id}"}
