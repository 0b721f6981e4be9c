"""The coordinator's desk."""

from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import town
from tests.people import JOINED
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.database import db, writing
from welcome.pairings.models.programmes import Programme

SignIn = Callable[[Member], FlaskClient]


def test_a_programme_can_be_changed_and_keeps_its_kind(sign_in: SignIn, alice: Member) -> None:
    with writing() as session:
        town.open_programme(session, slug="ours")
        grant(session, alice.id, Role.ADMIN, scope_id=None, now=JOINED)
    said = {
        "name": "Ours",
        "about": "New",
        "status": "closed",
        "request_days": "9",
        "hold_days": "3",
        "open_to": "everyone",
        "every_weeks": "2",
        "weekday": "3",
        "kind": "activity",
    }
    assert sign_in(alice).post("/desk/programmes/ours/edit", data=said).status_code == 303
    programme = db.session.scalars(sa.select(Programme)).one()
    assert (programme.about, programme.request_days, programme.kind.value) == ("New", 9, "exchange")


def test_an_address_that_nobody_has_stays_in_its_field(sign_in: SignIn, alice: Member) -> None:
    with writing() as session:
        town.open_programme(session, slug="ours")
        grant(session, alice.id, Role.ADMIN, scope_id=None, now=JOINED)
    answer = sign_in(alice).post("/desk/programmes/ours/coordinators", data={"email": "nobody@welcome.example"})
    assert answer.status_code == 422 and "nobody@welcome.example" in answer.text
