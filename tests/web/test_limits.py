"""Nobody tries passwords all night, and one neighbour's tries do not lock the others out."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from welcome.accounts.limits import LIMITS, caller


@pytest.fixture
def limited(app: Flask) -> Iterator[Flask]:
    """Give the application with its limits switched on."""
    (limiter,) = app.extensions["limiter"]
    limiter.enabled = True
    limiter.reset()
    yield app
    limiter.enabled = False


@pytest.mark.parametrize(
    ("path", "allowed"), [("/login", 10), ("/register", 5), ("/reset", 5), ("/confirm", 5), ("/report/member/x", 5)]
)
def test_a_stranger_may_try_a_few_times(limited: Flask, client: FlaskClient, path: str, allowed: int) -> None:
    def attempt(address: str) -> int:
        data = {"email": "carol@welcome.example", "password": "x" * 12}
        status: int = client.post(path, data=data, environ_base={"REMOTE_ADDR": address}).status_code
        return status

    assert 429 not in [attempt("192.0.2.1") for _ in range(allowed)]
    assert attempt("192.0.2.1") == 429
    assert attempt("192.0.2.2") != 429
    assert client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code in {200, 404}


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_a_household_is_counted_once(app: Flask, address: str, counted: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert caller() == counted


def test_a_forged_header_changes_nobody(app: Flask) -> None:
    headers: Any = {"X-Forwarded-For": "198.51.100.7"}
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}, headers=headers):
        assert caller() == "192.0.2.1"


def test_every_limit_is_on_a_route_that_exists(app: Flask) -> None:
    assert set(LIMITS) <= set(app.view_functions)
