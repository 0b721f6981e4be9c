"""Small random towns for hypothesis: few languages, few slots, many ties."""

from hypothesis import strategies as st

from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population

LANGUAGES = ("nl", "pt", "tr")
INTERESTS = ("chess", "choir", "walking")
TOPICS = ("health", "school")

spoken = st.builds(Spoken, st.sampled_from((0, 2, 5, 7)), st.booleans(), st.booleans())
person = st.builds(
    Person,
    side=st.sampled_from(("newcomer", "local", "both")),
    languages=st.dictionaries(st.sampled_from(LANGUAGES), spoken, max_size=3),
    interests=st.dictionaries(st.sampled_from(INTERESTS), st.integers(1, 3), max_size=3),
    slots=st.integers(0, 7),
    area=st.sampled_from((None, 0, 1)),
    online=st.booleans(),
    capacity=st.sampled_from((0, 1, 1, 1, 2, 3)),
    role=st.sampled_from((None, "mentor", "mentee", "mentee", "both")),
    waiting_since=st.sampled_from((0.0, 30.0, 80.0, 160.0)),
    gender=st.sampled_from((None, "woman", "man")),
    shown_to=st.sampled_from(("everyone", "everyone", "everyone", "women", "own-gender")),
    children=st.frozensets(st.sampled_from(("baby", "school")), max_size=1),
    situations=st.frozensets(st.sampled_from(("spouse", "student")), max_size=1),
    offers=st.frozensets(st.sampled_from(TOPICS)),
    wishes=st.frozensets(st.sampled_from(TOPICS)),
    asynchronous=st.booleans(),
)
easy = st.builds(
    Person,
    side=st.sampled_from(("newcomer", "local")),
    languages=st.sampled_from(
        (
            {"nl": Spoken(7, True, False), "pt": Spoken(2, False, True)},
            {"pt": Spoken(7, True, False), "nl": Spoken(2, False, True)},
            {"tr": Spoken(7, True, False), "nl": Spoken(3, False, True), "pt": Spoken(5, True, False)},
            {"nl": Spoken(7, True, False), "tr": Spoken(2, False, True)},
        )
    ),
    interests=st.dictionaries(st.sampled_from(INTERESTS), st.integers(1, 3), min_size=1, max_size=3),
    slots=st.integers(1, 7),
    area=st.just(0),
    capacity=st.sampled_from((1, 1, 2)),
    role=st.sampled_from(("mentor", "mentee", "mentee", "both")),
    waiting_since=st.sampled_from((0.0, 80.0, 160.0)),
    offers=st.frozensets(st.sampled_from(TOPICS)),
    wishes=st.frozensets(st.sampled_from(TOPICS)),
)


@st.composite
def populations(draw: st.DrawFn, most: int = 9, of: st.SearchStrategy[Person] = person | easy) -> Population:
    people = draw(st.lists(of, min_size=0, max_size=most))
    rows = st.integers(0, max(0, len(people) - 1))
    forbidden = draw(st.lists(st.tuples(rows, rows), max_size=4)) if people else []
    return Population.of(people, closeness=[[1.0, 0.3], [0.3, 1.0]], forbidden=forbidden)
