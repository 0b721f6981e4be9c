"""What happens in Oosterdonk: series and single evenings, some over, most still to come."""

from dataclasses import dataclass, field

from welcome.events.models import EventKind
from welcome.events.plans import Terms
from welcome.events.recurrence import Rhythm

OPEN, WELCOME, BRIDGING = EventKind.OPEN, EventKind.WELCOME, EventKind.BRIDGING
WEEKLY, FORTNIGHTLY, MONTHLY = Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@dataclass(frozen=True, slots=True)
class Gathering:
    """One event, or several of the same kind: one for each of ``weeks``, counted from this week.

    ``languages``: "nl2 en0" is Dutch from A2 as the main language, and English that nobody needs to know well.
    """

    title: str
    about: str
    organisation: str
    venue: str
    weekday: int
    at: str
    languages: str
    interests: str = ""
    kind: EventKind = OPEN
    hours: float = 2
    weeks: tuple[int, ...] = (0,)
    rhythm: Rhythm = Rhythm.ONCE
    times: int = 1
    capacity: int | None = None
    sides: tuple[int, int] | None = None
    arrived_within: int | None = None
    cost: int | None = 0
    children: bool | None = None
    terms: Terms = Terms()
    interest: float = field(default=0.6)  #: how full it gets


DE_BRUG, LIBRARY, DESK = "Community House De Brug", "City Library", "Oosterdonk Expat Desk"
HOUSE, SQUARE, PARK = "Community house De Brug", "Library on the Square", "Park Pavilion"
HEUVEL, MILL, CAMPUS = "Neighbourhood house 't Heuveltje", "The Weaving Mill", "Campus Commons"
SAINT_JOHN, STATION, OOST = "Saint John's Hall", "Station Hall", "Sports Centre Oost"

SERIES = (
    Gathering(
        "Language café: Dutch for beginners and up",
        "Small tables, one topic, and a volunteer at each. Come every week or when you can. **Coffee is free.**",
        LIBRARY,
        SQUARE,
        TUE,
        "10:00",
        "nl1 en0",
        "mind.languages food.coffee",
        weeks=(-6,),
        rhythm=WEEKLY,
        times=16,
        capacity=24,
    ),
    Gathering(
        "Dutch in the evening: talk about your week",
        "For who works in the daytime. We speak Dutch, slowly.",
        "Taalmaatjes Oosterdonk",
        "Café De Vrijheid",
        WED,
        "19:30",
        "nl2",
        "mind.languages",
        weeks=(-5,),
        rhythm=WEEKLY,
        times=14,
        capacity=16,
        terms=Terms(first_timer_places=3, hold_hours=24),
    ),
    Gathering(
        "Coffee for people who have just arrived",
        "Meet others who are new, and two people who have lived here "
        "all their lives. Questions about doctors, schools and bicycles are answered.",
        DESK,
        STATION,
        THU,
        "10:30",
        "en0",
        "food.coffee",
        WELCOME,
        weeks=(-4,),
        rhythm=FORTNIGHTLY,
        times=8,
        arrived_within=12,
        capacity=30,
        children=True,
    ),
    Gathering(
        "Toddlers in the morning",
        "Play, sing and drink coffee, in any language.",
        "Neighbourhood House 't Heuveltje",
        HEUVEL,
        MON,
        "09:30",
        "nl0 en0",
        "family.toddlers family.parenting",
        weeks=(-6,),
        rhythm=WEEKLY,
        times=15,
        capacity=18,
        cost=150,
        children=True,
    ),
    Gathering(
        "Board games night",
        "Two hundred games, and somebody explains the rules.",
        "Oosterdonk Board Gamers",
        CAMPUS,
        FRI,
        "19:30",
        "en2 nl2",
        "games.board games.cards",
        weeks=(-5,),
        rhythm=WEEKLY,
        times=13,
        capacity=32,
    ),
    Gathering(
        "Sunday run with soup",
        "Three groups: slow, medium, fast. Nobody is left behind.",
        "Running Club De Dommel",
        PARK,
        SUN,
        "10:00",
        "nl1 en0",
        "sport.running outdoors.walking",
        weeks=(-6,),
        rhythm=WEEKLY,
        times=16,
    ),
    Gathering(
        "Choir without borders",
        "Songs in nine languages. You need not read notes.",
        "Choir Zonder Grenzen",
        SAINT_JOHN,
        THU,
        "20:00",
        "nl1 en0",
        "making.choir culture.jazz",
        weeks=(-5,),
        rhythm=WEEKLY,
        times=12,
        capacity=60,
        cost=300,
    ),
    Gathering(
        "Open kitchen",
        "We cook at five and eat at half past six. Bring a knife or a story.",
        "Saint John's Open Kitchen",
        SAINT_JOHN,
        WED,
        "17:00",
        "nl1 en0 pl0",
        "food.local food.dinners",
        weeks=(-4,),
        rhythm=WEEKLY,
        times=12,
        capacity=40,
        cost=400,
        children=True,
    ),
    Gathering(
        "Repair café",
        "Bring what is broken, or hands that can mend.",
        "Repair Café Binnendonk",
        HOUSE,
        SAT,
        "13:00",
        "nl2",
        "making.repair giving.environment",
        weeks=(-4,),
        rhythm=FORTNIGHTLY,
        times=7,
    ),
    Gathering(
        "Badminton for everybody",
        "Rackets are there. Shoes that do not mark, please.",
        OOST,
        OOST,
        TUE,
        "19:00",
        "nl1 en0",
        "sport.badminton",
        weeks=(-3,),
        rhythm=WEEKLY,
        times=10,
        capacity=20,
        cost=250,
    ),
    Gathering(
        "Swimming for women",
        "The pool is for women only on this evening.",
        "Swimming Club Waterlaat",
        "Pool Waterlaat",
        MON,
        "19:00",
        "nl1 en0 ar0",
        "sport.swimming",
        weeks=(-3,),
        rhythm=WEEKLY,
        times=10,
        capacity=25,
        cost=350,
    ),
    Gathering(
        "Learn to cycle",
        "Six Saturdays on a quiet square. Bicycles are there.",
        "Fietsschool Oost",
        OOST,
        SAT,
        "10:00",
        "nl0 en0 ar0",
        "sport.cycling",
        weeks=(1,),
        rhythm=WEEKLY,
        times=6,
        capacity=10,
    ),
    Gathering(
        "Poems at the long table",
        "Hafez and others, read aloud in Persian, talked about in English.",
        "Persian Book Club",
        SQUARE,
        SUN,
        "15:00",
        "fa4 en3",
        "mind.book-club making.writing",
        weeks=(-2,),
        rhythm=MONTHLY,
        times=4,
        capacity=14,
    ),
    Gathering(
        "Salsa and forró",
        "An hour of lessons, then dancing.",
        "Casa Latina",
        STATION,
        SAT,
        "20:30",
        "es0 pt0 en0",
        "sport.dance culture.festivals",
        weeks=(-3,),
        rhythm=FORTNIGHTLY,
        times=7,
        cost=500,
    ),
    Gathering(
        "Neighbours' lunch",
        "Everybody brings one dish. Half of the table is kept for people who are new.",
        DE_BRUG,
        HOUSE,
        SUN,
        "12:30",
        "nl1 en0",
        "food.world food.dinners",
        BRIDGING,
        weeks=(-4,),
        rhythm=MONTHLY,
        times=5,
        sides=(10, 10),
        children=True,
        interest=0.7,
    ),
)

