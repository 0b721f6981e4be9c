"""What the city has, and who keeps it."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from welcome.accounts.models import Member
from welcome.database import db
from welcome.directory import service
from welcome.directory.entries import Wish, find
from welcome.directory.models import Venue
from welcome.directory.rules import AreaRow, BadAreas, NameTaken, NoSuchMember, PairRow, searched
from welcome.directory.service import Listing, Place
from welcome.errors import NotFound


def test_a_pair_that_is_named_wins_over_the_distance(session: Session) -> None:
    service.keep_areas(session, [AreaRow("Centre", 0, 0), AreaRow("Over the river", 0, 3)])
    service.keep_areas(session, [AreaRow("Far", 100, 0)], [PairRow("centre", "Over the River", 0.1)])

    ids, matrix = service.closeness_matrix(session)

    assert len(ids) == 3
    assert matrix[0] == [1.0, 0.1, 0.0]
    assert matrix[1][0] == 0.1


def test_a_pair_of_an_unknown_area_changes_nothing(session: Session) -> None:
    with pytest.raises(BadAreas):
        service.keep_areas(session, [AreaRow("Centre", 0, 0)], [PairRow("Centre", "Atlantis", 0.5)])


def test_every_word_is_found_without_its_marks(session: Session) -> None:
    service.add_organisation(
        session, Listing("Café Été", "Talk and tea", themes=["language"], languages=["fr"]), now=TODAY
    )
    service.add_organisation(session, Listing("100% Sport_Club", "Run", themes=["sport"], languages=["nl"]), now=TODAY)

    def names(words: str = "", **wish: str) -> list[str]:
        found = find(session, Wish(searched(words), **wish), today=TODAY.date())  # type: ignore[arg-type]
        return [one.name for one in found.entries]

    assert names("cafe TEA") == ["Café Été"]
    assert names("cafe run") == []
    assert names("learning") == ["Café Été"]  # a theme's name counts
    assert names("100%") == ["100% Sport_Club"]
    assert names("t_c") == ["100% Sport_Club"] and names("a_b") == []
    assert names(theme="sport") == names(language="nl") == ["100% Sport_Club"]


def test_two_organisations_cannot_have_one_name(session: Session) -> None:
    service.add_organisation(session, Listing("Café"), now=TODAY)
    with pytest.raises(NameTaken):
        service.add_organisation(session, Listing("CAFE"), now=TODAY)


def test_an_organisation_may_keep_its_name(session: Session) -> None:
    cafe = service.add_organisation(session, Listing("Café"), now=TODAY)
    service.edit_organisation(session, cafe, Listing("Café", "New words"), now=TODAY)
    assert service.get_organisation(session, "cafe").about == "New words"


def test_alice_organises_once_she_is_named(alice: Member, bob: Member, session: Session) -> None:
    library = service.add_organisation(session, Listing("Library"), now=TODAY)
    service.add_organisation(session, Listing("Other"), now=TODAY)

    service.name_organiser(session, library, f" {alice.email.upper()} ", now=TODAY)

    assert service.organisations_of(session, alice.id) == [library]
    assert service.organisations_of(session, bob.id) == []
    assert [one.first_name for one in service.organisers_of(session, library.id)] == ["Alice"]
    service.dismiss_organiser(session, library, alice.public_id)
    assert service.organisations_of(session, alice.id) == []


def test_nobody_is_named_who_has_no_account(session: Session) -> None:
    library = service.add_organisation(session, Listing("Library"), now=TODAY)
    with pytest.raises(NoSuchMember):
        service.name_organiser(session, library, "who@welcome.example", now=TODAY)


def test_first_meetings_are_offered_public_places_only(session: Session) -> None:
    service.keep_areas(session, [AreaRow("Centre", 0, 0)])
    (centre,) = service.areas(session)
    library = service.add_organisation(session, Listing("Library"), now=TODAY, is_verified=True)
    other = service.add_organisation(session, Listing("Other"), now=TODAY)
    service.save_venue(session, Venue(organisation_id=library.id), Place("Reading room", area_id=centre.id))
    service.save_venue(session, Venue(organisation_id=library.id), Place("Office", area_id=centre.id, is_public=False))

    assert [venue.name for venue in service.public_venues(session, [centre.id])] == ["Reading room"]
    assert [venue.name for venue in service.venues_open_to(session, library.id)] == ["Office", "Reading room"]
    assert [venue.name for venue in service.venues_open_to(session, other.id)] == ["Reading room"]


def test_nobody_is_sent_to_the_place_of_an_unchecked_organisation(session: Session) -> None:
    stranger = service.add_organisation(session, Listing("Stranger"), now=TODAY)
    service.save_venue(session, Venue(organisation_id=stranger.id), Place("My house"))
    service.save_venue(session, Venue(organisation_id=None), Place("Station hall"))

    assert [venue.name for venue in service.public_venues(session)] == ["Station hall"]
    assert [venue.name for venue in service.venues_open_to(session, stranger.id)] == ["My house", "Station hall"]


def test_a_place_of_others_is_not_found(session: Session) -> None:
    library = service.add_organisation(session, Listing("Library"), now=TODAY)
    room = service.save_venue(session, Venue(organisation_id=library.id), Place("Room"))
    with pytest.raises(NotFound):
        service.get_venue(session, library.id + 1, room.public_id)


def test_the_operator_imports_areas(app: Flask, tmp_path: Path) -> None:
    good, bad = tmp_path / "areas.csv", tmp_path / "bad.csv"
    good.write_text("name,x,y\nCentre,0,0\nStrijp,-2,1\n", "utf-8")
    bad.write_text("name,x,y\nNorth,0,0\nSouth,here,1\n", "utf-8")
    runner = app.test_cli_runner()

    assert runner.invoke(args=["areas", str(good)]).output == "2 areas.\n"
    assert runner.invoke(args=["areas", str(good)]).output == "2 areas.\n"
    answer = runner.invoke(args=["areas", str(bad)])

    assert answer.exit_code == 1 and "Line 3" in answer.output
    assert [area.name for area in service.areas(db.session())] == ["Centre", "Strijp"]
