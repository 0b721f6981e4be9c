"""What the city guide of Oosterdonk says beyond names: kinds, life steps, hours, and what each has for people."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from demo.inhabitants import City
from welcome.directory.corrections import suggest
from welcome.directory.models import Kind, Organisation
from welcome.directory.opportunities import Chance, add_opportunity

SERVICE, CLUB = Kind.SERVICE, Kind.CLUB
VOLUNTEERING, OFFER = Kind.VOLUNTEERING, Kind.OFFER
BEFORE, WEEK, MONTHS, STAYING = "before", "first_week", "first_months", "staying"

#: name: (kind, steps, opening, telephone, days since somebody looked)
KNOWN: dict[str, tuple[Kind, str, str, str, int]] = {
    "Community House De Brug": (
        Kind.ORGANISATION,
        f"{MONTHS} {STAYING}",
        "Tue to Sat 10:00-22:00",
        "040 555 01 30",
        12,
    ),
    "Oosterdonk Expat Desk": (
        SERVICE,
        f"{BEFORE} {WEEK}",
        "Mon to Fri 9:00-12:30; Thu until 19:00",
        "040 555 01 10",
        5,
    ),
    "City Library": (SERVICE, f"{WEEK} {MONTHS}", "Mon to Sat 10:00-18:00, Sun 12:00-17:00", "040 555 01 20", 40),
    "Spouses Forward": (Kind.ORGANISATION, f"{MONTHS} {STAYING}", "Every second Thursday, 19:30", "", 33),
    "Taalmaatjes Oosterdonk": (Kind.ORGANISATION, MONTHS, "By appointment", "040 555 02 14", 61),
    "The Weaving Mill": (Kind.ORGANISATION, STAYING, "Wed to Sun 13:00-21:00", "", 18),
    "Women for Women Oosterdonk": (Kind.ORGANISATION, MONTHS, "Mon 9:30-11:30", "", 25),
    "Running Club De Dommel": (CLUB, MONTHS, "Sun 10:00, Wed 19:00", "", 80),
    "City Farm De Molen": (Kind.ORGANISATION, f"{MONTHS} {STAYING}", "Every day 9:00-17:00", "", 14),
    "International School Parents": (CLUB, f"{BEFORE} {WEEK}", "", "", 9),
    "Neighbourhood House 't Heuveltje": (Kind.ORGANISATION, MONTHS, "Mon to Fri 9:00-17:00", "040 555 03 17", 90),
    "Oosterdonk Board Gamers": (CLUB, MONTHS, "Fri 19:30", "", 15),
    "University Welcome Office": (SERVICE, f"{BEFORE} {WEEK}", "Mon to Thu 10:00-16:00", "040 555 04 00", 3),
    "Saint John's Open Kitchen": (Kind.ORGANISATION, WEEK, "Wed from 17:00", "", 44),
    "Choir Zonder Grenzen": (CLUB, STAYING, "Thu 20:00", "", 70),
    "Fietsschool Oost": (SERVICE, MONTHS, "Sat 10:00", "", 28),
    "Sports Centre Oost": (SERVICE, MONTHS, "Every day 8:00-23:00", "040 555 05 60", 120),
    "Lotus Circle": (CLUB, MONTHS, "", "", 31),
    "Casa Latina": (CLUB, f"{WEEK} {MONTHS}", "Sat 20:30", "", 22),
    "Turkish Cultural Centre": (CLUB, STAYING, "Every day 12:00-22:00", "", 150),
    "Ukrainian House": (Kind.ORGANISATION, f"{BEFORE} {WEEK}", "Mon, Wed, Fri 14:00-18:00", "040 555 06 21", 8),
    "Persian Book Club": (CLUB, STAYING, "", "", 65),
    "Volunteer Centre Oosterdonk": (SERVICE, STAYING, "Tue and Thu 10:00-16:00", "040 555 07 11", 17),
    "Repair Café Binnendonk": (CLUB, STAYING, "Every second Saturday, 13:00", "", 55),
    "Allotments Achterbosch": (CLUB, STAYING, "", "", 220),
    "Swimming Club Waterlaat": (CLUB, MONTHS, "Mon 19:00 (women), Wed 19:00", "", 36),
    "Start-up Cellar": (SERVICE, STAYING, "Mon to Fri 8:30-20:00", "", 27),
    "Health Centre Dommelrand": (SERVICE, f"{BEFORE} {WEEK}", "Mon to Fri 8:00-17:00", "040 555 08 08", 6),
    "Heikant Village Council": (Kind.ORGANISATION, STAYING, "", "", 240),
    "Scouting Vlierbeek": (CLUB, MONTHS, "Sat 13:30-16:30", "", 48),
}

#: (whose, kind, name, what it says, themes, steps, languages, level needed, hours)
OPPORTUNITIES = (
    ("City Farm De Molen", VOLUNTEERING, "Feed the animals", "Goats do not mind your grammar. We show you how.",
     "giving family", STAYING, "nl en", 0, "one morning a week"),
    ("Repair Café Binnendonk", VOLUNTEERING, "Mend bicycles and lamps", "If you can hold a screwdriver you can help.",
     "giving", STAYING, "nl", 1, "two Saturdays a month"),
    ("Saint John's Open Kitchen", VOLUNTEERING, "Cook for forty", "We cook at five; the recipes come from you too.",
     "giving meeting", f"{MONTHS} {STAYING}", "nl en pl", 0, "Wednesdays, 16:00-20:00"),
    ("Taalmaatjes Oosterdonk", VOLUNTEERING, "Be a language buddy", "An hour a week with somebody who learns Dutch.",
     "giving language", STAYING, "nl", 4, "one hour a week"),
    ("City Library", VOLUNTEERING, "Read aloud to children", "In your own language, every Saturday morning.",
     "giving family culture", f"{MONTHS} {STAYING}", "ar es tr uk pl zh", 0, "one hour a month"),
    ("Volunteer Centre Oosterdonk", VOLUNTEERING, "Drive people to the doctor", "You need a licence and patience.",
     "giving health", STAYING, "nl en", 2, "when it suits you"),
    ("Health Centre Dommelrand", VOLUNTEERING, "Interpret at the desk", "Twice a week somebody needs your language.",
     "giving health", STAYING, "nl ar fa tr uk", 3, "two hours a week"),
    ("Spouses Forward", VOLUNTEERING, "Coach somebody for an interview", "You have hired people; you know how.",
     "giving work", STAYING, "en nl", 4, "three meetings"),
    ("Community House De Brug", VOLUNTEERING, "Welcome people at the door", "A smile in any language, and a list.",
     "giving meeting", MONTHS, "nl en tr ar", 0, "one evening a month"),
    ("Allotments Achterbosch", VOLUNTEERING, "Look after the common garden", "Spades are there, and a long table.",
     "giving home", STAYING, "nl", 0, "some Saturdays"),
    ("The Weaving Mill", OFFER, "First evening free", "Try wood, clay or textile once without paying.",
     "culture", MONTHS, "nl en de", 0, ""),
    ("Swimming Club Waterlaat", OFFER, "Ten lessons for the price of eight", "For grown-ups who never learned it.",
     "sport", MONTHS, "nl en", 0, ""),
    ("Sports Centre Oost", OFFER, "A month of badminton for EUR 10", "Rackets are there.", "sport", f"{WEEK} {MONTHS}",
     "nl en", 0, ""),
    ("City Library", OFFER, "Library card free for a year", "For everybody who moved here this year.",
     "language culture study", f"{WEEK} {MONTHS}", "nl en", 0, ""),
    ("Start-up Cellar", OFFER, "A desk for a week", "Bring your idea and a cup.", "work", STAYING, "en nl", 0, ""),
)  # fmt: skip


def complete_guide(session: Session, city: City) -> None:
    """Say of each organisation what it is and when somebody last looked, and what it has for people."""
    for name, (kind, steps, opening, phone, days) in KNOWN.items():
        row = session.get_one(Organisation, city.organisations[name])
        row.kind, row.steps, row.opening, row.phone = kind, steps.split(), opening, phone
        row.website = f"https://{row.slug}.oosterdonk.example"
        row.checked_on = (city.now - timedelta(days=days)).date()
        row.trusted_at = row.created_at
    # The youngest of them still has a small audience.
    session.get_one(Organisation, city.organisations["Lotus Circle"]).trusted_at = None
    _offer(session, city, city.now - timedelta(days=20))
    hint = "Every day 12:00-23:00, in Ramadan from 18:00"
    suggest(session, Kind.CLUB, "turkish-cultural-centre", "opening", hint, by=None, now=city.now - timedelta(hours=7))


def _offer(session: Session, city: City, since: datetime) -> None:
    for whose, kind, name, about, themes, steps, languages, level, hours in OPPORTUNITIES:
        keeper = session.get_one(Organisation, city.organisations[whose])
        lists = (themes.split(), steps.split(), languages.split())
        chance = Chance(kind, name, about, None, keeper.area_id, *lists, level=level, hours=hours)
        add_opportunity(session, keeper, chance, now=since)
