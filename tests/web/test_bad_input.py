"""Whatever is sent: no fault, no endless wait, and nothing that was typed is lost."""

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import nonsense, town
from tests.authz import Reader, build, doors
from tests.conftest import TODAY
from tests.gatherings import make_event
from tests.nonsense import Fuzz
from tests.people import JOINED
from tests.sessions import key_of
from welcome.accounts.access import Policy, access
from welcome.accounts.models import Member, Role
from welcome.accounts.service import block, grant
from welcome.announcements.models import Announcement, Purpose
from welcome.database import writing
from welcome.directory.models import Venue
from welcome.events import joining
from welcome.pairings import meetings, requests
from welcome.pairings.models.rounds import Proposal, Round
from welcome.post import devices
from welcome.post.models import BounceKind, Channel, Notice, Outcome, PausedAddress, PushSubscription
from welcome.profiles.models import Side


@pytest.fixture
def fuzz(app: Flask, client: FlaskClient, today: datetime, monkeypatch: pytest.MonkeyPatch) -> Fuzz:
    """Give a run in a world in which one person may do everything and has begun everything."""
    with writing() as session:
        world = build(session)
        begin_everything(session, session.get_one(Member, world.readers[Reader.PARTICIPANT]))
    for member_id in world.readers.values():
        key_of(member_id)  # from now on nothing is kept, a new device neither
    monkeypatch.setitem(app.config, "PUSH_KEY", devices.make_key())
    nonsense.keep_nothing(monkeypatch)
    return Fuzz(app, client, world)


def begin_everything(session: Session, me: Member) -> None:
    """Let a member hold every role, come to an event, have asked and be asked, be matched and about to meet."""
    me.first_name = "María"
    grant(session, me.id, Role.ADMIN, scope_id=None, now=JOINED)
    areas = town.build(session)
    town.settle(session, me, Side.NEWCOMER, town.CAROL, areas["Centrum"], situations=["spouse"])
    names = ("Asker", "Asked", "Offered", "Friend", "Mate", "Kept", "New")
    others = {name: town.new_neighbour(session, name, areas["Centrum"]) for name in names}
    town.join(session, "ours", me, *others.values(), now=JOINED, capacity=4)
    requests.ask(session, others["Asker"].id, me.public_id, "ours", now=TODAY)
    requests.ask(session, me.id, others["Asked"].public_id, "ours", now=TODAY)
    for friend in (others["Friend"], others["Mate"]):
        question = requests.ask(session, friend.id, me.public_id, "ours", now=TODAY)
        match = requests.accept(session, question.public_id, me.id, now=TODAY)
        at, venue = datetime(2026, 11, 24, 10), session.scalars(sa.select(Venue.public_id)).first()  # noqa: DTZ001
        meeting = meetings.offer_times(session, match.public_id, friend.id, [at], venue, now=TODAY)
        if friend is others["Mate"]:
            meetings.agree(session, meeting.public_id, me.id, at, now=TODAY)
    low, high = sorted((me.id, others["Offered"].id))
    held = session.scalars(sa.select(Round)).first()
    soon = {"created_at": TODAY, "expires_at": TODAY + town.WEEK}
    assert held is not None
    session.add(Proposal(round_id=held.id, programme_id=held.programme_id, one_id=low, other_id=high, **soon))
    block(session, me.id, others["Kept"].id, now=JOINED)
    event = make_event(session, TODAY)
    joining.join(session, event.occurrences[0].id, me.id, now=TODAY)
    make_event(session, TODAY, is_published=False)
    begin_letters(session, me, event.id)
    session.flush()


def begin_letters(session: Session, me: Member, event_id: int) -> None:
    """Let letters to a member come back, one be given up, a device show notices, and an announcement be a draft."""
    bounced = {"kind": BounceKind.HARD, "said": "550", "paused_at": TODAY}
    dead = {"created_at": TODAY, "due_at": TODAY, "done_at": TODAY, "outcome": Outcome.FAILED, "reason": "550"}
    draft = {"purpose": Purpose.HELP, "words": "Help!", "audience": {}, "created_at": TODAY}
    session.add_all(
        [
            PausedAddress(member_id=me.id, address=me.email, **bounced),
            Notice(key="dead", channel=Channel.MAIL, kind="matched", member_id=me.id, args={}, **dead),
            PushSubscription(
                member_id=me.id, endpoint="https://push.example/1", p256dh="A", auth="A", created_at=TODAY
            ),
            Announcement(event_id=event_id, **draft),
        ]
    )


def test_no_form_breaks(fuzz: Fuzz) -> None:
    for reader in (Reader.VISITOR, Reader.PARTICIPANT):
        for form in list(fuzz.forms(reader)):
            fuzz.fill(reader, form, most=8)
    assert fuzz.faults == []
    assert fuzz.lost == set()
    posts = {rule.endpoint for rule, method in doors(fuzz.app) if method == "POST"}
    # The rest lie behind signed links or in rare states; ``test_no_address_breaks`` tries them without a form.
    assert len(posts & fuzz.tried) >= 0.7 * len(posts), posts - fuzz.tried


@pytest.mark.parametrize("reader", [Reader.VISITOR, Reader.PARTICIPANT])
def test_no_address_breaks(fuzz: Fuzz, reader: Reader) -> None:
    fuzz.addresses(reader, most=4)
    assert fuzz.faults == []


#: What the long run found (tests/campaigns/test_fuzz.py): numbers that no column holds, or that Python does not read.
FOUND = {
    "/me/letters/devices/remove": {"device": "9" * 20},
    "/desk/outbox": {"letter": "9" * 20, "is_wanted": "yes"},
    "/me/profile/languages": {"remove": "9" * 5000},
}


@pytest.mark.parametrize("path", FOUND)
def test_a_number_that_is_too_large_counts_as_not_said(fuzz: Fuzz, path: str) -> None:
    fuzz.send(Reader.PARTICIPANT, "POST", path, data=FOUND[path])
    fuzz.send(Reader.PARTICIPANT, "GET", f"/conversations/{fuzz.world.things['thread']}?before={'9' * 20}")
    assert fuzz.faults == []


def test_a_form_that_breaks_is_found(fuzz: Fuzz, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    @access(Policy.PUBLIC)
    def careless() -> Any:
        return str(int(request.form["theme"]))

    monkeypatch.setitem(app.view_functions, "web.set_theme", careless)
    form = next(form for form in fuzz.forms(Reader.VISITOR) if form.action == "/theme")
    fuzz.fill(Reader.VISITOR, form, most=10)
    assert fuzz.faults
