"""Operators open the first accounts; a race for one address ends well."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.letterbox import same
from tests.web.test_sign_up import CAROL
from welcome.accounts.models import Grant, Member, Role
from welcome.accounts.security import Members
from welcome.database import db


def test_an_operator_opens_the_first_account(app: Flask, client: FlaskClient) -> None:
    command = app.test_cli_runner()
    done = command.invoke(
        args=[
            "member",
            "create",
            "Ada@Welcome.example",
            "--name",
            "Ada",
            "--role",
            "admin",
            "--password",
            "x y z 1 2 3",
        ]
    )
    assert done.exit_code == 0, done.output
    ada = db.session.scalars(sa.select(Member)).one()
    assert ada.is_present and ada.email == "ada@welcome.example"
    assert db.session.scalars(sa.select(Grant.role)).one() is Role.ADMIN
    answer = client.post("/login", data={"email": "ada@welcome.example", "password": "x y z 1 2 3"})
    assert answer.status_code == 302
    again = command.invoke(args=["member", "create", "ada@welcome.example", "--name", "Ada"])
    assert again.exit_code == 1 and "already" in again.output


def test_an_operator_gives_a_role(app: Flask, carol: Member) -> None:
    command = app.test_cli_runner()
    assert command.invoke(args=["member", "grant", carol.email, "moderator"]).exit_code == 0
    assert command.invoke(args=["member", "grant", carol.email, "moderator"]).exit_code == 0
    assert db.session.scalars(sa.select(Grant.role)).all() == [Role.MODERATOR]
    assert command.invoke(args=["member", "grant", "nobody@welcome.example", "admin"]).exit_code == 1
    assert command.invoke(args=["member", "grant", carol.email, "organiser"]).exit_code == 2
    assert command.invoke(args=["member", "create", "no address", "--name", "X"]).exit_code == 1


def test_two_who_sign_up_with_one_address_at_once_get_the_same_answer(
    client: FlaskClient, carol: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_nobody_yet(*_args: object, **_columns: object) -> None:
        return None

    data = {**CAROL, "email": carol.email}
    slower = client.post("/register", data=data)
    slower_page = client.get(slower.location)
    client.delete_cookie("session")
    with monkeypatch.context() as race:
        race.setattr(Members, "find_user", find_nobody_yet)
        loser = client.post("/register", data=data)
    assert (loser.status_code, loser.location) == (slower.status_code, slower.location)
    assert same(client.get(loser.location).text) == same(slower_page.text)
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == 1
