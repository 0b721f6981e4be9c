"""Carol never wants to meet somebody who may join later."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.people import PASSWORD
from welcome.accounts import keeping_away
from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids, create_member, find_by_address
from welcome.clock import now
from welcome.database import db, writing

SignIn = Callable[[Member], FlaskClient]
PAGE = "/me/never-show-me-to"
EX = "ex@welcome.example"


def test_it_holds_for_whoever_joins_later(client: FlaskClient, sign_in: SignIn, carol: Member) -> None:
    sign_in(carol).post(PAGE, data={"email": " Ex@welcome.example "})
    client.post("/logout")
    form = {"first_name": "Ex", "email": EX, "password": PASSWORD, "is_adult": "y"}
    client.post("/register", data={**form, "locale": "en", "timezone": "Europe/Amsterdam"})
    joined = find_by_address(db.session(), EX)
    assert joined is not None
    assert blocked_ids(db.session(), carol.id) == {joined.id}


def test_nobody_learns_whether_there_is_an_account(sign_in: SignIn, carol: Member, dan: Member) -> None:
    client = sign_in(carol)
    pages = []
    for address in (dan.email, EX):
        client.post(PAGE, data={"email": address})
        pages.append(client.get("/me").text.count("<bdi>Dan</bdi>"))
        client.post(f"{PAGE}/forget")
    assert pages == [0, 0]
    client.post(PAGE, data={"email": dan.email})
    assert blocked_ids(db.session(), carol.id) == {dan.id}


def test_a_block_by_hand_is_listed_and_survives(sign_in: SignIn, carol: Member, dan: Member) -> None:
    client = sign_in(carol)
    client.post(f"/people/{dan.public_id}/block")
    client.post(PAGE, data={"email": dan.email})
    client.post(f"{PAGE}/forget")
    assert blocked_ids(db.session(), carol.id) == {dan.id}
    assert client.post(PAGE, data={"email": "no address"}).status_code == 422


def test_it_holds_for_accounts_that_operators_open(carol: Member) -> None:
    with writing() as session:
        keeping_away.keep_away(session, carol.id, EX, now=now())
        joined = create_member(session, EX, "Ex", None, "en", "Europe/Amsterdam", now=now())
    assert blocked_ids(db.session(), carol.id) == {joined.id}
