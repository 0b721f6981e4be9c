"""Somebody reports; a moderator decides; both are told, and nobody learns who it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.people import JOINED
from welcome.accounts import service as accounts
from welcome.accounts import tokens
from welcome.accounts.models import Member, Role
from welcome.accounts.tokens import Purpose
from welcome.conversations.threads import open_thread
from welcome.database import db, writing
from welcome.moderation.models import Category, Decision, HouseRule, Measure, Report
from welcome.moderation.rules import HOUSE_RULES
from welcome.post.models import Notice

SignIn = Callable[[Member], FlaskClient]
WHAT = {"category": "threat", "words": "He wrote something threatening."}


@pytest.fixture
def moderator(alice: Member) -> Member:
    """Make Alice a moderator."""
    with writing() as session:
        accounts.grant(session, alice.id, Role.MODERATOR, now=JOINED)
    return alice


def open_report(client: FlaskClient) -> str:
    """Open the only report as a moderator does, with a reason; return its page's address."""
    page = f"/desk/reports/{db.session.scalars(sa.select(Report)).one().public_id}"
    client.post(f"{page}/evidence", data={"reason": "To see whether it was a threat."})
    return page


def kinds_to(member: Member) -> set[str]:
    """Return which letters lie in the outbox for a member."""
    return set(db.session.scalars(sa.select(Notice.kind).where(Notice.member_id == member.id)))


def test_a_visitor_can_report_without_an_account(client: FlaskClient, bob: Member, moderator: Member) -> None:
    answer = client.post(f"/report/member/{bob.public_id}", data=WHAT)
    assert answer.status_code == 303
    report = db.session.scalars(sa.select(Report)).one()
    assert report.due_at - report.created_at == timedelta(hours=4)
    assert report.evidence == {"first_name": "Bob"}
    assert kinds_to(moderator) == {"report_raised"}
    assert kinds_to(bob) == set()


def test_it_keeps_what_was_typed_when_something_is_missing(client: FlaskClient, bob: Member) -> None:
    answer = client.post(f"/report/member/{bob.public_id}", data={"words": "Only words."})
    assert answer.status_code == 422
    assert "Only words." in answer.text


def test_it_knows_nothing_of_what_does_not_exist(client: FlaskClient) -> None:
    assert client.get("/report/member/nobody").status_code == 404
    assert client.get("/report/planet/earth").status_code == 404


def test_a_suspension_is_told_with_its_reason_and_ends_every_session(
    client: FlaskClient, sign_in: SignIn, bob: Member, carol: Member, moderator: Member
) -> None:
    sign_in(carol)
    client.post(f"/report/member/{bob.public_id}", data=WHAT)
    client.post("/logout")
    sign_in(moderator)
    page = open_report(client)
    decision = {"decision": Decision.SUSPENSION.value, "reason": "Threats have no place here.", "house_rule": "hate"}
    assert client.post(page, data=decision).status_code == 303
    db.session.expire_all()
    assert not db.session.get_one(Member, bob.id).is_present
    assert kinds_to(bob) == {"measure_taken"}
    assert kinds_to(carol) == {"report_answered"}


def test_a_measure_stands_on_a_house_rule_that_its_member_reads_in_their_language(
    client: FlaskClient, sign_in: SignIn, bob: Member, moderator: Member
) -> None:
    client.post(f"/report/member/{bob.public_id}", data=WHAT)
    sign_in(moderator)
    page, decision = open_report(client), {"decision": "warning", "reason": "You sold her a watch."}
    answer = client.post(page, data=decision)
    assert (answer.status_code, "Please choose one." in answer.text) == (422, True) and decision[
        "reason"
    ] in answer.text
    assert client.post(page, data={**decision, "house_rule": "selling"}).status_code == 303
    client.post("/logout")
    appeal = tokens.sign(Purpose.APPEAL, db.session.scalars(sa.select(Measure.public_id)).one())
    shown = client.get(f"/appeal/{appeal}", headers={"Accept-Language": "nl"}).text
    assert "Verkopen, reclame maken" in shown and decision["reason"] in shown


def test_nobody_decides_about_themselves(
    client: FlaskClient, sign_in: SignIn, moderator: Member, carol: Member
) -> None:
    client.post(f"/report/member/{moderator.public_id}", data=WHAT)
    sign_in(moderator)
    answer = client.post(open_report(client), data={"decision": "nothing", "reason": "I am fine."})
    assert answer.status_code == 403


def test_a_report_is_decided_once(client: FlaskClient, sign_in: SignIn, bob: Member, moderator: Member) -> None:
    client.post(f"/report/member/{bob.public_id}", data=WHAT)
    sign_in(moderator)
    page = open_report(client)
    assert client.post(page, data={"decision": "nothing", "reason": "A misunderstanding."}).status_code == 303
    client.post(page, data={"decision": "suspension", "reason": "Again.", "house_rule": "other"})
    assert db.session.get_one(Member, bob.id).is_present


def test_what_was_reported_is_read_with_a_reason_that_the_member_sees(
    client: FlaskClient, sign_in: SignIn, bob: Member, moderator: Member
) -> None:
    client.post(f"/report/member/{bob.public_id}", data=WHAT)
    sign_in(moderator)
    page = f"/desk/reports/{db.session.scalars(sa.select(Report)).one().public_id}"
    assert '<p dir="auto">Bob</p>' not in client.get(page).text
    client.post(page, data={"decision": "warning", "reason": "Unseen.", "house_rule": "other"})
    assert db.session.scalars(sa.select(Report.decided_at)).one() is None  # nobody decides what they have not read
    open_report(client)
    assert '<p dir="auto">Bob</p>' in client.get(page).text
    record = sign_in(bob).get("/me/record").text
    assert "To see whether it was a threat." in record
    assert moderator.first_name not in record


def test_a_reporter_without_account_keeps_a_receipt(client: FlaskClient, bob: Member, moderator: Member) -> None:
    receipt = client.post(f"/report/member/{bob.public_id}", data=WHAT).location
    assert "It has arrived" in client.get(receipt).text
    assert client.get(receipt[:-1]).status_code != 200


def test_one_tap_says_that_it_felt_like_flirting(
    client: FlaskClient, sign_in: SignIn, bob: Member, carol: Member, dan: Member, moderator: Member
) -> None:
    with writing() as session:
        thread = open_thread(session, [bob.id, carol.id], now=JOINED).public_id
    assert sign_in(dan).post(f"/conversations/{thread}/flirting").status_code == 404
    assert sign_in(carol).post(f"/conversations/{thread}/flirting").status_code == 303
    report = db.session.scalars(sa.select(Report)).one()
    assert (report.category, report.accused_id) == (Category.FLIRTING, bob.id)


def test_a_measure_stands_on_what_the_house_rules_say(client: FlaskClient) -> None:
    page = client.get("/help/house-rules").text
    assert [words for words in map(str, HOUSE_RULES.values()) if words not in page] == []
    assert {*HOUSE_RULES, "other"} == set(HouseRule)
