"""What the guide holds beside organisations, and those who make an event together: one of each, for every page."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests.gatherings import make_organisation
from welcome.accounts.models import Member
from welcome.directory import corrections, opportunities, service, translating
from welcome.directory.models import Kind, Organisation, Venue
from welcome.directory.opportunities import Chance
from welcome.directory.service import Place
from welcome.events.crew import hosts, shifts, stands
from welcome.events.crew.rules import Plan
from welcome.events.models import Event


def fill(
    session: Session, table: Organisation, event: Event, carol: Member, alice: Member, now: datetime
) -> dict[str, str]:
    """Put one of everything in and return the parts of the addresses."""
    table.kind, table.opening, table.phone, table.steps = Kind.CLUB, "Vr 18:00-22:00", "040 555 01", ["first_week"]
    table.links, table.website = ["https://table.example/soup"], "https://table.example"
    table.checked_on = (now - timedelta(days=400)).date()
    garden = Chance(Kind.VOLUNTEERING, "حديقة", "Weeds", languages=["ar"], level=1, hours="one hour", themes=["giving"])
    opportunity = opportunities.add_opportunity(session, table, garden, now=now)
    opportunities.add_opportunity(session, table, Chance(Kind.OFFER, "Soup for one"), now=now)
    place = service.save_venue(session, Venue(area_id=table.area_id), Place("Kiosk", "Path 2", opening="always"))
    table.text_language = "nl"
    said = {"title": "طاولة", "about": "نأكل معا", "hours": "الجمعة مساء"}
    translating.write_text(table, "ar", said, is_easy=False, now=now)
    hint = corrections.suggest(session, Kind.CLUB, table.slug, "opening", "Za 18:00", by=None, now=now)
    event.stand_places = 3
    other, beginner = make_organisation(session, now, "Library of all"), make_organisation(session, now, "New club")
    beginner.trusted_at = None
    stand = stands.ask(session, event.id, other.id, "A table", by=alice.id, now=now)
    given = stands.ask(session, event.id, beginner.id, "", by=alice.id, now=now)
    stands.answer(session, event.id, given.public_id, yes=True, label="A1", now=now)
    date = event.occurrences[0]
    taken = shifts.add_shift(session, date, Plan("Build up", -90, 60, 1, "By the side door"), now=now)
    shift = shifts.add_shift(session, date, Plan("المطبخ", 0, 120, 3), now=now)
    shifts.take(session, taken.id, carol.id, now=now)
    co_host = hosts.invite_member(session, event, carol.email, by=alice.id, now=now)
    return {
        "opportunity": opportunity.slug,
        "place": place.slug or "",
        "kind": "club",
        "correction": hint.public_id,
        "stand": stand.public_id,
        "shift": shift.public_id,
        "task": taken.public_id,
        "co_host": co_host.public_id,
    }
