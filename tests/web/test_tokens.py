"""A link is for one person, one purpose, one use and a few days."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_security.confirmable import generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token

from tests.people import PASSWORD
from welcome.accounts import tokens
from welcome.accounts.models import Member
from welcome.accounts.tokens import LIFETIME, Purpose
from welcome.clock import now
from welcome.database import db, writing

NEW_PASSWORD = "four merry badgers"


def made_for(member: Member) -> dict[str, str]:
    """Make a token of every kind for a member."""
    return {
        "/confirm/": generate_confirmation_token(member),
        "/reset/": generate_reset_password_token(member),
        "/change-email/": tokens.sign(
            Purpose.CHANGE_ADDRESS, member.fs_uniquifier, member.email, "new@welcome.example"
        ),
        "/me/reopen/": tokens.sign(Purpose.REOPEN, member.fs_uniquifier),
    }


def standing(member: Member) -> tuple[object, ...]:
    db.session.expire_all()
    return member.email, member.password, member.confirmed_at, member.closed_at, member.fs_uniquifier


@pytest.mark.parametrize("state", ["unconfirmed", "closed", "open"])
@pytest.mark.parametrize("path", ["/confirm/", "/reset/", "/change-email/", "/me/reopen/"])
def test_a_token_opens_only_its_own_door(app: Flask, client: FlaskClient, carol: Member, path: str, state: str) -> None:
    with writing() as session:
        member = session.get_one(Member, carol.id)
        member.confirmed_at = None if state == "unconfirmed" else member.confirmed_at
        member.closed_at = now() if state == "closed" else None
    made = made_for(carol)
    before = standing(carol)
    for kind, token in made.items():
        for tried in (token if kind != path else token[:-2], token[::-1], "", "x", "é", "x" * 3000):
            assert client.post(path + tried, data={"password": NEW_PASSWORD}).status_code < 500
            assert client.get(path + tried).status_code < 500
    assert standing(carol) == before


@pytest.mark.parametrize("path", ["/confirm/", "/reset/", "/change-email/", "/me/reopen/"])
def test_a_token_does_not_last(app: Flask, client: FlaskClient, carol: Member, path: str) -> None:
    with writing() as session:
        member = session.get_one(Member, carol.id)
        member.confirmed_at = None if path == "/confirm/" else member.confirmed_at
        member.closed_at = now() if path == "/me/reopen/" else None
    token, before = made_for(carol)[path], standing(carol)
    with time_machine.travel(now() + timedelta(days=8), tick=False):
        client.post(path + token, data={"password": NEW_PASSWORD})
    assert standing(carol) == before
    client.post(path + token, data={"password": NEW_PASSWORD})
    assert standing(carol) != before


def test_another_secret_key_makes_other_tokens(app: Flask, carol: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.sign(Purpose.REOPEN, carol.fs_uniquifier)
    assert tokens.read(Purpose.REOPEN, token) == [carol.fs_uniquifier]
    assert tokens.read(Purpose.CHANGE_ADDRESS, token) == []
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of thirty-two characters")
    assert tokens.read(Purpose.REOPEN, token) == []
    assert set(LIFETIME) == set(Purpose)


def test_signing_out_everywhere_ends_open_links_too(client: FlaskClient, carol: Member) -> None:
    made = made_for(carol)
    client.post("/login", data={"email": carol.email, "password": PASSWORD})
    client.post("/me/sign-out-everywhere")
    before = standing(carol)
    for path, token in made.items():
        client.post(path + token, data={"password": NEW_PASSWORD})
    assert standing(carol) == before
