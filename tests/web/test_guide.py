"""Everybody reads the city guide; organisers and admins keep it."""

from collections.abc import Callable
from io import BytesIO

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


def test_a_stranger_says_what_is_wrong_and_the_keeper_puts_it_right(
    client: FlaskClient, library: int, alice: Member, sign_in: SignIn
) -> None:
    path = "/guide/correct/organisation/city-library"
    assert client.get("/guide/correct/nonsense/city-library").status_code == 404
    wrong = client.post(path, data={"part": "", "words": "Mo–Sa 10–18 مفتوح"})
    assert wrong.status_code == 422 and "Please choose what is wrong." in wrong.text
    assert "Mo–Sa 10–18 مفتوح" in wrong.text
    assert client.post(path, data={"part": "opening", "words": "x" * 501}).status_code == 422
    sent = client.post(path, data={"part": "opening", "words": "Mo–Sa 10–18 مفتوح"}, follow_redirects=True)
    assert "Those who keep this page will look at it" in sent.text
    with writing() as session:
        accounts.grant(session, alice.id, Role.ORGANISER, scope_id=library, now=TODAY)
    desk = sign_in(alice)
    page = desk.get("/desk/organisations/city-library").text
    assert "Mo–Sa 10–18 مفتوح" in page
    answer = page.split('action="/desk/organisations/city-library/corrections/')[1].split('"')[0]
    desk.post(f"/desk/organisations/city-library/corrections/{answer}", data={"answer": "yes"})
    assert "Mo–Sa 10–18 مفتوح" in client.get("/guide/city-library").text


def test_an_organisation_says_whom_it_needs(organiser: FlaskClient) -> None:
    new, typed = "/desk/organisations/city-library/opportunities/new", {"kind": "volunteering", "name": "اقرأ 📚"}
    wrong = organiser.post(new, data={**typed, "ends_on": "2027-02-30", "website": "javascript:x", "level": "0"})
    assert wrong.status_code == 422 and "This day does not exist." in wrong.text and "اقرأ 📚" in wrong.text
    bad = organiser.post(new, data={**typed, "website": "javascript:x", "level": "0", "area": ""})
    assert bad.status_code == 422 and 'value="javascript:x"' in bad.text and "address of a website" in bad.text
    good = organiser.post(new, data={**typed, "level": "2", "hours": "one hour", "area": "", "themes": ["giving"]})
    assert good.status_code == 303
    assert "A2: simple talk" in organiser.get("/guide?kind=volunteering").text
    page = organiser.get("/guide/city-library").text
    key = page.split("/guide/opportunities/")[1].split('"')[0]
    assert "one hour" in organiser.get(f"/guide/opportunities/{key}").text
    assert organiser.post(f"/desk/organisations/city-library/opportunities/{key}/removed").status_code == 303
    assert organiser.get(f"/guide/opportunities/{key}").status_code == 404


def test_an_admin_tries_a_table_before_it_is_taken_over(admin: FlaskClient, library: int) -> None:
    def send(table: str, **more: str) -> str:
        file = (BytesIO(table.encode()), "guide.csv")
        return admin.post("/desk/guide/table", data={"file": file, **more}).text

    table = "kind,name,languages\nclub,Choir,nl en\n"
    assert "This is what would happen" in send(table, is_trial="y")
    assert "Choir" not in admin.get("/guide").text
    assert "The table is taken over" in send(table)
    assert "Choir" in admin.get("/guide").text
    assert "1 row has a mistake" in send("kind,name\nzoo,Zoo\n") and "zoo" in send("kind,name\nzoo,Zoo\n")
    assert "This is not a table of the guide" in send("<html>")
    assert "0 are new, 0 change, 2 stay as they are." in send(admin.get("/guide.csv").text, is_trial="y")
    assert admin.post("/desk/guide/table", data={}).status_code == 422
