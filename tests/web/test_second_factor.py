"""More than a password: codes from an app, codes on paper."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP

from tests.conftest import TODAY
from tests.people import PASSWORD
from welcome.accounts.models import Grant, Member, Role
from welcome.accounts.second_factor import has_second_factor
from welcome.database import db, writing

SignIn = Callable[[Member], FlaskClient]


def code(key: str, at: float) -> str:
    """Return what an app would show."""
    return str(TOTP(key.replace("-", "").replace(" ", "")).generate(time=at).token)


@pytest.fixture
def key(today: object, sign_in: SignIn, carol: Member) -> str:
    """Set the app up for Carol; return its key."""
    client = sign_in(carol)
    page = client.post("/tf-setup", data={"setup": "authenticator"}).text
    key = re.search(r"<code dir=\"ltr\">([^<]+)</code>", page)
    action = re.search(r"action=\"(/tf-setup/[^\"]+)\"", page)
    assert key and action and "data:image/svg+xml" in page
    wrong = client.post(unescape(action[1]), data={"code": "000000"})
    assert wrong.status_code in {302, 303} and not _has_one(carol)
    assert client.post(unescape(action[1]), data={"code": code(key[1], TODAY.timestamp())}).status_code in {302, 303}
    assert _has_one(carol)
    return key[1]


def _has_one(member: Member) -> bool:
    db.session.rollback()
    return has_second_factor(db.session.get_one(Member, member.id))


def begin(client: FlaskClient, member: Member) -> None:
    """Give the right password, which is not enough."""
    client.delete_cookie("session")
    answer = client.post("/login", data={"email": member.email, "password": PASSWORD})
    assert answer.location == "/tf-validate"
    assert client.get("/me").status_code == 303


def test_the_password_alone_opens_nothing_any_more(client: FlaskClient, carol: Member, key: str) -> None:
    with time_machine.travel(TODAY + timedelta(minutes=5), tick=False) as clock:
        begin(client, carol)
        assert client.post("/tf-validate", data={"code": "123456"}).status_code == 422
        said = code(key, (TODAY + timedelta(minutes=5)).timestamp())
        assert client.post("/tf-validate", data={"code": said}).status_code in {302, 303}
        assert client.get("/me").status_code == 200
        begin(client, carol)
        assert client.post("/tf-validate", data={"code": said}).status_code == 422  # seen over a shoulder
        clock.shift(60)
        said = code(key, (TODAY + timedelta(minutes=6)).timestamp())
        assert client.post("/tf-validate", data={"code": said}).status_code in {302, 303}


def test_a_code_on_paper_works_once(client: FlaskClient, carol: Member, key: str) -> None:
    page = client.post("/mf-recovery-codes", data={"generate_new_codes": "y"}).text
    codes = re.findall(r"<li><code>([^<]+)</code></li>", page)
    assert len(codes) == 8
    stored = str(db.session.get_one(Member, carol.id).mf_recovery_codes)
    assert not any(paper in stored for paper in codes)
    begin(client, carol)
    assert client.post("/mf-recovery", data={"code": "nothing"}).status_code == 422
    typed = codes[0].replace("-", " ").upper()
    assert client.post("/mf-recovery", data={"code": typed}).status_code in {302, 303}
    assert codes[1] not in client.get("/mf-recovery-codes?show_codes=1").text
    assert "7 codes left" in client.get("/me/second-factor").text
    begin(client, carol)
    assert client.post("/mf-recovery", data={"code": codes[0]}).status_code == 422


def test_it_can_be_ended_and_nobody_guesses_who_has_it(
    app: Flask, client: FlaskClient, carol: Member, dan: Member, key: str
) -> None:
    for member in (carol, dan):
        visitor = app.test_client()
        answer = visitor.post("/login", data={"email": member.email, "password": "not the password"})
        assert answer.status_code == 422 and "tf-validate" not in answer.text
    client.post("/tf-setup", data={"setup": "disable"})
    client.delete_cookie("session")
    assert client.post("/login", data={"email": carol.email, "password": PASSWORD}).location != "/tf-validate"


def test_a_new_password_by_mail_does_not_lead_around_the_code(client: FlaskClient, carol: Member, key: str) -> None:
    client.post("/logout")
    assert client.get("/tf-setup").status_code == 303
    assert client.get("/mf-recovery").status_code in {302, 303}
    assert client.post("/tf-validate", data={"code": "123456"}).status_code in {302, 303}


def test_looking_at_the_second_step_signs_nobody_out(sign_in: SignIn, carol: Member) -> None:
    client = sign_in(carol)
    for page in ("/tf-validate", "/tf-rescue", "/tf-select"):
        assert client.get(page).location == "/me/second-factor"
    assert client.get("/me").status_code == 200


def test_a_password_alone_opens_no_desk(app: Flask, sign_in: SignIn, carol: Member, client: FlaskClient) -> None:
    with writing() as session:
        session.add(Grant(member_id=carol.id, role=Role.ADMIN, granted_at=TODAY))
    sign_in(carol)
    assert client.get("/desk/outbox").status_code == 200
    app.config["STAFF_NEEDS_KEY"] = True
    try:
        assert client.get("/desk/outbox").location == "/me/second-factor"
        assert client.post("/desk/outbox").location == "/me/second-factor"
        page = client.get("/me/second-factor").text
        assert page.count("A second key keeps others out") == 3 and "/desk/" not in page
        with writing() as session:
            session.get_one(Member, carol.id).tf_primary_method = "authenticator"
        assert client.get("/desk/outbox").status_code == 200
    finally:
        app.config["STAFF_NEEDS_KEY"] = False


def test_a_seed_that_was_altered_opens_nothing(client: FlaskClient, carol: Member, key: str) -> None:
    with writing() as session:
        member = session.get_one(Member, carol.id)
        member.tf_totp_secret = f"{member.tf_totp_secret[:-8]}AAAAAAA="
    begin(client, carol)
    with time_machine.travel(TODAY + timedelta(minutes=5), tick=False):
        said = code(key, (TODAY + timedelta(minutes=5)).timestamp())
        assert client.post("/tf-validate", data={"code": said}).status_code == 422
