"""Notices reach the devices that asked for them, encrypted for these alone, and say nothing where that is wanted."""

import http_ece
import pytest
import sqlalchemy as sa

from tests.conftest import TODAY
from tests.gatherings import make_event
from tests.push import Device, serve_push
from welcome.announcements.invitations import EVENT_PUBLISHED
from welcome.database import db, writing
from welcome.events.service import cancel_event
from welcome.post import choices, devices
from welcome.post.models import Channel, Notice, Outcome, PushSubscription, Rhythm
from welcome.post.push import Pusher
from welcome.post.service import mark_read, post
from welcome.post.showing import show_due
from welcome.profiles.models import Profile, Side

KEY = devices.make_key()


@pytest.fixture(autouse=True)
def _settings(app, today, monkeypatch):
    monkeypatch.setitem(app.config, "PUSH_KEY", KEY)
    monkeypatch.setitem(app.config, "PUSH_HOSTS", "127.0.0.1 push.example")


@pytest.fixture
def server():
    with serve_push() as server:
        yield server


def ask(server, member, *names) -> list[Device]:
    found = [Device(name) for name in names]
    with writing() as session:
        for device in found:
            devices.add_device(session, member.id, **device.subscription(server), now=TODAY)
    return found


def tell(member, **facts) -> int:
    with writing() as session:
        if session.get(Profile, member.id) is None:
            session.add(Profile(member_id=member.id, side=Side.NEWCOMER, updated_at=TODAY))
        event = make_event(session, TODAY, **facts)
        post(session, EVENT_PUBLISHED, member.id, {"event_id": event.id}, key=str(event.id), now=TODAY)
        return event.id


def show(app, now=TODAY) -> int:
    return show_due(app.extensions["letters"], Pusher(KEY, "hello@welcome.example"), now=now)


def outcome() -> tuple[Outcome | None, str | None]:
    db.session.rollback()
    notice = db.session.scalars(sa.select(Notice).where(Notice.channel == Channel.PUSH)).one()
    return notice.outcome, notice.reason


def test_each_device_can_read_it_and_nobody_on_the_way(app, server, carol):
    phone, laptop = ask(server, carol, "phone", "laptop")
    tell(carol)
    assert show(app) == 1
    expected = {"title": "Welcome", "body": "On soon: Soup and stories"}
    for device in (phone, laptop):
        (shown,) = device.read(server)
        assert {name: shown[name] for name in expected} == expected
        assert shown["url"].startswith("/events/")
    assert not any(b"Soup" in body for _, _, body in server.taken)
    with pytest.raises(http_ece.ECEException):
        Device("phone").read(server)
    assert server.claims()["sub"] == "mailto:hello@welcome.example"
    assert server.claims()["aud"] == server.url
    assert outcome() == (Outcome.SENT, None)


def test_who_asked_for_none_gets_none(app, server, carol):
    tell(carol)
    assert show(app) == 0
    assert db.session.scalars(sa.select(Notice).where(Notice.channel == Channel.PUSH)).all() == []


def test_a_discreet_reader_s_screen_says_nothing(app, server, people):
    carol = people("Carol", is_discreet=True)
    (phone,) = ask(server, carol, "phone")
    tell(carol)
    show(app)
    (shown,) = phone.read(server)
    assert (shown["title"], shown["body"], shown["url"]) == (
        "Notifications",
        "There is something new for you",
        "/notices",
    )


def test_it_is_in_the_reader_s_language(app, server, people):
    nadia = people("Nadia", locale="nl")
    (phone,) = ask(server, nadia, "phone")
    tell(nadia)
    show(app)
    assert "Soup and stories" in phone.read(server)[0]["body"]
    assert not phone.read(server)[0]["body"].startswith("On soon")


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten_and_the_others_go_on(app, server, carol, status):
    _phone, laptop = ask(server, carol, "phone", "laptop")
    server.answers["phone"] = status
    tell(carol)
    show(app)
    assert len(laptop.read(server)) == 1
    left = [one.endpoint for one in devices.devices_of(db.session(), carol.id)]
    assert left == [f"{server.url}/laptop"]


