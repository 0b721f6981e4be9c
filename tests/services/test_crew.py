"""Those who make an event together: helpers, co-organisers, stands, and drafts that publish themselves."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_event, make_organisation
from tests.people import make_member
from welcome.accounts.models import Grant, Member, Role
from welcome.accounts.service import block, grant
from welcome.agenda.models import Due
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.events import audiences, joining, publishing, service
from welcome.events.crew import hosts, rules, shifts, stands
from welcome.events.crew.models import CoHost, Helper, Shift, StandState
from welcome.events.crew.rules import Plan
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.plans import NOWHERE
from welcome.post.models import Notice

BUILD_UP = Plan("Build up", -90, 90, 1)
SOUP = Plan("Soup", 0, 120, 2)


@pytest.fixture
def alice(session: Session) -> Member:
    return member(session, "Alice")


@pytest.fixture
def bob(session: Session) -> Member:
    return member(session, "Bob")


@pytest.fixture
def carol(session: Session) -> Member:
    return member(session, "Carol")


def member(session: Session, name: str) -> Member:
    found = make_member(session, name)
    session.flush()
    return found


@pytest.fixture
def date(session: Session) -> Occurrence:
    return make_event(session, TODAY).occurrences[0]


def due(session: Session, key: str) -> Due | None:
    return session.scalar(sa.select(Due).where(Due.key == key).execution_options(populate_existing=True))


def told(session: Session, kind: str) -> int:
    waiting = (Notice.kind == kind, Notice.channel == "mail", Notice.done_at.is_(None))
    return session.scalar(sa.select(sa.func.count()).where(*waiting)) or 0


def left(session: Session, shift: Shift) -> int:
    session.refresh(shift)
    return shift.places_left


def test_a_shift_is_taken_once_and_given_back(session: Session, date: Occurrence, bob: Member, carol: Member) -> None:
    shift = shifts.add_shift(session, date, BUILD_UP, now=TODAY)
    for _twice in range(2):
        shifts.take(session, shift.id, bob.id, now=TODAY)
    assert (left(session, shift), told(session, "shift_taken")) == (0, 1)
    with pytest.raises(rules.ShiftFull):
        shifts.take(session, shift.id, carol.id, now=TODAY)
    for _twice in range(2):
        shifts.give_back(session, shift.id, bob.id, now=TODAY)
    assert (left(session, shift), told(session, "shift_taken")) == (1, 0)
    shifts.take(session, shift.id, carol.id, now=TODAY)


def test_nobody_helps_in_two_places_at_once(session: Session, date: Occurrence, bob: Member) -> None:
    first = shifts.add_shift(session, date, SOUP, now=TODAY)
    second = shifts.add_shift(session, date, Plan("Door", 60, 60, 1), now=TODAY)
    later = shifts.add_shift(session, date, Plan("Dishes", 120, 60, 1), now=TODAY)
    shifts.take(session, first.id, bob.id, now=TODAY)
    with pytest.raises(rules.ShiftOverlaps, match="Soup"):
        shifts.take(session, second.id, bob.id, now=TODAY)
    shifts.take(session, later.id, bob.id, now=TODAY)


def test_shifts_and_their_reminders_follow_their_date(session: Session, date: Occurrence, bob: Member) -> None:
    shift = shifts.add_shift(session, date, BUILD_UP, now=TODAY)
    shifts.take(session, shift.id, bob.id, now=TODAY)
    before = due(session, f"shift:{shift.id}")
    assert before is not None and before.due_at == shift.starts_at - timedelta(days=1)
    winter = shift.starts_at
    service.move_occurrence(session, date.id, evening(START + timedelta(days=130)), NOWHERE, now=TODAY)
    session.refresh(shift)
    assert shift.wall_start.time() == datetime(2027, 4, 7, 17).time()  # noqa: DTZ001
    assert shift.starts_at - winter == timedelta(days=130) - timedelta(hours=1)  # the clocks went forward
    after = due(session, f"shift:{shift.id}")
    assert after is not None and after.due_at == shift.starts_at - timedelta(days=1)
    assert told(session, "shift_moved") == 1
    shifts.remind_helpers(session, shift.id, after.due_at)
    assert told(session, "shift_reminder") == 1
    service.cancel_occurrence(session, date.id, now=TODAY)
    assert due(session, f"shift:{shift.id}") is None
    assert (told(session, "shift_cancelled"), told(session, "shift_moved"), told(session, "shift_reminder")) == (
        1,
        0,
        0,
    )
    with pytest.raises(rules.ShiftOver):
        shifts.take(session, shift.id, bob.id, now=TODAY)


def test_a_shift_that_somebody_took_keeps_its_place(
    session: Session, date: Occurrence, bob: Member, carol: Member
) -> None:
    shift = shifts.add_shift(session, date, SOUP, now=TODAY)
    shifts.take(session, shift.id, bob.id, now=TODAY)
    shifts.change_shift(session, shift.id, Plan("Soup and bread", 30, 60, 1), now=TODAY)
    assert (left(session, shift), told(session, "shift_moved")) == (0, 1)
    with pytest.raises(rules.ShiftIsTaken):
        shifts.remove_shift(session, shift.id)
    shifts.change_shift(session, shift.id, Plan("Soup and bread", 30, 60, 2), now=TODAY)
    shifts.take(session, shift.id, carol.id, now=TODAY)
    with pytest.raises(rules.FewerThanHelp):
        shifts.change_shift(session, shift.id, Plan("Soup", 30, 60, 1), now=TODAY)


def test_who_left_does_not_help_any_more(session: Session, date: Occurrence, bob: Member) -> None:
    shift = shifts.add_shift(session, date, BUILD_UP, now=TODAY)
    shifts.take(session, shift.id, bob.id, now=TODAY)
    session.get_one(Member, bob.id).closed_at = TODAY
    session.flush()
    shifts.release_helpers_who_left(session, now=TODAY)
    assert left(session, shift) == 1 and session.scalars(sa.select(Helper)).all() == []


def test_a_copy_has_the_same_shifts(session: Session, date: Occurrence, alice: Member) -> None:
    shifts.add_shift(session, date, BUILD_UP, now=TODAY)
    copied = service.copy_event(session, date.event_id, evening(START + timedelta(days=7)), by=alice.id, now=TODAY)
    (shift,) = shifts.shifts_of_date(session, copied.occurrences[0].id)
    assert (shift.name, shift.places_left, due(session, f"shift:{shift.id}")) == ("Build up", 1, None)
    service.publish_event(session, copied.id, now=TODAY)
    assert due(session, f"shift:{shift.id}") is not None


def test_a_member_organises_together_and_leaves(session: Session, date: Occurrence, alice: Member, bob: Member) -> None:
    asked = hosts.invite_member(session, date.event, " Bob@Welcome.Example ", by=alice.id, now=TODAY)
    unknown = hosts.invite_member(session, date.event, "who@welcome.example", by=alice.id, now=TODAY)
    assert (asked.state, asked.member_id) == (unknown.state, unknown.member_id)
    assert told(session, "co_host_invited") == 1
    (invitation,) = hosts.invitations_to(session, bob, (), now=TODAY)
    with pytest.raises(NotFound):
        hosts.answer(session, invitation.public_id, alice, (), yes=True, now=TODAY)
    hosts.answer(session, invitation.public_id, bob, (), yes=True, now=TODAY)
    held = sa.select(Grant.scope_id).where(Grant.member_id == bob.id, Grant.role == Role.CO_ORGANISER)
    assert session.scalar(held) == date.event_id
    hosts.leave(session, invitation.public_id, bob, ())
    assert session.scalar(held) is None
    hosts.forget_unanswered(session, now=TODAY + timedelta(days=15))
    assert session.scalars(sa.select(CoHost)).all() == []


def test_whoever_blocked_the_organiser_is_not_written_to(
    session: Session, date: Occurrence, alice: Member, bob: Member
) -> None:
    block(session, bob.id, alice.id, now=TODAY)
    hosts.invite_member(session, date.event, bob.email, by=alice.id, now=TODAY)
    assert told(session, "co_host_invited") == 0


def test_another_organisation_organises_too(session: Session, date: Occurrence, alice: Member, bob: Member) -> None:
    other = make_organisation(session, TODAY, "Library")
    grant(session, bob.id, Role.ORGANISER, scope_id=other.id, now=TODAY)
    with pytest.raises(rules.OwnEvent):
        hosts.invite_organisation(session, date.event, date.event.organisation_id, by=alice.id, now=TODAY)
    asked = hosts.invite_organisation(session, date.event, other.id, by=alice.id, now=TODAY)
    assert told(session, "co_host_invited") == 1
    hosts.answer(session, asked.public_id, bob, [other.id], yes=True, now=TODAY)
    assert hosts.events_of(session, [other.id]) == {date.event_id}
    hosts.remove(session, date.event_id, asked.public_id, now=TODAY)
    assert hosts.events_of(session, [other.id]) == set()


def test_there_are_never_more_stands_than_tables(session: Session, date: Occurrence, alice: Member) -> None:
    event = date.event
    others = [make_organisation(session, TODAY, name) for name in ("Library", "Choir")]
    with pytest.raises(rules.NotAFair):
        stands.ask(session, event.id, others[0].id, "A table", by=alice.id, now=TODAY)
    stands.set_places(session, event.id, 1)
    asked = [stands.ask(session, event.id, one.id, "A table", by=alice.id, now=TODAY) for one in others]
    stands.answer(session, event.id, asked[0].public_id, yes=True, label="A1", now=TODAY)
    with pytest.raises(rules.NoStandLeft):
        stands.answer(session, event.id, asked[1].public_id, yes=True, label="", now=TODAY)
    with pytest.raises(rules.NoStandLeft):
        stands.set_places(session, event.id, 0)
    stands.give_back(session, event.id, others[0].id)
    stands.answer(session, event.id, asked[1].public_id, yes=True, label="A1", now=TODAY)
    assert [one.state for one in stands.stands_of(session, event.id)] == [StandState.CONFIRMED]


def test_a_draft_publishes_itself_at_the_time_that_was_chosen_last(session: Session, alice: Member) -> None:
    event = make_event(session, TODAY, is_published=False)
    event.created_by = alice.id
    chosen = datetime(2026, 11, 21, 9, 0)  # noqa: DTZ001
    with pytest.raises(publishing.TooLateToPublish):
        publishing.publish_later(session, event.id, START, "Europe/Amsterdam", now=TODAY)
    for days in (0, 1):
        publishing.publish_later(session, event.id, chosen + timedelta(days=days), "Europe/Amsterdam", now=TODAY)
    row = due(session, f"publish:{event.id}")
    assert row is not None and (row.wall_time, row.zone) == ("2026-11-22T09:00:00", "Europe/Amsterdam")
    publishing.publish_when_due(session, event.id, row.due_at - timedelta(seconds=1))
    assert event.status is EventStatus.DRAFT
    publishing.publish_when_due(session, event.id, row.due_at)
    assert (event.status, event.publish_at, told(session, "self_published")) == (EventStatus.PUBLISHED, None, 1)


def test_a_draft_whose_dates_are_over_says_so(session: Session, alice: Member) -> None:
    event = make_event(session, TODAY, is_published=False)
    event.created_by = alice.id
    publishing.publish_later(session, event.id, START - timedelta(days=1), "Europe/Amsterdam", now=TODAY)
    publishing.publish_when_due(session, event.id, TODAY + timedelta(days=30))
    assert (event.status, event.publish_at, told(session, "self_published")) == (EventStatus.DRAFT, None, 1)


@pytest.mark.parametrize("end", [publishing.publish_by_hand, service.cancel_event, service.publish_event])
def test_a_time_that_was_taken_back_comes_to_nothing(session: Session, end: object) -> None:
    event = make_event(session, TODAY, is_published=False)
    publishing.publish_later(session, event.id, START - timedelta(days=1), "Europe/Amsterdam", now=TODAY)
    more = {} if end is publishing.publish_by_hand else {"now": TODAY}
    end(session, event.id, **more)  # type: ignore[operator]
    assert (session.get_one(Event, event.id).publish_at, due(session, f"publish:{event.id}")) == (None, None)


def test_new_organisers_begin_with_small_audiences(session: Session, bob: Member) -> None:
    club = make_organisation(session, TODAY, "New club")
    club.trusted_at = None
    assert audiences.largest_audience(session, club, now=TODAY) == 100
    for day in range(1, 3):
        when = evening(START + timedelta(days=day))
        event = make_event(session, TODAY, organisation_id=club.id, when=when)
        joining.join(session, event.occurrences[0].id, bob.id, party=3 if day == 1 else 2, now=TODAY)
    later = TODAY + timedelta(days=30)
    assert audiences.largest_audience(session, club, now=later) == 200  # to the second one only two came
    assert [one.next_most for one in audiences.beginners(session, now=later)] == [400]
    audiences.trust(session, club, is_trusted=True, now=TODAY)
    assert audiences.largest_audience(session, club, now=TODAY) is None


def test_of_many_who_press_at_once_as_many_help_as_there_are_places(app: Flask) -> None:
    with writing() as session:
        shift_id = shifts.add_shift(session, make_event(session, TODAY).occurrences[0], SOUP, now=TODAY).id
        people = [member(session, f"Helper{number}").id for number in range(12)]

    def press(member_id: int) -> bool:
        with app.app_context(), suppress(rules.ShiftFull), writing() as session:
            shifts.take(session, shift_id, member_id, now=TODAY)
            return True
        return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(press, people)) == SOUP.places
    assert (db.session.get_one(Shift, shift_id).places_left, db.session.query(Helper).count()) == (0, SOUP.places)