SINGLES = (
    Gathering("Soup, bread and stories", "One long table, twelve places, and a question on each plate. Half of the "
              "places are kept for people who are new here, half for people who have lived here long.", DE_BRUG, HOUSE,
              SAT, "18:30", "nl2 en0", "food.world mind.books", BRIDGING, 2.5, weeks=(-7, -3, 1, 3), sides=(6, 6),
              children=True, interest=0.7),
    Gathering("Walk and talk in two languages", "Pairs walk along the stream: half an hour Dutch, half an hour the "
              "other language.", "Taalmaatjes Oosterdonk", PARK, SUN, "14:00", "nl1 en0",
              "outdoors.walking mind.languages", BRIDGING, weeks=(-5, -1, 2), sides=(8, 8)),
    Gathering("Cook with your neighbour", "Four kitchens, four countries, one meal.", "Lotus Circle", HOUSE, FRI,
              "18:00", "en0 nl0", "food.world food.vegetarian", BRIDGING, 3, weeks=(-2, 2), sides=(6, 6), cost=800,
              terms=Terms(hides_address=True, hold_hours=12)),
    Gathering("Garden morning", "Turn the earth, plant bulbs, eat cake.", "Allotments Achterbosch",
              "Allotments Achterbosch", SAT, "10:00", "nl1 en0", "outdoors.gardening", BRIDGING, 3, weeks=(-3, 1),
              sides=(8, 8), children=True),
    Gathering("Saint Nicholas for beginners", "What is it with the shoes and the poems? Come and find out, with "
              "children or without.", DE_BRUG, HOUSE, WED, "15:00", "nl0 en0", "city.saint-nicholas family.day-out",
              BRIDGING, weeks=(1,), sides=(15, 15), children=True, interest=0.8),
    Gathering("The mayor welcomes you", "A short word, a long buffet, a walk through the old town.", DESK, STATION,
              SAT, "14:00", "en0 nl0", "city.discover", WELCOME, 3, weeks=(-8, 2), arrived_within=14, capacity=120,
              children=True, interest=0.5),
    Gathering("Your first week: a walk through the city", "Town hall, market, doctor, library, best chips.", DESK,
              STATION, MON, "10:00", "en0 es0 pt0", "city.discover", WELCOME, weeks=(-3, -1, 1), arrived_within=6,
              capacity=15),
    Gathering("How schools work here", "A head teacher explains, parents add what they wish they had known.",
              "International School Parents", HEUVEL, TUE, "20:00", "en2", "family.school", weeks=(-4, 1),
              capacity=40),
    Gathering("Doctors, dentists and insurance", "What to do when, in plain English.", "Health Centre Dommelrand",
              PARK, THU, "19:00", "en2", "", weeks=(-6, 2), capacity=35),
    Gathering("Tax return without tears", "Bring your letters. Two advisers help.", DESK, STATION, WED, "18:30",
              "en2 nl2", "work.company", weeks=(3,), capacity=20),
    Gathering("CV evening: how to write one here", "Spouses Forward and three recruiters read yours.",
              "Spouses Forward", STATION, TUE, "19:00", "en3", "work.cv work.job-search", weeks=(-5, 1), capacity=18),
    Gathering("Show what you can do", "Ten spouses, ten minutes each: coaching, ceramics, code, cake.",
              "Spouses Forward", MILL, THU, "19:30", "en2", "work.networking work.career-change", weeks=(2,),
              capacity=60),
    Gathering("Start something of your own", "A lawyer, a baker and a founder tell how they began.", "Start-up Cellar",
              STATION, WED, "19:00", "en3", "work.company", weeks=(-2, 4), capacity=50),
    Gathering("Clay for the first time", "Make a bowl; it is fired for you.", "The Weaving Mill", MILL, SUN, "13:00",
              "nl1 en0", "making.ceramics making.crafts", weeks=(1,), capacity=12, cost=1500, hours=3),
    Gathering("3D printing, an afternoon", "Bring an idea the size of a fist.", "The Weaving Mill", MILL, SAT, "14:00",
              "nl2 en2 de2", "making.electronics mind.technology", weeks=(-1, 3), capacity=10, cost=500),
    Gathering("Diwali lights", "Lamps, sweets and dance; every child may light one.", "Lotus Circle", PARK, SAT,
              "17:00", "en0 hi0", "city.feasts culture.festivals", weeks=(-2,), capacity=150, children=True),
    Gathering("Light parade", "We walk with lanterns that we made ourselves.", "Heikant Village Council",
              "Village Hall Heikant", FRI, "17:30", "nl0 en0", "city.light family.day-out", weeks=(2,), children=True),
    Gathering("A tree for the garden of the city", "Three hundred trees, and spades for all.",
              "Volunteer Centre Oosterdonk", "City Farm De Molen", SUN, "11:00", "nl0 en0",
              "giving.environment outdoors.nature", weeks=(1,), children=True),
    Gathering("Volunteering: find what fits", "Thirty organisations, tea, and somebody who asks what you like.",
              "Volunteer Centre Oosterdonk", SQUARE, SAT, "11:00", "nl1 en0", "giving.volunteering", weeks=(-6, 2)),
    Gathering("Borscht and songs", "An evening of the Ukrainian House for its neighbours.", "Ukrainian House",
              STATION, FRI, "18:30", "uk0 nl0 en0", "food.world making.choir", weeks=(1,), capacity=45, cost=600),
    Gathering("Tea and tavla", "Learn the game everybody plays.", "Turkish Cultural Centre", MILL, SUN, "15:00",
              "tr0 nl1", "games.board food.coffee", weeks=(2,), capacity=24, children=True),
    Gathering("Film without many words", "Buster Keaton with live piano.", "City Library", SQUARE, FRI, "20:00",
              "nl0 en0", "culture.cinema", weeks=(1,), capacity=70, cost=500),
    Gathering("Carnival explained", "Why grown people dress as farmers, and what to sing.", "Heikant Village Council",
              "Village Hall Heikant", SUN, "14:00", "nl1 en0", "city.carnival", weeks=(4,), capacity=80),
    Gathering("Researchers' families: a picnic indoors", "For families from abroad at the university.",
              "University Welcome Office", CAMPUS, SUN, "12:00", "en0", "family.day-out", WELCOME, weeks=(2,),
              arrived_within=26, capacity=60, children=True),
    Gathering("Autumn hike to the heath", "Twelve kilometres, one café, two languages.", "Scouting Vlierbeek",
              "Scouting House Vlierbeek", SUN, "09:30", "nl2 en2", "outdoors.hiking outdoors.nature", weeks=(-3, 1),
              hours=5, capacity=30),
)  # fmt: skip
