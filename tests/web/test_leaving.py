"""Carol takes her data along, leaves, and may come back for a week."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.letterbox import carry, link_of
from tests.people import PASSWORD
from tests.town import open_programme
from tests.web.test_account import can_sign_in
from welcome.accounts.closing import TIME_TO_RETURN
from welcome.accounts.export import export_of, personal_tables
from welcome.accounts.export_page import ABOUT
from welcome.accounts.jobs import forget_old
from welcome.accounts.models import Member
from welcome.agenda.jobs import run_due
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings.models.rounds import Proposal, Round
from welcome.post.models import Notice
from welcome.scheduler import HANDLERS

SignIn = Callable[[Member], FlaskClient]


def test_carol_takes_her_data_along_and_nobody_elses(sign_in: SignIn, carol: Member, bob: Member) -> None:
    sign_in(carol).post(f"/people/{bob.public_id}/block")
    answer = sign_in(carol).get("/me/export")
    with ZipFile(BytesIO(answer.data)) as archive:
        whole, page = archive.read("data.json").decode(), archive.read("data.html").decode()
    data = json.loads(whole)
    (row,) = data["member"]["rows"]
    assert row["email"] == carol.email and row["first_name"] == "Carol"
    assert "block" in data and carol.email in page and "First name" in page and "People you keep away" in page
    for secret in (bob.email, bob.public_id, "Bob", carol.password, carol.fs_uniquifier):
        assert secret and secret not in whole + page


def test_the_page_tells_every_table_by_what_it_is_about() -> None:
    assert personal_tables() == set(ABOUT)


def test_carol_closes_her_account_and_comes_back(app: Flask, sign_in: SignIn, carol: Member) -> None:
    client, secret = sign_in(carol), carol.email
    assert client.post("/me/close", data={"password": "wrong wrong"}).status_code == 422
    assert client.post("/me/close", data={"password": PASSWORD}).status_code == 303
    db.session.expire_all()
    assert not carol.is_present
    assert client.get("/me").status_code == 303
    assert not can_sign_in(client, secret, PASSWORD)
    (letter,) = carry(app)
    link = link_of(letter, app.config["PUBLIC_URL"])
    assert client.get(link).status_code == 200
    db.session.expire_all()
    assert not carol.is_present  # looking changed nothing
    assert client.post(link).status_code == 303
    assert can_sign_in(client, secret, PASSWORD)
    run_due(HANDLERS, now=now() + TIME_TO_RETURN + timedelta(hours=1))
    assert db.session.get(Member, carol.id) is not None


def test_a_closed_account_is_erased_after_seven_days(app: Flask, sign_in: SignIn, carol: Member, bob: Member) -> None:
    carol_id = carol.id
    client = sign_in(carol)
    client.post(f"/people/{bob.public_id}/block")
    client.post("/me/close", data={"password": PASSWORD})
    run_due(HANDLERS, now=now() + TIME_TO_RETURN - timedelta(hours=1))
    assert db.session.get(Member, carol_id) is not None
    run_due(HANDLERS, now=now() + TIME_TO_RETURN + timedelta(hours=1))
    db.session.expire_all()
    assert db.session.get(Member, carol_id) is None
    assert db.session.scalar(sa.select(sa.func.count(Notice.id)).where(Notice.member_id == carol_id)) == 0
    assert db.session.get(Member, bob.id) is not None
    assert carry(app, at=now() + TIME_TO_RETURN + timedelta(hours=2)) == []


def test_an_address_that_nobody_confirms_is_forgotten(app: Flask, people: Callable[..., Member], carol: Member) -> None:
    for name, days in (("Lea", 29), ("Nia", 31)):
        people(name, confirmed_at=None, created_at=now() - timedelta(days=days))
    forget_old(now=now())
    names = set(db.session.scalars(sa.select(Member.first_name)))
    assert "Nia" not in names and {"Lea", "Carol"} <= names


def test_a_row_between_two_people_shows_each_their_own_side(app: Flask, carol: Member, bob: Member) -> None:
    with writing() as session:
        programme = open_programme(session)
        now_ = now()
        made = Round(programme_id=programme.id, started_at=now_, due_at=now_)
        session.add(made)
        session.flush()
        proposal = Proposal(
            round_id=made.id,
            programme_id=programme.id,
            one_id=carol.id,
            other_id=bob.id,
            one_answer=True,
            other_answer=False,
            created_at=now_,
            expires_at=now_,
        )
        session.add(proposal)
    (hers,) = export_of(db.session(), carol.id)["proposal"]["rows"]
    (his,) = export_of(db.session(), bob.id)["proposal"]["rows"]
    assert hers["one_answer"] is True and "other_answer" not in hers
    assert his["other_answer"] is False and "one_answer" not in his
    assert "state" not in hers  # a no is silent
