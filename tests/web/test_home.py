"""The first page: two doors and what is on for visitors; what is next for members."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import town
from tests.gatherings import evening, make_event
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import writing
from welcome.home.service import part_of_day
from welcome.profiles.models import Side

SignIn = Callable[[Member], FlaskClient]


def test_a_visitor_sees_two_doors_and_what_is_on(client: FlaskClient) -> None:
    start = (now() + timedelta(days=9)).replace(tzinfo=None, hour=18, minute=30, second=0, microsecond=0)
    with writing() as session:
        make_event(session, now(), title="Soup and stories", when=evening(start))
        make_event(session, now(), title="A draft", when=evening(start), is_published=False)
    page = client.get("/").text
    assert "Soup and stories" in page
    assert "A draft" not in page
    assert "/join/newcomer" in page
    assert "/join/local" in page


def test_the_door_is_remembered_until_the_profile_asks(client: FlaskClient, sign_in: SignIn, carol: Member) -> None:
    sign_in(carol)  # signing in begins a new session, joining does not: the browser story plays that way
    assert client.get("/join/local").status_code == 303
    page = client.get("/me/profile/side").text
    (chosen,) = re.findall(r"<input[^>]*checked[^>]*>", page)
    assert 'value="local"' in chosen


def test_there_is_no_third_door(client: FlaskClient) -> None:
    assert client.get("/join/spectator").status_code == 404


def test_a_new_member_is_led_to_the_profile(sign_in: SignIn, carol: Member) -> None:
    page = sign_in(carol).get("/").text
    assert "Carol" in page
    assert "/me/profile" in page
    assert "Nothing new is planned yet" in page


def test_a_member_sees_whom_they_could_meet_and_why(app: Flask, sign_in: SignIn) -> None:
    with writing() as session:
        areas = town.build(session)
        town.open_programme(session, status="open")
        carol, bob = make_member(session, "Carol"), make_member(session, "Bob")
        session.flush()
        town.settle(session, carol, Side.NEWCOMER, town.CAROL, areas["Centrum"])
        town.settle(session, bob, Side.LOCAL, town.BOB, areas["Strijp"])
        town.join(session, "exchange", carol, bob, now=now())
        carol_id = carol.id
    page = sign_in(session.get_one(Member, carol_id)).get("/").text
    assert "Bob can help you with Dutch." in page
    assert "You can help Bob with Portuguese." in page


@pytest.mark.parametrize(
    ("hour", "part"), [(3, "morning"), (10, "morning"), (11, "afternoon"), (17, "evening"), (2, "evening")]
)
def test_it_greets_by_the_readers_own_clock(hour: int, part: str) -> None:
    assert part_of_day(datetime(2026, 11, 20, hour, tzinfo=UTC), "Europe/Amsterdam") == part
