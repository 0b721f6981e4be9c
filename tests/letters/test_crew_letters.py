"""Letters to those who make an event together, and to those who keep the guide, in several languages."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import make_event, make_organisation
from tests.people import make_member
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.directory import corrections, freshness
from welcome.directory.models import Correction, Kind
from welcome.events import publishing
from welcome.events.crew import hosts, shifts, stands
from welcome.events.crew.models import CoHost
from welcome.events.crew.rules import Plan
from welcome.events.models import EventStatus
from welcome.post.jobs import compose
from welcome.post.letters import Unwanted
from welcome.post.message import write
from welcome.post.models import Notice

KINDS = {
    "shift_taken": "Keuken",
    "co_host_invited": "Table of the World",
    "stand_asked": "Choir",
    "stand_answered": "A1",
    "self_published": "Soup and stories",
    "guide_check": "Choir",
    "correction_received": "Tue 19:00",
}


@pytest.fixture
def waiting(session: Session) -> Mapping[str, Any]:
    """Let everything happen of which somebody is told; return the last notice of each kind."""
    alice = make_member(session, "Alice", locale="nl")
    session.flush()
    table, choir = make_organisation(session, TODAY), make_organisation(session, TODAY, "Choir")
    for one in (table, choir):
        grant(session, alice.id, Role.ORGANISER, scope_id=one.id, now=TODAY)
    event = make_event(session, TODAY, organisation_id=table.id)
    shift = shifts.add_shift(session, event.occurrences[0], Plan("Keuken", 0, 60, 1), now=TODAY)
    shifts.take(session, shift.id, alice.id, now=TODAY)
    hosts.invite_member(session, event, alice.email, by=make_and_flush(session).id, now=TODAY)
    stands.set_places(session, event.id, 2)
    for one in (choir, table):
        stand = stands.ask(session, event.id, one.id, "A wall", by=alice.id, now=TODAY)
        if one is choir:
            stands.answer(session, event.id, stand.public_id, yes=True, label="A1", now=TODAY)
            stands.ask(session, event.id, one.id, "A wall", by=alice.id, now=TODAY)
    draft = make_event(session, TODAY, organisation_id=table.id, is_published=False)
    draft.created_by, draft.publish_at = alice.id, TODAY
    publishing.publish_when_due(session, draft.id, TODAY)
    assert draft.status is EventStatus.PUBLISHED
    choir.checked_on = TODAY.date().replace(year=2025)
    freshness.ask_keepers(session, now=TODAY)
    corrections.suggest(session, Kind.ORGANISATION, choir.slug, "opening", "Tue 19:00", by=None, now=TODAY)
    notices = session.query(Notice).filter(Notice.channel == "mail").order_by(Notice.id)
    return {notice.kind: notice for notice in notices}


def make_and_flush(session: Session) -> Member:
    """Add one more organiser."""
    member = make_member(session, "Erin")
    session.flush()
    return member


@pytest.mark.parametrize("locale", ["en", "nl", "ar"])
def test_each_letter_says_what_it_is_about(waiting: Mapping[str, Notice], locale: str) -> None:
    for kind, words in KINDS.items():
        notice = waiting[kind]
        notice.member.locale = locale
        context = compose(notice, current_app.extensions["letters"])
        if kind == "stand_asked":
            words = "Table of the World"  # the choir has its answer
        assert not isinstance(context, Unwanted), (kind, context.reason)
        message = write(notice, notice.member, context, now=TODAY)
        for part in ("plain", "html"):
            body = message.get_body((part,))
            assert body is not None and words in body.get_content(), (kind, part)
        assert len(str(message["Subject"])) <= 60


def test_a_letter_whose_matter_is_settled_is_not_sent(session: Session, waiting: Mapping[str, Notice]) -> None:
    for row in (*session.query(CoHost), *session.query(Correction)):
        session.delete(row)
    session.flush()
    for kind in ("co_host_invited", "correction_received"):
        assert isinstance(compose(waiting[kind], current_app.extensions["letters"]), Unwanted)
