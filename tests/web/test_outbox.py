"""What became of letters can be seen: by a member about their own, by admins where something is stuck."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import TODAY
from tests.gatherings import make_event
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.agenda import jobs
from welcome.agenda.models import Due
from welcome.agenda.service import schedule
from welcome.announcements.invitations import EVENT_PUBLISHED
from welcome.announcements.jobs import tell_of_stuck_work
from welcome.announcements.outbox.history import NAME_OF
from welcome.database import db, writing
from welcome.post.models import BounceKind, Channel, Notice, Outcome, PausedAddress
from welcome.post.service import post


@pytest.fixture
def gus(app, today, people):
    member = people("Gus")
    with writing() as session:
        grant(session, member.id, Role.ADMIN, scope_id=None, now=TODAY)
    return member


def tell(member, **ended) -> int:
    with writing() as session:
        event = make_event(session, TODAY)
        post(session, EVENT_PUBLISHED, member.id, {"event_id": event.id}, key=str(event.id), now=TODAY)
        mail = sa.select(Notice).where(Notice.member_id == member.id, Notice.channel == Channel.MAIL)
        notice = session.scalars(mail.order_by(Notice.id.desc()).limit(1)).one()
        for name, value in ended.items():
            setattr(notice, name, value)
        return notice.id


def notice(notice_id: int) -> Notice:
    db.session.rollback()
    return db.session.get_one(Notice, notice_id)


FAILED = {"done_at": TODAY, "outcome": Outcome.FAILED, "reason": "550 5.1.1 no such mailbox", "attempts": 3}


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ({}, "Waits to be sent by e-mail"),
        ({"done_at": TODAY, "outcome": Outcome.SENT}, "Sent by e-mail: Friday"),
        ({"done_at": TODAY, "outcome": Outcome.WITHDRAWN, "reason": "the event is full"}, "No place was left."),
        ({"done_at": TODAY, "outcome": Outcome.WITHDRAWN, "reason": "secret words"}, "not true any more"),
        (FAILED, "550 5.1.1 no such mailbox"),
    ],
)
def test_a_member_sees_what_became_of_each_letter(today, sign_in, carol, ended, words):
    tell(carol, **ended)
    page = sign_in(carol).get("/me/told").text
    assert words in page
    assert "Shown on this site" in page
    assert "An event that may suit you" in page
    assert "secret words" not in page


def test_nobody_sees_what_others_were_told(today, sign_in, carol, dan):
    tell(carol, **FAILED)
    assert "550" not in sign_in(dan).get("/me/told").text


def test_a_paused_address_is_shown_and_mended(today, sign_in, carol):
    with writing() as session:
        values = {"kind": BounceKind.HARD, "said": "550", "paused_at": TODAY}
        session.add(PausedAddress(member_id=carol.id, address=carol.email, **values))
    client = sign_in(carol)
    assert "come back" in client.get("/notices").text
    assert "nobody has this address" in client.get("/me/told").text
    client.post("/me/address")
    assert "come back" not in client.get("/notices").text


def test_an_admin_tries_a_dead_letter_again_or_drops_it(today, sign_in, carol, gus):
    client, dead = sign_in(gus), tell(carol, **FAILED)
    page = client.get("/desk/outbox").text
    assert "550 5.1.1 no such mailbox" in page
    assert carol.email not in page
    client.post("/desk/outbox", data={"letter": dead, "is_wanted": "yes"})
    again = notice(dead)
    assert (again.done_at, again.outcome, again.attempts, again.due_at) == (None, None, 0, TODAY)
    client.post("/desk/outbox", data={"letter": dead, "is_wanted": "no"})
    assert notice(dead).outcome is None
    other = tell(carol, **FAILED)
    client.post("/desk/outbox", data={"letter": other, "is_wanted": "no"})
    assert notice(other).outcome is Outcome.WITHDRAWN
    assert "550" not in client.get("/desk/outbox").text


def break_down(now=TODAY) -> None:
    def fail(*_):
        raise RuntimeError("the printer is on fire")

    for hour in range(12 * jobs.MOST_ATTEMPTS):
        jobs.run_due({"print": fail}, now=now + timedelta(hours=hour))


def test_work_that_fails_ten_times_is_told_to_the_admins_once(today, sign_in, gus, caplog):
    with writing() as session:
        schedule(session, "print:1", "print", 1, TODAY)
    break_down()
    assert [tell_of_stuck_work(now=TODAY), tell_of_stuck_work(now=TODAY)] == [1, 1]
    told = sa.select(sa.func.count()).where(Notice.kind == "work_stuck", Notice.channel == Channel.APP)
    assert db.session.scalar(told) == 1
    client = sign_in(gus)
    assert "the printer is on fire" in client.get("/desk/outbox").text
    due = db.session.scalars(sa.select(Due)).one()
    client.post("/desk/outbox", data={"work": due.id, "is_wanted": "yes"})
    done = []
    jobs.run_due({"print": lambda _session, ref, _now: done.append(ref)}, now=TODAY)
    assert done == [1]
    assert tell_of_stuck_work(now=TODAY) == 0


def test_dropped_work_is_never_done(today, sign_in, gus, caplog):
    with writing() as session:
        schedule(session, "print:1", "print", 1, TODAY)
    break_down()
    due = db.session.scalars(sa.select(Due)).one()
    sign_in(gus).post("/desk/outbox", data={"work": due.id, "is_wanted": "no"})
    assert tell_of_stuck_work(now=TODAY) == 0


def test_every_kind_that_is_named_exists(app):
    assert set(NAME_OF) <= set(app.extensions["letters"])
