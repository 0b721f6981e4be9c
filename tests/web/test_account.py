"""Carol keeps her account: password, address, language, notices, her data, and leaving."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.letterbox import carry, link_of, same, text_of
from tests.mail import with_templates
from tests.people import PASSWORD
from tests.web.test_sign_up import CAROL as JOINING
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, writing
from welcome.post.letters import Letter
from welcome.post.service import post

SignIn = Callable[[Member], FlaskClient]
NEW_PASSWORD = "four merry badgers"


def can_sign_in(client: FlaskClient, email: str, password: str) -> bool:
    client.delete_cookie("session")
    return client.post("/login", data={"email": email, "password": password}).status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient, carol: Member) -> None:
    wrong = client.post("/login", data={"email": carol.email, "password": "x" * 12})
    unknown = client.post("/login", data={"email": "carul@welcome.example", "password": "x" * 12})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert same(wrong.text) == same(unknown.text).replace("carul@", "carol@")


@pytest.mark.parametrize(
    ("trait", "sentence"),
    [("confirmed_at", "Please confirm your e-mail address"), ("closed_at", "This account is closed")],
)
def test_who_knows_the_password_is_told_what_is_in_the_way(
    client: FlaskClient, people: Callable[..., Member], trait: str, sentence: str
) -> None:
    eve = people("Eve", **{trait: None if trait == "confirmed_at" else now()})
    assert sentence in client.post("/login", data={"email": eve.email, "password": PASSWORD}).text
    assert sentence not in client.post("/login", data={"email": eve.email, "password": "x" * 12}).text


@pytest.mark.parametrize("path", ["/login", "/register", "/reset", "/confirm"])
def test_known_and_unknown_addresses_take_the_same_work(
    client: FlaskClient, carol: Member, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    hashed: list[str] = []
    context: Any = client.application.extensions["security"].pwd_context
    for name in ("hash", "verify"):
        slow = getattr(context, name)
        monkeypatch.setattr(context, name, lambda *args, _slow=slow: hashed.append("slowly") or _slow(*args))

    def work(email: str) -> int:
        hashed.clear()
        client.delete_cookie("session")
        client.post(path, data={**JOINING, "email": email})
        return len(hashed)

    assert work(carol.email) == work("carul@welcome.example")
    assert path == "/confirm" or hashed


def test_carol_forgets_her_password_and_chooses_a_new_one(app: Flask, client: FlaskClient, carol: Member) -> None:
    known = client.post("/reset", data={"email": carol.email})
    client.delete_cookie("session")
    unknown = client.post("/reset", data={"email": "carul@welcome.example"})
    assert same(known.text) == same(unknown.text).replace("carul@", "carol@")
    (letter,) = carry(app)
    link = link_of(letter, app.config["PUBLIC_URL"])
    assert client.get(link).status_code == 200
    assert can_sign_in(client, carol.email, PASSWORD)  # looking changed nothing
    client.delete_cookie("session")
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": NEW_PASSWORD}).status_code == 302
    assert not can_sign_in(client, carol.email, PASSWORD)
    assert can_sign_in(client, carol.email, NEW_PASSWORD)
    assert "changed just now" in text_of(carry(app)[0])
    client.delete_cookie("session")
    assert client.post(link, data={"password": PASSWORD}).status_code == 302  # used up
    assert not can_sign_in(client, carol.email, PASSWORD)


def test_asking_for_the_confirmation_again_tells_nobody_who_is_here(
    app: Flask, client: FlaskClient, carol: Member
) -> None:
    known = client.post("/confirm", data={"email": carol.email})
    client.delete_cookie("session")
    unknown = client.post("/confirm", data={"email": "carul@welcome.example"})
    assert known.status_code == unknown.status_code == 200
    assert same(known.text) == same(unknown.text).replace("carul@", "carol@")
    assert carry(app) == []


def test_a_new_password_signs_the_other_devices_out(app: Flask, sign_in: SignIn, carol: Member) -> None:
    phone = app.test_client()
    phone.post("/login", data={"email": carol.email, "password": PASSWORD})
    client = sign_in(carol)
    data = {"password": PASSWORD, "new_password": NEW_PASSWORD}
    assert client.post("/change", data={**data, "password": "wrong wrong"}).status_code == 422
    assert client.post("/change", data=data).location == "/me"
    assert client.get("/me").status_code == 200
    with app.app_context():
        assert phone.get("/me").status_code == 303


def test_carol_moves_to_another_address(app: Flask, sign_in: SignIn, carol: Member) -> None:
    client, old, new = sign_in(carol), carol.email, "carol@elsewhere.example"
    assert client.post("/change-email", data={"email": new}).status_code == 200
    (letter,) = carry(app)
    assert letter["To"] == new
    link = link_of(letter, app.config["PUBLIC_URL"])
    assert new in client.get(link).text
    assert carol.email == old  # looking changed nothing
    assert client.post(link).status_code == 303
    db.session.expire_all()
    assert carol.email == new
    (notice,) = carry(app)
    assert notice["To"] == old
    assert client.post(link).status_code == 303  # used up: a sentence, no fault
    assert can_sign_in(client, new, PASSWORD)


def test_an_address_that_somebody_has_is_not_given_away(
    app: Flask, sign_in: SignIn, carol: Member, bob: Member
) -> None:
    client = sign_in(carol)
    taken = client.post("/change-email", data={"email": bob.email})
    free = client.post("/change-email", data={"email": "bab@welcome.example"})
    assert same(taken.text).replace("bob@", "bab@") == same(free.text)
    (letter,) = carry(app)
    assert letter["To"] == "bab@welcome.example"


def test_carol_says_how_we_call_her_and_write_to_her(sign_in: SignIn, carol: Member) -> None:
    client = sign_in(carol)
    said = {"first_name": "Caro", "locale": "ar", "timezone": "Asia/Tokyo", "is_discreet": "y"}
    assert client.post("/me", data={**said, "first_name": "http://x.example"}).status_code == 422
    assert client.post("/me", data=said).status_code == 303
    db.session.expire_all()
    assert (carol.first_name, carol.locale, carol.timezone, carol.is_discreet) == ("Caro", "ar", "Asia/Tokyo", True)
    assert 'lang="ar"' in client.get("/me").text


def test_carol_signs_out_here_and_everywhere(app: Flask, sign_in: SignIn, carol: Member) -> None:
    client = sign_in(carol)
    assert client.post("/logout").status_code == 302
    assert client.get("/me").status_code == 303
    phone = app.test_client()
    phone.post("/login", data={"email": carol.email, "password": PASSWORD, "remember": "y"})
    sign_in(carol).post("/me/sign-out-everywhere")
    with app.app_context():
        assert phone.get("/me").status_code == 303


def test_a_suspended_member_is_out_at_once(app: Flask, sign_in: SignIn, carol: Member) -> None:
    client = sign_in(carol)
    with writing() as session:
        session.get_one(Member, carol.id).suspended_at = now()
    assert client.get("/me").status_code == 303
    assert not can_sign_in(client, carol.email, PASSWORD)


def test_the_bell_shows_what_is_new_until_it_is_read(
    app: Flask, sign_in: SignIn, carol: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = Letter("tested", lambda session, reader, args: {"link": "/me"})
    with_templates(app, "tested", "Bob will come\n", "", "")
    monkeypatch.setitem(app.extensions["letters"], "tested", letter)
    client = sign_in(carol)
    assert "Nothing new" in client.get("/notices").text
    with writing() as session:
        post(session, letter, carol.id, {}, key="1", now=now())
    assert "1 new notice" in client.get("/me").text
    assert '<a href="/me">Bob will come</a>' in client.get("/notices").text
    assert "1 new notice" in client.get("/notices").text  # looking does not mark
    client.post("/notices")
    assert "1 new notice" not in client.get("/notices").text


def test_whoever_reads_a_shared_mailbox_gets_no_new_password_at_once(
    app: Flask, sign_in: SignIn, people: Callable[..., Member]
) -> None:
    nadia = people("Nadia", is_discreet=True)
    client = sign_in(nadia)
    app.test_client().post("/reset", data={"email": nadia.email})
    assert carry(app) == []
    bell = client.get("/notices").text
    assert "Somebody asks for a new password" in bell and "/me/stop-new-password" in bell
    client.post("/me/stop-new-password")
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert carry(app) == []
        app.test_client().post("/reset", data={"email": nadia.email})
    with time_machine.travel(now() + timedelta(days=4), tick=False):
        assert [letter["To"] for letter in carry(app)] == [nadia.email]  # nobody stopped this one
