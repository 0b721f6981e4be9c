"""Carol becomes a member: sign-up, the letter, the button behind its link."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.letterbox import carry, link_of, same, text_of
from tests.people import PASSWORD
from welcome.accounts import same_time
from welcome.accounts.models import Member
from welcome.database import db

CAROL = {
    "first_name": "Carol",
    "email": "Carol@Welcome.example",
    "password": "three brave otters",
    "locale": "nl",
    "timezone": "America/Sao_Paulo",
    "is_adult": "y",
}


def members() -> list[Member]:
    return list(db.session.scalars(sa.select(Member)))


def test_carol_signs_up_confirms_by_the_button_and_is_in(app: Flask, client: FlaskClient) -> None:
    assert client.post("/register", data=CAROL).status_code == 302
    (carol,) = members()
    assert (carol.first_name, carol.email, carol.locale) == ("Carol", "carol@welcome.example", "nl")
    assert carol.adult_confirmed_at is not None and not carol.is_present
    (letter,) = carry(app)
    assert letter["To"] == "carol@welcome.example"
    link = link_of(letter, app.config["PUBLIC_URL"])

    page = client.get(link)  # a mail scanner does no more than this
    assert page.status_code == 200
    assert members()[0].confirmed_at is None
    assert client.get("/me").status_code == 303

    assert client.post(link).location == "/me/profile/side"
    assert members()[0].is_present
    assert client.get("/me").status_code == 200


def test_a_confirmation_from_another_browser_leads_to_sign_in(app: Flask, client: FlaskClient) -> None:
    client.post("/register", data=CAROL)
    link = link_of(carry(app)[0], app.config["PUBLIC_URL"])
    client.delete_cookie("session")
    answer = client.post(link)
    assert answer.location.startswith("/login")
    assert members()[0].is_present
    assert client.get("/me").status_code == 303
    assert client.post(link).location.startswith("/login")  # used up: it signs nobody in


def test_a_letter_for_a_known_address_goes_to_its_owner_and_the_page_says_the_same(
    app: Flask, client: FlaskClient, bob: Member
) -> None:
    unknown = client.post("/register", data={**CAROL, "email": "bab@welcome.example"}, follow_redirects=True)
    client.delete_cookie("session")
    known = client.post("/register", data={**CAROL, "email": bob.email}, follow_redirects=True)
    assert known.status_code == unknown.status_code
    assert same(known.text.replace("bob@", "bab@")) == same(unknown.text)
    about = {letter["To"]: text_of(letter) for letter in carry(app)}
    assert "account here already" in about[bob.email]
    assert len(members()) == 2


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"is_adult": ""}, "18 or older"),
        ({"first_name": ""}, "type your first name"),
        ({"first_name": "   "}, "type your first name"),
        ({"first_name": "win.example/now"}, "letters only"),
        ({"first_name": "x" * 61}, "60 characters"),
        ({"email": "carol"}, "does not look like"),
        ({"password": "short"}, "10 characters or more"),
        ({"password": "password123"}, "easy to guess"),
        ({"password": "aaaaaaaaaaaa"}, "easy to guess"),
        ({"password": "carol@welcome.example"}, "easy to guess"),
        ({"password": "x1" * 101}, "200 characters or fewer"),
        ({"timezone": "Mars/Olympus"}, "Please choose one of these answers"),
        ({"first_name": "The Modérator"}, "This is what staff are called"),
        ({"first_name": "Ad-min"}, "This is what staff are called"),
        ({"first_name": "Адміністратор"}, "This is what staff are called"),
        ({"locale": "xx"}, "Please choose one of these answers"),
    ],
)
def test_a_form_that_is_not_right_says_so_and_keeps_what_was_typed(
    client: FlaskClient, fault: dict[str, str], sentence: str
) -> None:
    page = client.post("/register", data={**CAROL, **fault})
    assert page.status_code == 422
    assert sentence in page.text
    kept = "Carol" if "first_name" not in fault else "carol@welcome.example"
    assert f'value="{kept}"' in page.text
    assert CAROL["password"] not in page.text
    assert members() == []


@pytest.mark.parametrize("name", ["José", "Zoë-Mae", "O'Neill", "J. P.", "علی‌رضا", "小明", "नेहा", "Amin", "Welcome"])
def test_names_of_the_whole_world_are_names(client: FlaskClient, name: str) -> None:
    assert client.post("/register", data={**CAROL, "first_name": name}).status_code == 302
    assert members()[0].first_name == name


@pytest.mark.parametrize(
    "odd",
    ["\0", "x" * 100_000, "🙂" * 50, "\ud800".encode("utf-8", "surrogatepass"), "%00", "'--"],
    ids=["nul", "long", "emoji", "surrogate", "percent", "quote"],
)
@pytest.mark.parametrize(
    ("path", "name"),
    [
        *(("/register", name) for name in ("first_name", "email", "password", "locale", "next")),
        *(("/login", name) for name in ("email", "password", "next")),
        *((path, "email") for path in ("/reset", "/confirm")),
    ],
)
def test_odd_input_is_no_fault_of_ours(client: FlaskClient, path: str, name: str, odd: Any) -> None:
    assert client.post(path, data={**CAROL, name: odd}).status_code < 500


def test_nobody_gives_themselves_more_than_the_form_asks(client: FlaskClient) -> None:
    client.post("/register", data={**CAROL, "confirmed_at": "2026-01-01", "id": "7", "active": "", "public_id": "me"})
    (carol,) = members()
    assert carol.confirmed_at is None and carol.active and carol.public_id != "me"


def test_json_is_not_a_way_around_the_forms(client: FlaskClient) -> None:
    assert client.post("/register", json=CAROL).status_code == 415
    assert client.post("/login", json={"email": "a@b.example", "password": PASSWORD}).status_code == 415


def test_nobody_can_fill_a_mailbox_with_our_letters(app: Flask, client: FlaskClient) -> None:
    client.post("/register", data=CAROL)
    for _ in range(9):
        assert client.post("/confirm", data={"email": CAROL["email"]}).status_code == 200
    assert len(carry(app)) == 5


@pytest.mark.parametrize("path", ["/login", "/register", "/reset", "/confirm"])
def test_whoever_asks_about_an_address_is_answered_on_the_tick(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(same_time.time, "sleep", waits.append)
    monkeypatch.setitem(app.config, "TESTING", False)
    client.get(path)
    assert waits == []
    client.post(path, data={**CAROL, "password": "wrong"})
    assert len(waits) == 1 and 0 <= waits[0] <= same_time.TICK_SECONDS