def test_when_the_last_device_is_gone_the_reason_is_kept(app, server, carol):
    ask(server, carol, "phone")
    server.answers["phone"] = 410
    tell(carol)
    show(app)
    assert outcome() == (Outcome.WITHDRAWN, "nobody asked for it on a device")


def test_a_server_that_is_busy_is_asked_again_later(app, server, carol):
    (phone,) = ask(server, carol, "phone")
    server.answers["phone"] = 503
    tell(carol)
    show(app)
    assert outcome()[0] is None
    server.answers.clear()
    assert show(app) == 0
    assert show(app, TODAY.replace(minute=2)) == 1
    assert len(phone.read(server)) == 1


def test_a_server_that_says_no_is_final(app, server, carol):
    ask(server, carol, "phone")
    server.answers["phone"] = 403
    tell(carol)
    show(app)
    assert outcome()[0] is Outcome.FAILED


@pytest.mark.parametrize("how", ["cancelled", "read", "bell off"])
def test_what_is_not_wanted_any_more_is_not_shown(app, server, carol, how):
    (phone,) = ask(server, carol, "phone")
    event_id = tell(carol)
    with writing() as session:
        if how == "cancelled":
            cancel_event(session, event_id, now=TODAY)
        elif how == "read":
            mark_read(session, carol.id, now=TODAY)
        else:
            choices.choose(session, carol.id, "event_published", choices.Choice(Rhythm.AT_ONCE, False), now=TODAY)
    show(app)
    assert not [shown for shown in phone.read(server) if "On soon" in shown["body"]]


def test_a_device_in_other_hands_shows_nothing_of_the_first_any_more(app, server, carol, dan):
    phone = Device("phone")
    for member in (carol, dan):
        with writing() as session:
            devices.add_device(session, member.id, **phone.subscription(server), now=TODAY)
    tell(carol)
    show(app)
    assert phone.read(server) == []
    assert len(devices.devices_of(db.session(), dan.id)) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/1",
        "https://push.example:8443/1",
        "https://push.example.evil.example/1",
        "https://evilpush.example/1",
        "https://push.example@evil.example/1",
        "https://user@push.example/1",
        "https://10.0.0.1/1",
        "https://[::1/1",
        "ftp://push.example/1",
        "",
    ],
)
def test_an_address_that_is_no_browser_s_server_is_refused(app, endpoint):
    with pytest.raises(devices.UnknownBrowser):
        devices.check_endpoint(endpoint)


def test_a_browser_s_server_and_those_below_it_are_asked(app):
    devices.check_endpoint("https://push.example/1")
    devices.check_endpoint("https://wns2-par02p.push.example/1")


def test_a_member_adds_and_removes_a_device(sign_in, server, carol, dan):
    client = sign_in(carol)
    assert devices.public_half(KEY) in client.get("/me/letters").text
    subscription = Device("phone").subscription(server)
    assert client.post("/me/letters/devices", data=subscription).status_code == 303
    row = db.session.scalars(sa.select(PushSubscription)).one()
    sign_in(dan).post("/me/letters/devices/remove", data={"device": row.id})
    assert len(devices.devices_of(db.session(), carol.id)) == 1
    sign_in(carol).post("/me/letters/devices/remove", data={"device": row.id})
    assert devices.devices_of(db.session(), carol.id) == []


@pytest.mark.parametrize("wrong", [{"endpoint": "https://evil.example/"}, {"p256dh": "AAAA"}, {"auth": "é"}])
def test_what_is_no_subscription_is_refused(sign_in, server, carol, wrong):
    sign_in(carol).post("/me/letters/devices", data={**Device("phone").subscription(server), **wrong})
    assert db.session.scalars(sa.select(PushSubscription)).all() == []


def test_a_member_has_ten_devices_at_most(app, server, carol):
    ask(server, carol, *(f"device{number}" for number in range(12)))
    assert len(devices.devices_of(db.session(), carol.id)) == devices.MOST_DEVICES


def test_the_command_makes_a_key_once(app, tmp_path):
    file = tmp_path / "key"
    assert app.test_cli_runner().invoke(args=["push-key", str(file)]).exit_code == 0
    assert len(devices.public_half(file.read_text())) == 87
    assert file.stat().st_mode & 0o077 == 0
    assert app.test_cli_runner().invoke(args=["push-key", str(file)]).exit_code == 1
