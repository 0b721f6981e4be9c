"""Everybody reads the city guide; organisers and admins keep it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.people import PASSWORD
from welcome.accounts import service as accounts
from welcome.accounts.models import Member, Role
from welcome.database import db, writing
from welcome.directory import service
from welcome.directory.service import Listing

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def library(app: object) -> int:
    with writing() as session:
        listing = Listing("City Library", "Books & talk", themes=["language"], languages=["pt", "nl"])
        return service.add_organisation(session, listing, now=TODAY).id


@pytest.fixture
def organiser(alice: Member, library: int, sign_in: SignIn) -> FlaskClient:
    with writing() as session:
        accounts.grant(session, alice.id, Role.ORGANISER, scope_id=library, now=TODAY)
    return sign_in(alice)


@pytest.fixture
def admin(dan: Member, sign_in: SignIn) -> FlaskClient:
    with writing() as session:
        accounts.grant(session, dan.id, Role.ADMIN, now=TODAY)
    return sign_in(dan)


def test_a_visitor_reads_the_guide_by_theme(client: FlaskClient, library: int) -> None:
    page = client.get("/guide").text
    assert "City Library" in page and "Learning the language" in page and "Portuguese" in page


def test_a_visitor_finds_by_a_word(client: FlaskClient, library: int) -> None:
    assert "City Library" in client.get("/guide?q=LÍBRARY").text
    assert "Nothing fits" in client.get("/guide?q=zoo").text
    assert "City Library" not in client.get("/guide?language=fr").text


def test_an_unchecked_organisation_says_so(client: FlaskClient, library: int) -> None:
    assert "not checked yet" in client.get("/guide/city-library").text
    assert client.get("/guide/nothing").status_code == 404


def test_words_of_an_organisation_are_shown_as_words(client: FlaskClient, library: int) -> None:
    with writing() as session:
        found = service.get_organisation(session, "city-library")
        service.edit_organisation(session, found, Listing("<script>x</script>", "<b>bold</b>"), now=TODAY)
    page = client.get("/guide").text + client.get("/guide/city-library").text
    assert "<script>x" not in page and "<b>bold" not in page


def test_alice_edits_her_organisation_and_keeps_what_she_typed(organiser: FlaskClient) -> None:
    wrong = organiser.post("/desk/organisations/city-library", data={"name": "", "about": "My words", "area": ""})
    assert wrong.status_code == 422 and "Please write the name." in wrong.text and "My words" in wrong.text

    bad_site = {"name": "City Library", "website": "javascript:x", "area": ""}
    assert organiser.post("/desk/organisations/city-library", data=bad_site).status_code == 422

    good = {"name": "City Library", "website": "library.example", "area": "", "themes": ["work"], "languages": ["ar"]}
    assert organiser.post("/desk/organisations/city-library", data=good).status_code == 303
    page = organiser.get("/guide/city-library").text
    assert "https://library.example" in page and "Arabic" in page and "Edit this page" in page


def test_alice_adds_and_edits_a_place(organiser: FlaskClient, library: int) -> None:
    path = "/desk/organisations/city-library/venues/new"
    assert organiser.post(path, data={"name": "Hall", "area": "", "step_free": "yes"}).status_code == 422
    place = {"name": "Hall", "address": "Market 1", "area": "", "step_free": "yes", "is_public": "y"}
    assert organiser.post(path, data=place).status_code == 303
    (venue,) = service.venues_of(db.session(), library)
    assert venue.is_step_free and venue.is_public

    edited = {**place, "name": "Great Hall", "step_free": "unknown"}
    path = f"/desk/organisations/city-library/venues/{venue.public_id}"
    assert "Market 1" in organiser.get(path).text
    assert organiser.post(path, data=edited).status_code == 303
    assert "Great Hall" in organiser.get("/guide/city-library").text


@pytest.mark.parametrize("path", ["", "/venues/new"])
def test_alice_keeps_no_other_pages(organiser: FlaskClient, path: str) -> None:
    with writing() as session:
        service.add_organisation(session, Listing("Other"), now=TODAY)
    assert organiser.get(f"/desk/organisations/other{path}").status_code == 403
    assert organiser.post(f"/desk/organisations/other{path}", data={}).status_code == 403
    assert "Other" not in organiser.get("/desk/organisations").text


@pytest.mark.parametrize("path", ["new", "city-library/verified", "city-library/organisers"])
def test_alice_is_no_admin(organiser: FlaskClient, path: str) -> None:
    assert organiser.post(f"/desk/organisations/{path}", data={"verified": "yes"}).status_code == 403


def test_an_admin_adds_checks_and_hands_over(admin: FlaskClient, bob: Member) -> None:
    added = admin.post("/desk/organisations/new", data={"name": "Bike Kitchen", "area": ""})
    assert added.headers["Location"].endswith("/desk/organisations/bike-kitchen")
    admin.post("/desk/organisations/bike-kitchen/verified", data={"verified": "yes"})
    assert "Checked by us" in admin.get("/guide/bike-kitchen").text

    path = "/desk/organisations/bike-kitchen/organisers"
    unknown = admin.post(path, data={"email": "who@welcome.example"})
    assert unknown.status_code == 422 and "who@welcome.example" in unknown.text and "Nobody with this" in unknown.text
    assert admin.post(path, data={"email": bob.email}).status_code == 303
    assert "Bob" in admin.get("/desk/organisations/bike-kitchen").text
    assert admin.post(f"{path}/{bob.public_id}/dismissed").status_code == 303
    assert "Nobody keeps these pages" in admin.get("/desk/organisations/bike-kitchen").text


def test_an_admin_cannot_add_a_name_twice(admin: FlaskClient, library: int) -> None:
    again = admin.post("/desk/organisations/new", data={"name": "city library", "area": ""})
    assert again.status_code == 422 and "already an organisation" in again.text


def test_an_area_that_is_not_offered_is_refused(admin: FlaskClient) -> None:
    assert admin.post("/desk/organisations/new", data={"name": "X", "area": "99"}).status_code == 422
    assert admin.post("/desk/organisations/new", data={"name": "X", "area": "", "themes": "zz"}).status_code == 422


def test_alice_finds_her_desk_in_the_menu_and_bob_does_not(organiser: FlaskClient, bob: Member) -> None:
    assert 'href="/desk/organisations"' in organiser.get("/guide").text
    organiser.post("/logout")
    organiser.post("/login", data={"email": bob.email, "password": PASSWORD})
    page = organiser.get("/guide").text
    assert "Bob" in page and "/desk/" not in page
