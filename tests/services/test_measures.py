"""Between a word and the door: measures that end by themselves, and a second look by somebody else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.letterbox import carry, link_of
from tests.people import JOINED, make_member
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.accounts.standing import Limited, Paused, check_may_act
from welcome.agenda.jobs import run_due
from welcome.clock import now
from welcome.database import db, writing
from welcome.moderation import measures, rules, service
from welcome.moderation.jobs import HANDLERS, forget_old
from welcome.moderation.models import About, Appeal, Category, Decision, Measure, Report
from welcome.moderation.rules import NoAppeal, OwnDecision
from welcome.post.models import Channel, Notice

DAY = timedelta(days=1)


@pytest.fixture
def staff(app: Flask) -> tuple[int, int]:
    """Make two moderators, so that one can look again at what the other decided."""
    with writing() as session:
        first, second = make_member(session, "Fay"), make_member(session, "Fred")
        session.flush()
        for member in (first, second):
            grant(session, member.id, Role.MODERATOR, now=JOINED)
        return first.id, second.id


def decide(accused: Member, moderator_id: int, decision: Decision) -> int:
    """Report a member and decide it; return the measure's number."""
    with writing() as session:
        subject = service.find_subject(session, About.MEMBER, accused.public_id, None)
        report = service.raise_report(session, subject, Category.OTHER, f"Rude, says {moderator_id}.", None, now=now())
        moderator = session.get_one(Member, moderator_id)
        service.open_evidence(session, report.id, moderator, "It was reported.", now=now())
        service.decide(session, report.id, moderator, decision, "Be kind.", now=now())
    return db.session.scalars(sa.select(Measure.id).order_by(Measure.id.desc())).first() or 0


def fresh(member: Member) -> Member:
    """Return a member as the database has them now."""
    db.session.rollback()
    return db.session.get_one(Member, member.id)


@pytest.mark.parametrize(
    ("decision", "is_present", "may_act", "may_ask"),
    [
        (Decision.WARNING, True, True, True),
        (Decision.LIMIT, True, True, False),
        (Decision.PAUSE, False, False, False),
    ],
)
def test_a_measure_takes_what_it_says_and_ends_by_itself(
    bob: Member, staff: tuple[int, int], decision: Decision, is_present: bool, may_act: bool, may_ask: bool
) -> None:
    decide(bob, staff[0], decision)
    for reaches_strangers, may in ((False, may_act), (True, may_ask)):
        try:
            check_may_act(fresh(bob), "pairings", reaches_strangers=reaches_strangers)
        except (Paused, Limited):
            assert not may
        else:
            assert may
    check_may_act(fresh(bob), "accounts", reaches_strangers=False)  # one's own account stays one's own
    assert fresh(bob).is_present is is_present
    run_due(HANDLERS, now=now() + 31 * DAY)
    check_may_act(fresh(bob), "pairings", reaches_strangers=True)
    assert fresh(bob).is_present


def test_two_pauses_end_with_the_later_one(bob: Member, staff: tuple[int, int]) -> None:
    first, _second = decide(bob, staff[0], Decision.PAUSE), decide(bob, staff[1], Decision.PAUSE)
    with writing() as session:
        measures.end_measure(session, first, now())
    assert not fresh(bob).is_present


def test_a_suspended_member_appeals_by_the_letter_and_comes_back(
    app: Flask, client: FlaskClient, bob: Member, staff: tuple[int, int]
) -> None:
    decide(bob, staff[0], Decision.SUSPENSION)
    letter = next(sent for sent in carry(app) if sent["To"] == bob.email)
    link = link_of(letter, app.config["PUBLIC_URL"]).removeprefix(app.config["PUBLIC_URL"])
    assert "Be kind." in client.get(link).text
    assert client.post(link, data={"words": ""}).status_code == 422
    assert client.post(link, data={"words": "It was somebody else."}).status_code == 303
    assert "another moderator" in client.get(link).text.lower()
    appeal = db.session.scalars(sa.select(Appeal)).one()
    told = set(db.session.scalars(sa.select(Notice.member_id).where(Notice.kind == "appeal_raised")))
    assert told == {staff[1]}  # whoever decided is not asked again
    with writing() as session, pytest.raises(OwnDecision):
        fay = session.get_one(Member, staff[0])
        measures.decide_appeal(session, appeal.public_id, fay, "No.", is_upheld=False, now=now())
    with writing() as session, pytest.raises(NoAppeal):
        measures.appeal(session, appeal.measure.public_id, "Once more.", now=now())
    with writing() as session:
        fred = session.get_one(Member, staff[1])
        measures.decide_appeal(session, appeal.public_id, fred, "You were right.", is_upheld=True, now=now())
    assert fresh(bob).is_present and fresh(bob).is_active


