"""Organisers tell an audience once for a series; they learn about how many, and a second person agrees to many."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import make_event
from tests.people import JOINED, make_member
from welcome.accounts.models import Role
from welcome.accounts.service import block, grant
from welcome.announcements.announcing import rules, service
from welcome.announcements.announcing.audience import Audience, members_of
from welcome.announcements.models import Announcement, AnnouncementState, Invitation, Purpose
from welcome.directory.models import Area, Organisation
from welcome.events import joining
from welcome.events.models import Event
from welcome.post import choices
from welcome.post.models import Channel, Notice, Rhythm
from welcome.profiles.models import Interest, Profile, Side, Spoken

NARROW = Audience(interests=("food.world",))


@pytest.fixture(autouse=True)
def _today(today: Any) -> None:
    """Stop the clock."""


def add(session: Session, name: str, side: Side = Side.NEWCOMER, likes: str = "food.world", **profile: Any) -> int:
    member = make_member(session, name)
    session.flush()
    language = profile.pop("language", "nl")
    session.add(Profile(member_id=member.id, side=side, updated_at=TODAY, **profile))
    session.add(Spoken(member_id=member.id, language=language, level=3))
    session.add(Interest(member_id=member.id, code=likes, strength=2))
    session.flush()
    return member.id


@pytest.fixture
def writer(session: Session) -> int:
    alice = make_member(session, "Alice")
    session.flush()
    return alice.id


@pytest.fixture
def event(session: Session) -> Iterator[Event]:
    made = make_event(session, TODAY, capacity=None)
    made.organisation.trusted_at = JOINED
    session.flush()
    yield made


def draft(
    session: Session, event: Event, writer: int, audience: Audience = NARROW, purpose: Purpose = Purpose.COME
) -> Announcement:
    return service.find_announcement(
        session, service.write(session, event, purpose, "Come along!", audience, by=writer, now=TODAY)
    )


def mailed(session: Session, kind: str = "announcement") -> list[int]:
    mine = sa.select(Notice.member_id).where(Notice.kind == kind, Notice.channel == Channel.MAIL)
    return list(session.scalars(mine.order_by(Notice.member_id)))


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience(), {"Carol", "Bob", "Mia", "Zoe"}),
        (Audience(side="newcomer"), {"Carol", "Mia", "Zoe"}),
        (Audience(side="local"), {"Bob", "Zoe"}),
        (Audience(languages=("pt",)), {"Mia"}),
        (Audience(interests=("sport.cycling",)), {"Bob"}),
        (Audience(with_children=True), {"Mia"}),
        (Audience(side="newcomer", interests=("sport.cycling",)), set()),
    ],
)
def test_an_audience_is_whom_it_describes(session, event, writer, audience, expected):
    ids = {
        "Carol": add(session, "Carol"),
        "Bob": add(session, "Bob", Side.LOCAL, likes="sport.cycling"),
        "Mia": add(session, "Mia", children=["0-1"], language="pt"),
        "Zoe": add(session, "Zoe", Side.BOTH),
    }
    reached = members_of(session, draft(session, event, writer, audience), now=TODAY)
    assert reached == sorted(ids[name] for name in expected)


def test_a_district_is_an_audience(session, event, writer):
    harbour = Area(slug="harbour", name="Harbour", position=1)
    session.add(harbour)
    session.flush()
    carol = add(session, "Carol", area_id=harbour.id)
    add(session, "Bob")
    assert members_of(session, draft(session, event, writer, Audience(area_ids=(harbour.id,))), now=TODAY) == [carol]


def test_it_leaves_out_who_knows_who_wants_none_and_who_is_kept_apart(session, event, writer):
    people = {name: add(session, name) for name in ("Carol", "Comes", "Told", "Apart", "Silent", "Often", "Mailless")}
    joining.join(session, event.occurrences[0].id, people["Comes"], now=TODAY)
    session.add(Invitation(event_id=event.id, member_id=people["Told"], told_at=TODAY))
    block(session, people["Apart"], writer, now=TODAY)
    choices.choose(session, people["Silent"], "announcement", choices.Choice(Rhythm.OFF, False), now=TODAY)
    choices.choose(session, people["Mailless"], "announcement", choices.Choice(Rhythm.OFF, True), now=TODAY)
    for number in range(3):
        other = make_event(session, TODAY, title=f"Other {number}")
        session.add(Invitation(event_id=other.id, member_id=people["Often"], told_at=TODAY))
    reached = members_of(session, draft(session, event, writer), now=TODAY)
    assert reached == [people["Carol"], people["Mailless"]]


def test_a_narrow_announcement_goes_out_at_once_and_once_for_the_series(session, event, writer):
    carol = add(session, "Carol")
    found = draft(session, event, writer)
    assert service.send(session, found.id, now=TODAY) is AnnouncementState.SENT
    assert mailed(session) == [carol]
    for again in (lambda: service.send(session, found.id, now=TODAY), lambda: draft(session, event, writer)):
        with pytest.raises(rules.Announced):
            again()
    add(session, "Later")
    assert mailed(session) == [carol]


def test_helping_hands_are_asked_for_apart_also_of_those_who_were_told(session, event, writer):
    carol = add(session, "Carol")
    session.add(Invitation(event_id=event.id, member_id=carol, told_at=TODAY))
    service.send(session, draft(session, event, writer, purpose=Purpose.HELP).id, now=TODAY)
    assert mailed(session, "help_wanted") == [carol]


def moderator(session: Session, name: str) -> int:
    member = make_member(session, name)
    session.flush()
    grant(session, member.id, Role.MODERATOR, scope_id=None, now=TODAY)
    return member.id


def test_what_is_for_everybody_waits_for_a_second_yes(session, event, writer):
    carol, fay = add(session, "Carol"), moderator(session, "Fay")
    found = draft(session, event, writer, Audience(side="newcomer"))
    assert service.send(session, found.id, now=TODAY) is AnnouncementState.WAITING
    assert mailed(session) == []
    assert mailed(session, "announcement_waits") == [fay]
    service.decide(session, found.id, fay, agrees=True, because="", now=TODAY + timedelta(hours=1))
    assert mailed(session) == [carol]
    assert mailed(session, "announcement_decided") == [writer]
    with pytest.raises(rules.Announced):
        service.decide(session, found.id, fay, agrees=False, because="", now=TODAY)


def test_a_no_has_a_reason_and_lets_the_writer_choose_fewer(session, event, writer):
    add(session, "Carol")
    fay = moderator(session, "Fay")
    found = draft(session, event, writer, Audience())
    service.send(session, found.id, now=TODAY)
    service.decide(session, found.id, fay, agrees=False, because="This is an advertisement.", now=TODAY)
    assert (found.state, mailed(session)) == (AnnouncementState.DECLINED, [])
    assert draft(session, event, writer).state is AnnouncementState.DRAFT
    assert service.send(session, found.id, now=TODAY) is AnnouncementState.SENT


def test_nobody_says_the_second_yes_to_their_own(session, event):
    fay = moderator(session, "Fay")
    add(session, "Carol")
    found = draft(session, event, fay, Audience())
    service.send(session, found.id, now=TODAY)
    with pytest.raises(rules.OwnAnnouncement):
        service.decide(session, found.id, fay, agrees=True, because="", now=TODAY)


def test_a_new_organisation_tells_few(session, event, writer, monkeypatch):
    organisation = session.get_one(Organisation, event.organisation_id)
    organisation.trusted_at = None
    monkeypatch.setattr(service, "largest_audience", lambda *_, **__: 2)
    for name in ("Ana", "Ben"):
        add(session, name)
    reach = service.reach_of(session, draft(session, event, writer), now=TODAY)
    assert (reach.number, reach.most, reach.shown) == (2, 2, None)
    add(session, "Cem")
    with pytest.raises(rules.TooMany):
        service.send(session, draft(session, event, writer).id, now=TODAY)


def test_an_event_that_is_off_or_over_is_not_announced(session, event, writer):
    add(session, "Carol")
    found = draft(session, event, writer)
    with pytest.raises(rules.NotOpen):
        service.send(session, found.id, now=TODAY + timedelta(days=30))
    with pytest.raises(rules.NotOpen):
        draft(session, make_event(session, TODAY, is_published=False), writer)


def test_an_audience_without_people_is_refused(session, event, writer):
    with pytest.raises(rules.NobodyThere):
        service.send(session, draft(session, event, writer).id, now=TODAY)


def test_counts_tell_about_how_many():
    assert [rules.shown(number) for number in (0, 1, 4, 5, 9, 37)] == [0, None, None, 5, 5, 35]


def test_a_third_of_everybody_is_many():
    assert rules.needs_second_yes(60, 150, is_narrow=True)
    assert not rules.needs_second_yes(60, 600, is_narrow=True)
    assert not rules.needs_second_yes(40, 50, is_narrow=True)
    assert rules.needs_second_yes(1, 1000, is_narrow=False)
