"""Members choose which letters they get; a link switches a kind off by POST alone; hosts see numbers, never names."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.conftest import TODAY
from tests.gatherings import make_event, make_guest
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.announcements import service
from welcome.announcements.invitations import EVENT_PUBLISHED
from welcome.announcements.models import WeeklyPlan
from welcome.announcements.telling import shown
from welcome.database import db, writing
from welcome.events.models import Event
from welcome.post import choices
from welcome.post.service import post, unread_count
from welcome.profiles.models import Interest, Side

KINDS = list(choices.KINDS)


def wanted(member) -> list[str]:
    db.session.rollback()
    return [kind for kind, choice in choices.choices_of(db.session(), member.id).items() if choice.mail != "off"]


def answers(**mail: str) -> dict[str, str]:
    """Answer the form: a rhythm for the kinds that are named, no e-mail for the rest, and everything on the bell."""
    said = {}
    for number, kind in enumerate(KINDS):
        said[f"kinds-{number}-mail"] = mail.get(kind, "off")
        said[f"kinds-{number}-bell"] = "y"
    return said


def stop_path(app: Flask, member, kind: str = "welcome_event") -> str:
    return "/letters/stop/" + choices.sign_stop(app.config["SECRET_KEY"], member.public_id, kind)


def test_a_member_chooses_which_letters_they_want(sign_in, carol):
    client = sign_in(carol)
    assert wanted(carol) == KINDS
    assert client.post("/me/letters", data=answers(welcome_event="daily")).status_code == 303
    assert wanted(carol) == ["welcome_event"]
    page = client.get("/me/letters").text
    assert page.count('<option selected value="off">') == len(KINDS) - 1
    assert page.count('<option selected value="daily">') == 1
    client.post("/me/letters", data=answers(**dict.fromkeys(KINDS, "at-once")))
    assert wanted(carol) == KINDS


def test_a_member_chooses_when_the_weekly_letter_comes(sign_in, carol):
    client = sign_in(carol)
    assert '<option selected value="3">' in client.get("/me/letters").text
    assert client.post("/me/letters", data={**answers(), "weekday": "6", "hour": "9"}).status_code == 303
    plan = db.session.get_one(WeeklyPlan, carol.id)
    assert (plan.weekday, plan.hour, plan.zone) == (6, 9, "Europe/Amsterdam")
    assert client.post("/me/letters", data={**answers(), "gathers_on": "5", "gathers_at": "20"}).status_code == 303
    assert (kept := db.session.get_one(Member, carol.id)) and (kept.gathers_on, kept.gathers_at) == (5, 20)
    for wrong in ({"weekday": "7"}, {"hour": "3"}, {"hour": "soon"}):
        assert client.post("/me/letters", data={**answers(), **wrong}).status_code == 422


@pytest.mark.parametrize("wrong", [{"kinds-0-mail": "hourly"}, {"kinds-6-mail": "daily"}])
def test_a_choice_that_does_not_exist_is_refused(sign_in, carol, wrong):
    assert sign_in(carol).post("/me/letters", data={**answers(), **wrong}).status_code == 422
    assert wanted(carol) == KINDS


def test_who_wants_no_bell_for_a_kind_sees_none(sign_in, carol, told_event):
    client = sign_in(carol)
    with writing() as session:
        post(session, EVENT_PUBLISHED, carol.id, {"event_id": 1}, key="1", now=TODAY)
    assert unread_count(db.session(), carol.id) == 1
    off = {name: value for name, value in answers().items() if name != f"kinds-{KINDS.index('event_published')}-bell"}
    client.post("/me/letters", data=off)
    assert unread_count(db.session(), carol.id) == 0


def test_opening_the_link_changes_nothing_and_the_button_does(app, client, carol):
    page = client.get(stop_path(app, carol))
    assert "Stop these letters?" in page.text
    assert wanted(carol) == KINDS
    assert "have stopped" in client.post(stop_path(app, carol)).text
    assert wanted(carol) == KINDS[1:]


def test_a_mail_program_needs_no_form_token(app, client, carol):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post(stop_path(app, carol), data={"List-Unsubscribe": "One-Click"})
        other = client.post("/me/letters", data=answers())
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 200
    assert other.status_code in {303, 400}
    assert wanted(carol) == KINDS[1:]


@pytest.mark.parametrize("change", [lambda path: path[:-2] + "xx", lambda path: "/letters/stop/W10.x"])
def test_a_forged_link_does_nothing(app, client, carol, change):
    assert client.post(change(stop_path(app, carol))).status_code == 404
    assert wanted(carol) == KINDS


def test_a_link_stops_no_letters_that_must_come(app, client, carol):
    assert client.post(stop_path(app, carol, "reset_password")).status_code == 404


@pytest.fixture
def told_event(app, alice) -> str:
    with writing() as session:
        event = make_event(session, TODAY, interests=("food.world",), languages=(), capacity=None)
        for number in range(6):
            guest = make_guest(session, f"Guest{number}", Side.NEWCOMER, TODAY)
            session.add(Interest(member_id=guest.id, code="food.world", strength=2))
        session.flush()
        service.announce(session, event.occurrences[0].id, now=TODAY)
        grant(session, alice.id, Role.ORGANISER, scope_id=event.organisation_id, now=TODAY)
        return event.public_id


def test_the_host_sees_how_many_were_told(sign_in, alice, told_event):
    page = sign_in(alice).get(f"/desk/events/{told_event}/told").text
    assert page.count(">6<") == 2
    assert "Guest0" not in page


def test_others_do_not_see_it(sign_in, carol, told_event):
    assert sign_in(carol).get(f"/desk/events/{told_event}/told").status_code == 403


def test_the_host_of_another_organisation_does_not_see_it(sign_in, carol, told_event):
    with writing() as session:
        other = session.scalar(sa.select(Event.organisation_id)) or 0
        grant(session, carol.id, Role.ORGANISER, scope_id=other + 1, now=TODAY)
    assert sign_in(carol).get(f"/desk/events/{told_event}/told").status_code == 403


def test_small_numbers_are_hidden():
    assert [shown(number) for number in (0, 1, 4, 5)] == [0, None, None, 5]
