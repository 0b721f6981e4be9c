"""Whatever stands in the guide is told in several languages, and honestly so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import make_organisation
from tests.sessions import come_in
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.database import db, writing
from welcome.directory import service
from welcome.directory.models import Kind, Organisation, Venue
from welcome.directory.opportunities import Chance, add_opportunity
from welcome.directory.service import Listing, Place

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")
ARABIC = {"title": "المكتبة", "about": "كتب للجميع", "hours": "كل يوم"}


@pytest.fixture
def addresses(alice: Member) -> dict[str, str]:
    with writing() as session:
        library = make_organisation(session, TODAY, "Bibliotheek")
        grant(session, alice.id, Role.ORGANISER, scope_id=library.id, now=TODAY)
        garden = add_opportunity(session, library, Chance(Kind.VOLUNTEERING, "Tuin", "Schoffelen"), now=TODAY)
        room = service.save_venue(session, Venue(organisation_id=library.id), Place("Leeszaal", "Kade 1"))
        desk = f"/desk/organisations/{library.slug}"
        return {
            f"/guide/{library.slug}": f"{desk}/page/{library.slug}",
            f"/guide/opportunities/{garden.slug}": f"{desk}/opportunity/{garden.slug}",
            f"/guide/places/{room.slug}": f"{desk}/place/{room.public_id}",
        }


def test_keepers_say_it_in_other_languages_and_readers_get_theirs(
    client: FlaskClient, sign_in: SignIn, alice: Member, addresses: dict[str, str]
) -> None:
    for page, desk in addresses.items():
        keeper = sign_in(alice)
        assert "say first in which language" in keeper.post(f"{desk}/texts/ar/full", data=ARABIC).text
        assert keeper.post(f"{desk}/texts/original", data={"original": "nl"}).status_code == 303
        assert "is in this language already" in keeper.post(f"{desk}/texts/nl/full", data=ARABIC).text
        assert keeper.post(f"{desk}/texts/ar/full", data=ARABIC).status_code == 303
        assert ARABIC["title"] in keeper.get(f"{desk}/texts").text
        come_in(client, None)
        told = client.get(page, headers={"Accept-Language": "ar"}).text
        assert f'lang="ar">{ARABIC["title"]}</h1>' in told
        assert ARABIC["hours"] in told
        assert "This text is in Dutch." in client.get(page, headers={"Accept-Language": "en"}).text
        assert f'lang="ar">{ARABIC["title"]}</h1>' in client.get(f"{page}?text=ar").text
    found = client.get("/guide?q=المكتبة", headers={"Accept-Language": "ar"}).text
    assert found.count(f"<bdi>{ARABIC['title']}</bdi></a>") == len(addresses)


def test_a_translation_is_out_of_date_when_the_original_changed(
    client: FlaskClient, sign_in: SignIn, alice: Member, addresses: dict[str, str]
) -> None:
    page, desk = next(iter(addresses.items()))
    keeper = sign_in(alice)
    keeper.post(f"{desk}/texts/original", data={"original": "nl"})
    keeper.post(f"{desk}/texts/ar/full", data=ARABIC)
    outdated = "This translation may be out of date."
    assert outdated not in client.get(f"{page}?text=ar").text
    for about, is_outdated in (("", False), ("Boeken", True)):
        with writing() as session:
            library = session.get_one(Organisation, db.session.query(Organisation.id).scalar())
            listing = Listing("Bibliotheek", about or library.about, phone="1")
            service.edit_organisation(session, library, listing, now=TODAY + timedelta(hours=1))
        assert (outdated in client.get(f"{page}?text=ar").text) is is_outdated
    keeper.post(f"{desk}/texts/ar/full", data=dict.fromkeys(ARABIC, ""))
    assert ARABIC["title"] not in client.get(f"{page}?text=ar").text
