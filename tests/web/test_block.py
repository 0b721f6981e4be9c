"""Carol keeps Dan away; Dan cannot tell it from a closed account."""

from collections.abc import Callable
from threading import Event, Thread

from flask import Flask
from flask.testing import FlaskClient

from tests.letterbox import same
from welcome.accounts.models import Member
from welcome.accounts.service import block, blocked_ids, hold
from welcome.clock import now
from welcome.database import db, writing

SignIn = Callable[[Member], FlaskClient]


def test_a_block_counts_at_once_and_both_ways(sign_in: SignIn, carol: Member, dan: Member) -> None:
    client = sign_in(carol)
    assert "Keep Dan away" in client.get(f"/people/{dan.public_id}/block").text
    assert blocked_ids(db.session(), carol.id) == set()  # looking changed nothing
    assert client.post(f"/people/{dan.public_id}/block").status_code == 303
    assert blocked_ids(db.session(), carol.id) == {dan.id}
    assert blocked_ids(db.session(), dan.id) == {carol.id}
    assert "<bdi>Dan</bdi>" in client.get("/me").text


def test_a_block_can_be_taken_back(sign_in: SignIn, carol: Member, dan: Member) -> None:
    client = sign_in(carol)
    client.post(f"/people/{dan.public_id}/block")
    client.post(f"/people/{dan.public_id}/unblock")
    assert blocked_ids(db.session(), dan.id) == set()


def test_dan_cannot_take_back_what_carol_decided(sign_in: SignIn, carol: Member, dan: Member) -> None:
    sign_in(carol).post(f"/people/{dan.public_id}/block")
    sign_in(dan).post(f"/people/{carol.public_id}/unblock")
    assert blocked_ids(db.session(), dan.id) == {carol.id}


def test_to_the_blocked_it_looks_like_a_closed_account(
    app: Flask, sign_in: SignIn, carol: Member, dan: Member, bob: Member
) -> None:
    sign_in(carol).post(f"/people/{dan.public_id}/block")
    with writing() as session:
        session.get_one(Member, bob.id).closed_at = now()
    client = sign_in(dan)
    blocked = client.get(f"/people/{carol.public_id}/block")
    closed = client.get(f"/people/{bob.public_id}/block")
    nobody = client.get("/people/nobody-at-all/block")
    assert blocked.status_code == closed.status_code == nobody.status_code == 404
    assert same(blocked.text).replace(carol.public_id, "") == same(closed.text).replace(bob.public_id, "")


def test_nobody_blocks_themselves(sign_in: SignIn, carol: Member) -> None:
    assert sign_in(carol).post(f"/people/{carol.public_id}/block").status_code == 404


def test_a_block_waits_for_what_is_on_its_way_between_the_two(app: Flask, carol: Member, dan: Member) -> None:
    ids, moments, may_end = sorted((carol.id, dan.id)), list[str](), Event()

    def reach_out() -> None:
        with app.app_context(), writing() as session:
            hold(session, ids)
            is_held.set()
            may_end.wait(10)
            moments.append("contact")

    def keep_away() -> None:
        with app.app_context():
            with writing() as session:
                block(session, *ids, now=now())
            moments.append("block")

    is_held = Event()
    db.session.rollback()
    both = [Thread(target=reach_out), Thread(target=keep_away)]
    both[0].start()
    assert is_held.wait(10)
    both[1].start()
    both[1].join(0.3)  # where nothing is waited for, the block is there by now
    may_end.set()
    for one in both:
        one.join()
    assert moments == ["contact", "block"]
