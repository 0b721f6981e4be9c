"""Where Carol is signed in, and how she ends it from afar."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Visitor
from tests.people import PASSWORD
from welcome.accounts.devices import device_name
from welcome.accounts.models import Member, SignIn
from welcome.clock import now
from welcome.database import db

SignInAs = Callable[[Member], FlaskClient]
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def phone(app: Flask, carol: Member) -> FlaskClient:
    """Sign Carol in on a phone that she keeps signed in."""
    phone = Visitor(app, app.response_class, use_cookies=True)
    form = {"email": carol.email, "password": PASSWORD, "remember": "y"}
    assert phone.post("/login", data=form, headers={"User-Agent": PHONE}).status_code in {302, 303}
    return phone


def test_each_device_is_listed_and_can_be_ended(sign_in: SignInAs, phone: FlaskClient, carol: Member) -> None:
    laptop = sign_in(carol)
    page = laptop.get("/me/devices").text
    assert "Firefox, Android" in page
    assert page.count("this device") == 1
    device = db.session.scalars(sa.select(SignIn).where(SignIn.device == "Firefox, Android")).one()
    assert phone.get("/me").status_code == 200
    assert laptop.post(f"/me/devices/{device.public_id}/end").status_code == 303
    assert phone.get("/me").status_code == 303  # its remember-me cookie is worth nothing either
    assert laptop.get("/me").status_code == 200


def test_nobody_ends_the_device_of_somebody_else(sign_in: SignInAs, phone: FlaskClient, dan: Member) -> None:
    device = db.session.scalars(sa.select(SignIn)).one()
    sign_in(dan).post(f"/me/devices/{device.public_id}/end")
    assert phone.get("/me").status_code == 200


def test_a_closed_browser_comes_back_as_the_same_device(phone: FlaskClient) -> None:
    phone.delete_cookie("session")
    assert phone.get("/me").status_code == 200
    assert len(db.session.scalars(sa.select(SignIn)).all()) == 1


def test_signing_out_and_a_new_password_end_what_they_should(
    sign_in: SignInAs, phone: FlaskClient, carol: Member
) -> None:
    laptop = sign_in(carol)
    laptop.post("/logout")
    assert [row.device for row in db.session.scalars(sa.select(SignIn))] == ["Firefox, Android"]
    laptop = sign_in(carol)
    form = {"password": PASSWORD, "new_password": "another long sentence"}
    assert laptop.post("/change", data=form).status_code in {302, 303}
    db.session.rollback()
    assert phone.get("/me").status_code == 303
    assert laptop.get("/me").status_code == 200


def test_the_day_of_the_last_use_is_kept(phone: FlaskClient) -> None:
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        phone.get("/me")
        db.session.rollback()
        assert db.session.scalars(sa.select(SignIn.seen_on)).one() == now().date()


def test_a_sign_in_ends_by_itself(sign_in: SignInAs, phone: FlaskClient, carol: Member) -> None:
    laptop, begun = sign_in(carol), now()
    for days, who, status in (
        (1, laptop, 200),
        (3, laptop, 303),
        (89, phone, 200),
        (179, phone, 200),
        (366, phone, 303),
    ):
        with time_machine.travel(begun + timedelta(days=days), tick=False):
            assert who.get("/me").status_code == status, days
    with time_machine.travel(begun + timedelta(days=366), tick=False):
        sign_in(carol)  # and what has ended leaves no row
        assert len(db.session.scalars(sa.select(SignIn)).all()) == 1


def test_a_sign_in_lasts_no_longer_for_being_used(sign_in: SignInAs, carol: Member) -> None:
    laptop, begun = sign_in(carol), now()
    for days in range(9):
        with time_machine.travel(begun + timedelta(days=days), tick=False):
            assert laptop.get("/me").status_code == (200 if days < 7 else 303), days


def test_a_device_is_called_what_its_owner_calls_it() -> None:
    assert device_name("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/129.0 Safari/604.1") == (
        "Chrome, iPhone"
    )
    assert device_name("curl/8.0") == ""
