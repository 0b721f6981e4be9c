"""Events reach those whom they are for, once, and with a handful of statements."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event as hook
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_bridge, make_event, make_venue
from tests.people import make_member
from welcome.accounts.models import Block, Member
from welcome.announcements import service
from welcome.announcements.jobs import HANDLERS
from welcome.announcements.models import Invitation
from welcome.database import db
from welcome.directory.models import Area, AreaCloseness
from welcome.events import joining
from welcome.events.models import Event, EventKind
from welcome.events.plans import Place, Speaking
from welcome.events.recurrence import Repeat, Rhythm
from welcome.events.service import cancel_occurrence
from welcome.post.models import Channel, Notice
from welcome.profiles.models import Interest, Profile, Side, Spoken

IN_DUTCH = (Speaking("nl", 2, True),)
WELCOME: dict[str, Any] = {
    "kind": EventKind.WELCOME,
    "arrived_within_weeks": 8,
    "languages": (Speaking("en", 0, True),),
}
COOKING: dict[str, Any] = {"interests": ("food.world",), "languages": IN_DUTCH}
MONTHLY = Repeat(Rhythm.MONTHLY, 3)


def add(session: Session, name: str, side: Side = Side.NEWCOMER, nl: int = 3, **profile: Any) -> Member:
    traits = {name: profile.pop(name) for name in ("closed_at", "suspended_at", "confirmed_at") if name in profile}
    likes = profile.pop("likes", ["food.world"])
    member = make_member(session, name, **traits)
    session.flush()
    session.add(Profile(member_id=member.id, side=side, updated_at=TODAY, **profile))
    session.add(Spoken(member_id=member.id, language="nl", level=nl, teaches=False, learns=False))
    session.add_all(Interest(member_id=member.id, code=code, strength=2) for code in likes)
    session.flush()
    return member


def told(session: Session, event: Event | None = None) -> set[str]:
    mails = (
        sa.select(Member.first_name).join(Notice, Notice.member_id == Member.id).where(Notice.channel == Channel.MAIL)
    )
    return set(session.scalars(mails.where(Notice.key.like("%:member:%"))))


def announce(session: Session, event: Event, now: Any = TODAY) -> int:
    return service.announce(session, event.occurrences[0].id, now=now)


def test_a_welcome_event_reaches_those_who_have_just_arrived(session):
    add(session, "Carol", arrived_on=date(2026, 10, 1), likes=[])
    add(session, "Early", arrived_on=date(2026, 8, 1))
    add(session, "Later", arrived_on=date(2026, 12, 1))
    add(session, "Silent", arrived_on=None)
    add(session, "Bob", Side.LOCAL, arrived_on=date(2026, 10, 1))
    assert announce(session, make_event(session, TODAY, **WELCOME)) == 1
    assert told(session) == {"Carol"}


def test_each_person_hears_of_an_event_once(session):
    add(session, "Carol", arrived_on=date(2026, 10, 1))
    event = make_event(session, TODAY, **WELCOME)
    assert [announce(session, event), announce(session, event)] == [1, 0]
    kinds = session.execute(sa.select(Notice.kind, Notice.channel).order_by(Notice.channel)).all()
    assert kinds == [("welcome_event", Channel.APP), ("welcome_event", Channel.MAIL)]


def test_who_arrives_later_hears_of_it_then(session):
    add(session, "Carol", arrived_on=date(2026, 10, 1))
    event = make_event(session, TODAY, **WELCOME)
    announce(session, event)
    add(session, "Newest", arrived_on=date(2026, 11, 1))
    assert service.dates_to_announce_again(session, now=TODAY) == [event.occurrences[0].id]
    assert announce(session, event, TODAY + timedelta(days=2)) == 1
    assert told(session) == {"Carol", "Newest"}


def test_of_a_series_the_next_date_alone_is_announced_and_each_person_hears_once(session):
    add(session, "Carol", arrived_on=date(2026, 10, 1))
    event = make_event(session, TODAY, repeat=MONTHLY, **WELCOME)
    counts = [service.announce(session, one.id, now=TODAY) for one in event.occurrences]
    assert counts == [1, 0, 0]
    add(session, "December", arrived_on=date(2026, 12, 1))
    after_first = TODAY + timedelta(days=20)
    assert service.dates_to_announce_again(session, now=after_first) == [event.occurrences[1].id]
    assert service.announce(session, event.occurrences[1].id, now=after_first) == 1


def test_a_bridging_meetup_reaches_both_sides_by_interest_area_and_language(session):
    place = Place(make_venue(session).id)
    harbour = session.scalars(sa.select(Area)).one()
    far = Area(slug="far", name="Far", position=2)
    session.add(far)
    session.flush()
    session.add(AreaCloseness(area_id=harbour.id, other_id=far.id, closeness=0.1))
    add(session, "Carol")
    add(session, "Bob", Side.LOCAL, nl=7)
    add(session, "Neighbour", Side.LOCAL, likes=[], area_id=harbour.id)
    add(session, "Stranger", likes=[], area_id=far.id)
    add(session, "Beginner", nl=1)
    announce(session, make_bridge(session, TODAY, 6, 6, place=place, **COOKING))
    assert told(session) == {"Carol", "Bob", "Neighbour"}


def test_those_invited_least_lately_come_first(session):
    asked = [add(session, f"Guest{i}") for i in range(8)]
    first, second = (make_bridge(session, TODAY, 1, 1, **COOKING) for _ in range(2))
    announce(session, first)
    once = set(session.scalars(sa.select(Invitation.member_id)))
    assert once == {member.id for member in asked[:6]}
    announce(session, second)
    again = set(session.scalars(sa.select(Invitation.member_id).where(Invitation.event_id == second.id)))
    assert {asked[6].id, asked[7].id} < again


@pytest.mark.parametrize("standing", ["closed_at", "suspended_at"])
def test_who_has_left_is_not_told(session, standing):
    add(session, "Ghost", **{standing: TODAY})
    assert announce(session, make_event(session, TODAY, **COOKING)) == 0


def test_who_comes_already_is_not_told(session):
    carol = add(session, "Carol")
    event = make_event(session, TODAY, **COOKING)
    joining.join(session, event.occurrences[0].id, carol.id, now=TODAY)
    assert announce(session, event) == 0


def test_who_is_kept_apart_from_the_host_is_not_told(session):
    host, dan = add(session, "Alice"), add(session, "Dan")
    add(session, "Carol")
    session.add(Block(member_id=dan.id, blocked_id=host.id, blocked_at=TODAY))
    event = make_event(session, TODAY, **COOKING)
    event.created_by = host.id
    session.flush()
    announce(session, event)
    assert told(session) == {"Carol"}


def test_a_cancelled_date_is_not_announced(session):
    add(session, "Carol")
    event = make_event(session, TODAY, **COOKING)
    cancel_occurrence(session, event.occurrences[0].id, now=TODAY)
    assert announce(session, event) == 0


def test_a_date_that_is_over_is_not_announced(session):
    add(session, "Carol")
    event = make_event(session, TODAY, when=evening(START), **COOKING)
    HANDLERS["announce_occurrence"](session, event.occurrences[0].id, TODAY + timedelta(days=30))
    assert told(session) == set()


@pytest.fixture
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    hook.listen(db.engine, "before_cursor_execute", note)
    yield seen
    hook.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("kind", ["open", "bridging"])
def test_two_thousand_members_take_a_handful_of_statements(session, statements, kind):
    known = {"locale": "en", "timezone": "UTC", "created_at": TODAY, "confirmed_at": TODAY, "first_name": "Ana"}
    numbers = range(1, 2001)
    rows = [{**known, "id": i, "email": f"{i}@welcome.example", "fs_uniquifier": str(i)} for i in numbers]
    sides = [Side.NEWCOMER, Side.LOCAL]
    session.execute(sa.insert(Member), rows)
    session.execute(sa.insert(Profile), [{"member_id": i, "side": sides[i % 2], "updated_at": TODAY} for i in numbers])
    spoken = {"language": "nl", "level": 3, "teaches": False, "learns": False}
    session.execute(sa.insert(Spoken), [{"member_id": i, **spoken} for i in numbers])
    session.execute(sa.insert(Interest), [{"member_id": i, "code": "food.world", "strength": 2} for i in numbers])
    place = Place(make_venue(session).id)
    if kind == "bridging":
        event = make_bridge(session, TODAY, 150, 150, place=place, **COOKING)
    else:
        event = make_event(session, TODAY, place=place, **{**COOKING, "capacity": None})
    session.expire_all()
    del statements[:]
    assert announce(session, event) == (1800 if kind == "bridging" else 2000)
    assert len(statements) <= 30


def test_when_places_stay_free_some_more_people_hear_of_a_meetup(session):
    asked = [add(session, f"Guest{i}") for i in range(8)]
    event = make_bridge(session, TODAY, 1, 1, **COOKING)
    date_id = event.occurrences[0].id
    assert service.dates_to_announce_again(session, now=TODAY) == []
    assert announce(session, event) == 6
    assert service.dates_to_announce_again(session, now=TODAY + timedelta(days=1)) == []
    later = TODAY + timedelta(days=2, hours=1)
    assert service.dates_to_announce_again(session, now=later) == [date_id]
    joining.join(session, date_id, asked[0].id, now=later)
    assert announce(session, event, later) == 0  # no newcomer is asked for a local's place
    joining.leave(session, date_id, asked[0].id, now=later)
    assert announce(session, event, later) == 2
    assert service.dates_to_announce_again(session, now=TODAY + timedelta(days=7, hours=12)) == []