def test_a_late_appeal_calls_everybody_who_may_answer(bob: Member, alice: Member, staff: tuple[int, int]) -> None:
    measure = decide(bob, staff[0], Decision.LIMIT)
    with writing() as session:
        grant(session, alice.id, Role.ADMIN, now=JOINED)
        measures.appeal(session, session.get_one(Measure, measure).public_id, "It was not me.", now=now())
    start, called = now(), sa.select(Notice.member_id).where(Notice.kind == "appeal_overdue")
    run_due(HANDLERS, now=start + 2 * DAY)
    assert not db.session.scalars(called).all()
    for day in (4, 5, 6):
        run_due(HANDLERS, now=start + day * DAY)
    db.session.rollback()
    found = db.session.scalars(called.where(Notice.channel == Channel.MAIL)).all()
    assert sorted(found) == sorted(3 * [staff[1], alice.id])
    with writing() as session:
        asked = session.scalars(sa.select(Appeal)).one()
        measures.decide_appeal(
            session, asked.public_id, session.get_one(Member, staff[1]), "No.", is_upheld=False, now=now()
        )
    run_due(HANDLERS, now=start + 9 * DAY)
    assert len(db.session.scalars(called.where(Notice.channel == Channel.MAIL)).all()) == len(found)


def test_a_late_report_calls_everybody_until_it_is_decided(bob: Member, staff: tuple[int, int]) -> None:
    with writing() as session:
        subject = service.find_subject(session, About.MEMBER, bob.public_id, None)
        report = service.raise_report(session, subject, Category.DANGER, "Help.", None, now=now()).id
    start = now()
    for hour in range(1, 25):
        run_due(HANDLERS, now=start + timedelta(hours=hour, minutes=1))
    db.session.rollback()
    assert db.session.get_one(Report, report).escalations == 24
    with writing() as session:
        fay = session.get_one(Member, staff[0])
        service.open_evidence(session, report, fay, "Danger.", now=now())
        service.decide(session, report, fay, Decision.NOTHING, "She is safe.", now=now())
    run_due(HANDLERS, now=start + 3 * DAY)
    db.session.rollback()
    assert db.session.get_one(Report, report).escalations == 24
    assert rules.HOURS["danger"] == 1


YEARS = 730 * DAY


def left(age: timedelta) -> list[int]:
    """Return how many reports, measures and appeals are left after some time."""
    forget_old(now=now() + age)
    db.session.rollback()
    return [db.session.scalar(sa.select(sa.func.count(table.id))) or 0 for table in (Report, Measure, Appeal)]


def test_two_years_after_it_was_decided_a_report_is_forgotten_with_all_that_followed(
    bob: Member, staff: tuple[int, int]
) -> None:
    decide(bob, staff[1], Decision.WARNING)
    measure = db.session.get_one(Measure, decide(bob, staff[0], Decision.PAUSE)).public_id
    with writing() as session:
        measures.appeal(session, measure, "It was somebody else.", now=now())
    run_due(HANDLERS, now=now() + 31 * DAY)
    assert left(YEARS - DAY) == [2, 2, 1]
    assert left(2 * YEARS) == [1, 1, 1], "nobody has answered the appeal"
    with writing() as session:
        path, fred = session.scalars(sa.select(Appeal.public_id)).one(), session.get_one(Member, staff[1])
        measures.decide_appeal(session, path, fred, "No.", is_upheld=False, now=now() + 60 * DAY)
    assert left(YEARS + 59 * DAY) == [1, 1, 1]
    assert left(YEARS + 61 * DAY) == [0, 0, 0]


def test_what_still_holds_and_what_nobody_decided_is_not_forgotten(bob: Member, staff: tuple[int, int]) -> None:
    measure = decide(bob, staff[0], Decision.SUSPENSION)
    with writing() as session:
        fay = service.find_subject(session, About.MEMBER, session.get_one(Member, staff[0]).public_id, None)
        service.raise_report(session, fay, Category.OTHER, "She is unjust.", None, now=now())
    assert left(5 * YEARS) == [2, 1, 0]
    with writing() as session:
        measures.end_measure(session, measure, now())
    assert left(YEARS - DAY) == [2, 1, 0]
    assert left(YEARS + DAY) == [1, 0, 0]
