"""What the guide holds, how fresh it is, what readers find wrong in it, and the table that it comes and goes by."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.people import make_member
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.directory import corrections, entries, exchange, freshness, opportunities, service, sheets
from welcome.directory.entries import Wish
from welcome.directory.models import CorrectionState, Kind, Opportunity, Organisation, Venue
from welcome.directory.opportunities import Chance
from welcome.directory.rules import AreaRow, searched
from welcome.directory.service import Listing, Place
from welcome.errors import NotFound
from welcome.post.models import Notice

DAY = TODAY.date()


@pytest.fixture
def farm(session: Session) -> Organisation:
    service.keep_areas(session, [AreaRow("Centre", 0, 0), AreaRow("Hill", 1, 1), AreaRow("=Sum", 2, 0)])
    centre, hill, _ = service.areas(session)
    said = Listing("City Farm", "Goats", area_id=centre.id, languages=["nl"], themes=["family"], steps=["staying"])
    farm = service.add_organisation(session, said, now=TODAY)
    desk = Listing(
        "Desk", "Questions", kind=Kind.SERVICE, languages=["en", "ar"], themes=["help"], steps=["first_week"]
    )
    service.add_organisation(session, desk, now=TODAY, is_verified=True)
    service.save_venue(session, Venue(organisation_id=farm.id), Place("Stable", "Path 1", hill.id, opening="Always"))
    service.save_venue(session, Venue(), Place("=Office", "Path 2", hill.id, is_public=False))
    goats = Chance(Kind.VOLUNTEERING, "Feed goats", "مرحبا", themes=["giving"], languages=["en"], level=2, hours="Mon")
    opportunities.add_opportunity(session, farm, goats, now=TODAY)
    offer = Chance(Kind.OFFER, "Free milk", themes=["family"], ends_on=DAY)
    opportunities.add_opportunity(session, farm, offer, now=TODAY)
    return farm


def names(session: Session, today: date = DAY, **wish: object) -> list[str]:
    return [one.name for one in entries.find(session, Wish(**wish), today=today).entries]  # type: ignore[arg-type]


def test_everything_is_found_by_what_matters(session: Session, farm: Organisation) -> None:
    assert names(session) == ["City Farm", "Desk", "Feed goats", "Free milk", "Stable"]
    assert names(session, words=searched("مَرحبا")) == ["Feed goats"]
    assert names(session, kind=Kind.SERVICE) == names(session, step="first_week") == ["Desk"]
    assert names(session, kind=Kind.PLACE) == names(session, area="hill") == ["Stable"]
    assert names(session, theme="family") == ["City Farm", "Free milk"]
    assert names(session, language="en") == ["Desk", "Feed goats"]
    assert names(session, kind=Kind.VOLUNTEERING, level=1) == []
    assert names(session, kind=Kind.VOLUNTEERING, level=2) == ["Feed goats"]
    assert "Free milk" not in names(session, DAY + timedelta(days=1))
    areas = {area.name: area.id for area in service.areas(session)}
    assert entries.counts_by_area(session, Wish(area="centre"), today=DAY) == {areas["Centre"]: 1, areas["Hill"]: 1}
    assert entries.find(session, Wish(), today=DAY, number=9, size=2).number == 3
    assert entries.offered(session, today=DAY).steps == {"staying", "first_week"}


def test_what_helps_now_speaks_the_readers_language_first(session: Session, farm: Organisation) -> None:
    other = Listing("Another desk", kind=Kind.SERVICE, languages=["nl"], steps=["first_week"])
    service.add_organisation(session, other, now=TODAY, is_verified=True)
    for locale, expected in (("ar", "Desk"), ("nl", "Another desk")):
        assert entries.helpful_now(session, "first_week", locale, today=DAY)[0].name == expected


def test_keepers_are_asked_gently_once_in_half_a_year(session: Session, farm: Organisation) -> None:
    alice = make_member(session, "Alice")
    session.flush()
    grant(session, alice.id, Role.ORGANISER, scope_id=farm.id, now=TODAY)
    half, asked = timedelta(days=183), []
    for wait in (timedelta(days=100), half, half + timedelta(days=1), half + timedelta(days=100), 2 * half):
        freshness.ask_keepers(session, now=TODAY + wait)
        asked.append(session.scalar(sa.select(sa.func.count()).where(Notice.kind == "guide_check")))
    assert asked == [0, 2, 2, 2, 4]  # each by mail and by the bell
    freshness.check(session, farm, DAY + 2 * half)
    assert not freshness.is_stale(farm.checked_on, farm.created_at, DAY + 3 * half - timedelta(days=2))
    assert session.scalars(sa.select(Opportunity.checked_on).distinct()).all() == [DAY + 2 * half]


def test_a_hint_is_put_in_its_place_by_a_yes(session: Session, farm: Organisation) -> None:
    moderator = make_member(session, "Fay")
    session.flush()
    grant(session, moderator.id, Role.MODERATOR, now=TODAY)
    hint = corrections.suggest(session, Kind.ORGANISATION, "city-farm", "opening", "10-12", by=None, now=TODAY)
    again = corrections.suggest(session, Kind.PLACE, "stable", "opening", "Never", by=None, now=TODAY)
    other = corrections.suggest(session, Kind.OFFER, "free-milk", "about", "Sour", by=None, now=TODAY)
    letters = sa.select(sa.func.count()).where(Notice.kind == "correction_received", Notice.channel == "mail")
    assert session.scalar(letters) == 1  # nobody keeps the farm's page, so a moderator hears of it, once a day
    with pytest.raises(NotFound):
        corrections.answer(session, hint.public_id, yes=True, organisation_id=farm.id + 1, now=TODAY)
    corrections.answer(session, hint.public_id, yes=True, organisation_id=farm.id, now=TODAY)
    corrections.answer(session, again.public_id, yes=True, now=TODAY)
    corrections.answer(session, other.public_id, yes=False, now=TODAY)
    corrections.answer(session, other.public_id, yes=True, now=TODAY)
    assert (farm.opening, service.find_venue(session, "stable").opening) == ("10-12", "Never")
    assert other.state is CorrectionState.DECLINED
    assert corrections.open_corrections(session) == []
    with pytest.raises(NotFound):
        corrections.suggest(session, Kind.CLUB, "city-farm", "other", "no club", by=None, now=TODAY)


def test_the_table_comes_back_as_it_went(session: Session, farm: Organisation) -> None:
    went = exchange.export(session)
    assert "'=Office" in went and "\n=" not in went and ",=" not in went
    rows = sheets.read(went.encode())
    for is_trial in (True, False):
        result = exchange.take_over(session, rows, now=TODAY, is_trial=is_trial)
        assert (result.added, result.changed, result.unchanged, result.problems) == ([], [], 6, [])
    assert exchange.export(session) == went
    for table in (Opportunity, Venue, Organisation):
        session.execute(sa.delete(table))
    session.expire_all()
    result = exchange.take_over(session, rows, now=TODAY, is_trial=False)
    assert (len(result.added), result.problems) == (6, [])
    assert exchange.export(session) == went


def test_a_trial_and_a_table_with_mistakes_change_nothing(session: Session, farm: Organisation) -> None:
    table = (
        "kind,key,name,organisation,area,themes,level,ends_on,website\n"
        "club,choir,Choir,,Hill,culture,,,choir.example\n"
        "volunteering,,Sing,choir,,giving,3,,\n"
        "organisation,city-farm,City Farm and more,,Centre,family,,,\n"
    )
    rows = sheets.read(table.encode())
    tried = exchange.take_over(session, rows, now=TODAY, is_trial=True)
    assert (tried.added, tried.changed) == (["Choir", "Sing"], ["City Farm and more"])
    assert "Choir" not in names(session)
    bad = (
        "shop,,X,,,,,,\nclub,,,,,,,,\nclub,,Y,,Atlantis,,,,\nclub,,Z,,,nonsense,,,\noffer,,Free,nobody,,,,,\n"
        "offer,,Old,choir,,,,2027-02-30,\nvolunteering,,Hard,choir,,,9,,\nclub,choir,Twice,,,,,,\nclub,,W,,,,,,ftp://x\n"
    )
    result = exchange.take_over(session, sheets.read((table + bad).encode()), now=TODAY, is_trial=False)
    assert [problem.split(":")[0] for problem in result.problems] == [f"Line {line}" for line in range(5, 14)]
    assert "Choir" not in names(session)
    exchange.take_over(session, rows, now=TODAY, is_trial=False)
    assert {"Choir", "Sing"} <= set(names(session))
    assert exchange.take_over(session, rows, now=TODAY, is_trial=False).unchanged == 3
