"""Finding events: by word in any script, by time, by one's own level, with places left for one's side."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as sa_event

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_bridge, make_event, make_guest, make_organisation, make_venue
from welcome.accounts.models import Member
from welcome.database import db, writing
from welcome.directory import service as directory
from welcome.events import joining, service, translating
from welcome.events.plans import Facts, Place, Speaking
from welcome.events.recurrence import Repeat, Rhythm
from welcome.profiles.models import Side, Spoken

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")


def titles(client: FlaskClient, query: str, *among: str) -> set[str]:
    answer = client.get(f"/events?{query}")
    assert answer.status_code == 200
    return {title for title in among if f'" dir="auto">{title}</a>' in answer.text}


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Café française", "CAFE FRANCAISE"),
        ("Smørrebrød på dansk", "smorrebrod"),
        ("İstanbul kahvaltısı", "istanbul kahvaltisi"),
        ("Вечер Йоги", "йоги"),
        ("قهوة للأمهات", "للامهات"),
        ("中文咖啡角", "咖啡"),
        ("हिन्दी की शाम", "हिन्दी"),
        ("Straßenfest", "strassenfest"),
        ("Fifty % off_stage", "% off_"),
    ],
)
def test_words_are_found_in_every_script(client: FlaskClient, title: str, word: str) -> None:
    with writing() as session:
        make_event(session, TODAY, title=title)
        make_event(session, TODAY, title="Something else")
    found = client.get("/events", query_string={"q": word}).text
    assert "1 event is coming up" in found
    assert title in found


def test_text_organisation_and_place_are_searched_too(client: FlaskClient) -> None:
    with writing() as session:
        make_organisation(session, TODAY)
        bakers = make_organisation(session, TODAY, "Bakers")
        directory.edit_organisation(session, bakers, directory.Listing("Bäckerei Süd"), now=TODAY)
        make_event(session, TODAY, title="One", about="We bring **crêpes**")
        make_event(session, TODAY, title="Two", organisation_id=bakers.id)
        make_event(session, TODAY, title="Three", place=Place(make_venue(session).id))
        make_event(session, TODAY, title="Four", place=Place(note="Behind the Théâtre"))
    every = ("One", "Two", "Three", "Four")
    assert titles(client, "q=crepes", *every) == {"One"}
    assert titles(client, "q=backerei", *every) == {"Two"}
    assert titles(client, "q=harbour+library", *every) == {"Three"}
    assert titles(client, "q=theatre", *every) == {"Four"}
    assert titles(client, "q=theatre+crepes", *every) == set()


def test_what_is_renamed_is_found_by_its_new_name(client: FlaskClient) -> None:
    with writing() as session:
        event = make_event(session, TODAY, title="Old name")
        service.edit_event(session, event.id, Facts(title="Nouveau Né"), now=TODAY)
    assert titles(client, "q=nouveau+ne", "Nouveau Né") == {"Nouveau Né"}
    assert titles(client, "q=old+name", "Nouveau Né") == set()


def test_times_are_chosen_by_the_clock_of_the_city(client: FlaskClient) -> None:
    days = {"Tonight": 20, "Sunday": 22, "Monday": 23, "December": 41}
    with writing() as session:
        for title, day in days.items():
            start = datetime(2026, 11, 1, 23, 30) + timedelta(days=day - 1)  # noqa: DTZ001 (by the clock on the wall)
            make_event(session, TODAY, title=title, when=evening(start, hours=0.4))
    assert titles(client, "when=week", *days) == {"Tonight", "Sunday"}
    assert titles(client, "when=weekend", *days) == {"Sunday"}
    assert titles(client, "when=2026-11", *days) == {"Tonight", "Sunday", "Monday"}
    assert titles(client, "when=2026-12", *days) == {"December"}
    assert titles(client, "when=2026-13", *days) == set(days)


def test_a_series_is_found_in_every_month_that_it_has_a_date_in(client: FlaskClient) -> None:
    with writing() as session:
        make_event(session, TODAY, title="Table", repeat=Repeat(Rhythm.WEEKLY, 10))
    assert "-12-" not in client.get("/events").text.split("</form>")[-1]
    text = client.get("/events?when=2026-12").text
    assert "1 event is coming up" in text
    assert "on=" in text
    assert titles(client, "when=2027-06", "Table") == set()


def test_a_place_is_left_for_my_side(client: FlaskClient) -> None:
    with writing() as session:
        meetup = make_bridge(session, TODAY, title="Bridge", newcomers=1, locals_=1).occurrences[0]
        make_event(session, TODAY, title="Open to all", capacity=None)
        full = make_event(session, TODAY, title="Full", capacity=1).occurrences[0]
        one, other = make_guest(session, "One", Side.NEWCOMER, TODAY), make_guest(session, "Two", Side.LOCAL, TODAY)
        joining.join(session, meetup.id, one.id, now=TODAY)
        joining.join(session, full.id, other.id, now=TODAY)
    every = ("Bridge", "Open to all", "Full")
    assert titles(client, "places=local", *every) == {"Bridge", "Open to all"}
    assert titles(client, "places=newcomer", *every) == {"Open to all"}
    assert titles(client, "places=nobody", *every) == set(every)


def test_it_works_for_my_level(client: FlaskClient, sign_in: SignIn, carol: Member) -> None:
    with writing() as session:
        make_event(session, TODAY, title="Easy", languages=(Speaking("nl", 2, True),))
        make_event(session, TODAY, title="Hard", languages=(Speaking("nl", 5, True),))
        make_event(session, TODAY, title="Both", languages=(Speaking("nl", 5, True), Speaking("pt", 4)))
        make_event(session, TODAY, title="For all", languages=(Speaking("tr", 0, True),))
        session.add_all([Spoken(member_id=carol.id, language=code, level=at) for code, at in (("nl", 2), ("pt", 7))])
    every = ("Easy", "Hard", "Both", "For all")
    assert titles(client, "language=nl&level=2", *every) == {"Easy"}
    assert "Works for my level" not in client.get("/events").text
    page = sign_in(carol).get("/events").text
    assert "Works for my level" in page
    assert "speaks=nl-2.pt-7" in page
    assert titles(client, "speaks=nl-2.pt-7", *every) == {"Easy", "Both", "For all"}
    client.delete_cookie("session")
    assert titles(client, "speaks=nl-2.pt-7", *every) == {"Easy", "Both", "For all"}, "the address can be shared"


def test_the_form_keeps_what_was_chosen_and_survives_nonsense(client: FlaskClient) -> None:
    text = client.get("/events?q=%20so%20up%20&when=week&free=y&places=local&level=3&language=nl").text
    assert 'value="so up"' in text
    assert '<option value="week" selected>' in text
    assert '<input type="hidden" name="free" value="y">' in text
    for query in ("q=" + "x" * 5000, "speaks=--..9-9", "when=9999-99&level=99", "q=%25%25%5C_'%22", "level=3"):
        assert client.get(f"/events?{query}").status_code == 200, query


def test_a_search_asks_the_database_a_fixed_number_of_times(
    client: FlaskClient, sign_in: SignIn, carol: Member
) -> None:
    asked: list[str] = []
    sa_event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with writing() as session:
        session.add(Spoken(member_id=carol.id, language="nl", level=2))
        for number in range(20):
            make_event(session, TODAY, title=f"Soup {number}", when=evening(START))
    query = "/events?q=soup&when=2026-11&language=nl&level=6&places=local&speaks=nl-6"
    asked.clear()
    assert "20 events are coming up" in client.get(query).text
    assert len([statement for statement in asked if statement.startswith("SELECT")]) <= 8
    sign_in(carol)
    asked.clear()
    assert "20 events are coming up" in client.get(query).text
    assert len([statement for statement in asked if statement.startswith("SELECT")]) <= 8


def test_a_month_begins_its_weeks_as_the_reader_does_and_leads_on(client: FlaskClient) -> None:
    with writing() as session:
        for number in range(6):
            make_event(session, TODAY, title=f"Soup {number}", when=evening(START + timedelta(minutes=number)))
        make_event(session, TODAY, title="Later", when=evening(START + timedelta(days=30)))
    page = client.get("/events/month?q=soup").text
    assert "Soup 3" in page
    assert "Soup 4" not in page
    assert "2 more" in page
    assert "/events?q=soup&amp;day=2026-11-28" in page
    assert "6 events are coming up" in page
    assert "when=2026-12" in page
    assert "The month before" not in page
    assert "Soup 5" in client.get("/events?q=soup&day=2026-11-28").text
    assert "Soup 5" not in client.get("/events?day=2026-11-29").text
    assert "Later" in client.get("/events/month?when=2026-12").text
    for language, first in (("en", "Mon"), ("nl", "ma"), ("ar", "السبت")):
        heads = client.get("/events/month", headers={"Accept-Language": language}).text
        assert re.findall(r'<th scope="col">(.*?)</th>', heads)[0] == first
    for query in ("when=2026-99", "when=9999-12", "when=2000-01", "day=2026-02-30", "when=week"):
        assert client.get(f"/events/month?{query}").status_code == 200


def test_a_page_asks_the_database_as_often_however_much_there_is(
    client: FlaskClient, sign_in: SignIn, carol: Member
) -> None:
    asked: list[str] = []
    sa_event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with writing() as session:
        small = make_event(session, TODAY, title="Once").public_id
        large = make_event(session, TODAY, title="Often", text_language="nl", repeat=Repeat(Rhythm.WEEKLY, 40))
        for code in ("en", "de", "fr", "ar"):
            translating.write_text(session, large.id, code, code, code, is_easy=False, now=TODAY)
        often = large.public_id

    def count(path: str) -> int:
        asked.clear()
        assert client.get(path).status_code == 200
        return len([statement for statement in asked if statement.startswith("SELECT")])

    for most, reader in ((8, None), (14, carol)):
        if reader:
            sign_in(reader)
        assert count(f"/events/{small}") == count(f"/events/{often}") <= most
        assert count("/events/month") <= 8
