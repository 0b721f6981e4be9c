"""What a hostile page, link, header or programmer's slip can not do."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask, Response, abort
from flask.testing import FlaskClient

from config import Settings
from tests.authz import THINGS, World, doors, path_of
from tests.letterbox import carry, text_of
from tests.people import PASSWORD
from tests.web.test_sign_up import CAROL
from welcome.accounts.access import Policy, access
from welcome.accounts.models import Member
from welcome.app import create_app
from welcome.database import db
from welcome.headers import FRAMED, HEADERS
from welcome.web import safe_path

SignIn = Callable[[Member], FlaskClient]

#: Addresses of things that are not there.
NOTHING = World(things={**dict.fromkeys(THINGS.values(), "nothing"), "text_kind": "easy", "listing": "page"})
#: Forms that need no token: they carry a secret of their own, or nobody is signed in by it (RFC 8058).
WITHOUT_TOKEN = {"announcements.stop", "visits.tick"}
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "/%5cevil.example/..//evil.example\r\nX: y",
    "evil.example",
    "",
]


def leaves(target: str) -> bool:
    """Read an address as browsers do: without tabs and newlines, and every backslash a slash."""
    seen = target.translate({9: None, 10: None, 13: None}).strip().replace("\\", "/")
    return seen.startswith("//") or not seen.startswith("/")


# Forms of other sites


def unsafe_doors(app: Flask) -> list[tuple[str, str, str]]:
    return [
        (rule.endpoint, method, path_of(rule, NOTHING)[0])
        for rule, method in doors(app)
        if method not in {"GET", "HEAD", "OPTIONS"}
    ]


def unguarded(app: Flask, client: FlaskClient) -> list[str]:
    """Name the unsafe routes that take a form without its token."""
    found = []
    for endpoint, method, path in unsafe_doors(app):
        answer = client.open(path, method=method, data={"a": "b"})
        if answer.status_code != 400:
            found.append(endpoint)
    return found


def test_every_form_needs_its_token(
    app: Flask, sign_in: SignIn, carol: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(carol)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert set(unguarded(app, client)) == WITHOUT_TOKEN & set(app.view_functions)
    client.delete_cookie("session")
    assert set(unguarded(app, client)) == WITHOUT_TOKEN & set(app.view_functions)


def test_a_form_without_a_token_would_be_noticed(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    monkeypatch.setitem(app.config, "WTF_CSRF_METHODS", [])
    assert "web.set_theme" in unguarded(app, client)


def test_a_form_with_its_token_works(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    token = client.get("/login").text.split('name="csrf_token" type="hidden" value="')
    token = token if len(token) > 1 else client.get("/login").text.split('name="csrf_token" value="')
    answer = client.post("/theme", data={"theme": "dark", "csrf_token": token[1].split('"')[0]})
    assert answer.status_code == 303


# Headers


def test_every_answer_has_its_headers(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    @access(Policy.PUBLIC)
    def fail() -> None:
        raise ZeroDivisionError

    @access(Policy.PUBLIC)
    def refuse() -> None:
        abort(413)

    monkeypatch.setitem(app.view_functions, "home.safety", fail)
    monkeypatch.setitem(app.view_functions, "home.privacy", refuse)
    seen = set()
    paths = [path_of(rule, NOTHING)[0] for rule, method in doors(app) if method == "GET"]
    for method, path in [
        *(("GET", path) for path in paths),
        ("DELETE", "/login"),
        ("GET", "/nowhere"),
        ("POST", "/me"),
    ]:
        answer = client.open(path, method=method)
        seen.add(answer.status_code)
        wanted = FRAMED if path.startswith("/embed/") else HEADERS
        missing = {name for name in wanted if answer.headers.get(name) != wanted[name]}
        assert not missing or path.startswith(("/static", "/fs-static")), (path, missing)
        assert answer.status_code != 405 or answer.headers["Allow"], path
    assert {200, 303, 404, 405, 413, 500} <= seen


def test_private_pages_are_not_kept_on_a_shared_device(sign_in: SignIn, carol: Member) -> None:
    assert "no-store" in sign_in(carol).get("/me").headers["Cache-Control"]


def test_the_policy_lets_no_inline_script_run() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


# Cookies


@pytest.fixture
def secure_app(settings: Settings) -> Flask:
    """Give an application that people reach by https."""
    return create_app(replace(settings, public_url="https://welcome.example"))


def test_the_session_cookie_stays_with_us(secure_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answer: Response = secure_app.test_client().get("/login", base_url="https://welcome.example")
    cookie = answer.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert cookie.startswith("__Host-") and "Domain" not in cookie
    assert secure_app.config["REMEMBER_COOKIE_NAME"].startswith("__Host-")
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    assert secure_app.config["REMEMBER_COOKIE_SECURE"] and secure_app.config["REMEMBER_COOKIE_HTTPONLY"]


def test_a_session_that_was_planted_does_not_become_carols(client: FlaskClient, carol: Member) -> None:
    client.get("/login")
    planted = client.get_cookie("session")
    client.post("/login", data={"email": carol.email, "password": PASSWORD})
    assert planted is not None
    client.set_cookie("session", planted.value)
    assert client.get("/me").status_code == 303


def test_an_answer_that_comes_late_takes_nothing_back(client: FlaskClient) -> None:
    client.get("/")
    for path in ("/", "/worker.js", "/events", "/manifest.webmanifest"):
        assert "Set-Cookie" not in client.get(path).headers, path


def test_what_was_refused_stands_in_the_log_and_nothing_that_was_typed(
    client: FlaskClient, sign_in: SignIn, carol: Member, caplog: pytest.LogCaptureFixture
) -> None:
    client.post("/login", data={"email": f"{carol.email}\nforged", "password": "not hers at all"})
    sign_in(carol).get("/desk/reports")
    said = [record.getMessage() for record in caplog.records]
    for line in ("422 POST security.login", "403 GET moderation"):
        assert any(line in one for one in said)
    assert not any(word in line for line in said for word in (carol.email, "forged", "not hers"))


# The Host header


def test_a_letter_leads_to_this_site_whatever_host_was_asked(app: Flask, client: FlaskClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    client.post("/register", data=CAROL, headers=headers)
    client.post("/confirm", data={"email": CAROL["email"]}, headers=headers)
    letters = carry(app)
    assert len(letters) == 2
    for letter in letters:
        assert "evil.example" not in letter.as_string()
        assert app.config["PUBLIC_URL"] in text_of(letter)


def test_in_production_no_other_host_is_answered(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["welcome.example"])
    assert client.get("/login", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/login", headers={"Host": "welcome.example"}).status_code == 200


# Ways out


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_form_sends_its_reader_to_another_site(client: FlaskClient, carol: Member, target: str) -> None:
    assert safe_path(target) == "/"
    sent = [
        client.post("/language", data={"locale": "nl", "next": target}),
        client.post("/theme", data={"theme": "dark", "next": target}),
        client.post("/login", data={"email": carol.email, "password": PASSWORD, "next": target}),
        client.post("/logout", data={"next": target}),
        client.post("/login", query_string={"next": target}, data={"email": carol.email, "password": PASSWORD}),
        client.post("/register", query_string={"next": target}, data={**CAROL, "next": target}),
        client.get("/login", query_string={"next": target}),
        client.post("/theme", data={"theme": "dark"}, headers={"Referer": "https://evil.example/x"}),
    ]
    for answer in sent:
        assert answer.location is None or not leaves(answer.location), answer.location


@pytest.mark.parametrize("target", ["/me", "/events?week=3", "/people/a-b_c"])
def test_a_path_of_ours_is_kept(client: FlaskClient, carol: Member, target: str) -> None:
    assert safe_path(target) == target
    answer = client.post("/login", data={"email": carol.email, "password": PASSWORD, "next": target})
    assert answer.location == target


# Looking changes nothing


def test_a_page_that_writes_when_looked_at_fails(
    app: Flask, sign_in: SignIn, carol: Member, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @access(Policy.PUBLIC)
    def careless() -> str:
        db.session.execute(sa.update(Member).values(first_name="Changed"))
        db.session.commit()
        return "done"

    client = sign_in(carol)
    monkeypatch.setitem(app.view_functions, "home.safety", careless)
    assert client.get("/safety").status_code == 500
    assert "read" in caplog.text  # "attempt to write a readonly database", "read-only transaction"
    assert db.session.get_one(Member, carol.id).first_name == "Carol"


def test_an_old_sign_in_must_be_renewed_before_the_address_changes(sign_in: SignIn, carol: Member) -> None:
    client = sign_in(carol)
    with client.session_transaction() as session:
        session["fs_paa"] = time.time() - 3 * 24 * 3600
    answer = client.get("/change-email")
    assert answer.status_code == 302 and answer.location.startswith("/verify")
    assert client.post("/verify", data={"password": "wrong wrong"}).status_code == 422
    assert client.post(answer.location, data={"password": PASSWORD}).location == "/change-email"
    assert client.get("/change-email").status_code == 200
