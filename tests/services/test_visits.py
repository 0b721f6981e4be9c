"""At the door and the day after: ticks that are never lost or doubled, two questions, counts that name nobody."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import make_event, make_guest
from welcome.errors import NotFound
from welcome.events import joining
from welcome.events.answers.models import Listed
from welcome.events.models import Occurrence
from welcome.events.plans import Manner
from welcome.post.models import Notice
from welcome.profiles.models import Side
from welcome.visits import counting, door, thanks
from welcome.visits.door import Tap
from welcome.visits.jobs import HANDLERS
from welcome.visits.models import Felt, Thanks
from welcome.visits.rules import DoorIsClosed, TooLateToAnswer, at_least

MINUTE = timedelta(minutes=1)


@pytest.fixture
def date(session: Session) -> Occurrence:
    return make_event(session, TODAY, capacity=None).occurrences[0]


def turns(session: Session, date: Occurrence, *names: str, **more: object) -> dict[str, int]:
    guests = [make_guest(session, name, Side.LOCAL, TODAY) for name in names]
    return {one.first_name: joining.join(session, date.id, one.id, now=TODAY, **more).turn for one in guests}


def test_a_door_list_opens_by_its_newest_address_for_one_evening(session: Session, date: Occurrence) -> None:
    alice = make_guest(session, "Alice", None, TODAY)
    old, new = (door.open_door(session, date.id, alice.id, now=TODAY) for _ in range(2))
    assert door.behind_door(session, new, now=TODAY) == date.id
    for token, moment in ((old, TODAY), ("made-up", TODAY), (new, date.ends_at + timedelta(hours=12))):
        with pytest.raises(DoorIsClosed):
            door.behind_door(session, token, now=moment)
    door.close_door(session, date.id)
    with pytest.raises(DoorIsClosed):
        door.behind_door(session, new, now=TODAY)


def test_two_phones_without_a_network_lose_and_double_nothing(session: Session, date: Occurrence) -> None:
    known = turns(session, date, "Bob", "Carol")
    start = date.starts_at
    first = [
        Tap("first-001", 1, start, known["Bob"]),
        Tap("first-002", 1, start + 3 * MINUTE, side="local"),
        Tap("first-003", 0, start + 4 * MINUTE, known["Carol"]),
    ]
    second = [
        Tap("secon-001", 0, start - MINUTE, known["Bob"]),
        Tap("secon-002", 1, start + 2 * MINUTE, known["Carol"]),
        Tap("secon-003", 2, start + 2 * MINUTE, side=""),
        Tap("secon-004", 1, start, 999),
    ]
    for taps in (second, first, first[:2], second):  # late, and some of them again
        door.tick(session, date.id, taps, now=start + timedelta(hours=1))
    listed = door.door_list(session, date.id)
    assert {row.name: row.here for row in listed.rows} == {"Bob": 1, "Carol": 0}
    assert (listed.walk_ins, listed.here) == ({"newcomer": 0, "local": 1, "": 2}, 4)
    door.tick(session, date.id, [Tap("futur-001", 1, start + timedelta(days=9), known["Carol"])], now=start)
    door.tick(session, date.id, [Tap("after-001", 0, start + MINUTE, known["Carol"])], now=start + MINUTE)
    door.tick(session, date.id, [Tap("final-001", 1, start + 9 * MINUTE, known["Carol"])], now=start + 9 * MINUTE)
    assert {row.name: row.here for row in door.door_list(session, date.id).rows} == {"Bob": 1, "Carol": 1}


def test_who_came_is_thanked_once_and_nobody_else(session: Session, date: Occurrence) -> None:
    known = turns(session, date, "Bob", "Carol")
    door.tick(session, date.id, [Tap("first-001", 1, date.starts_at, known["Bob"])], now=date.starts_at)
    for _twice in range(2):
        HANDLERS["thank_guests"](session, date.id, date.ends_at + timedelta(hours=14))
    names = [one.member.first_name for one in session.scalars(sa.select(Notice).where(Notice.kind == "event_thanks"))]
    assert set(names) == {"Bob"}
    assert len(names) == 2  # by mail, and on the bell


def test_two_who_would_meet_again_reach_the_matcher_and_one_alone_does_not(session: Session, date: Occurrence) -> None:
    turns(session, date, "Bob", "Carol", "Dan")
    turns(session, date, "Eve", manner=Manner(Listed.HIDDEN))
    guests = {one.name: one.member for one in door._expected(session, date.id)}
    bob, carol, dan, eve = (guests[name] for name in ("Bob", "Carol", "Dan", "Eve"))
    after = date.ends_at + timedelta(hours=14)

    def wish(who: object, *others: object) -> None:
        thanks.say_thanks(session, date.id, who.id, Felt.YES, [one.public_id for one in others], now=after)

    wish(bob, carol, dan, eve, bob)
    wish(carol, dan)
    wish(carol, bob)  # another answer replaces the first
    wish(eve, bob)
    assert [thanks.wished_by_both(session, one.id) for one in (bob, carol, dan)] == [{carol.id}, {bob.id}, set()]
    with pytest.raises(TooLateToAnswer):
        thanks.say_thanks(session, date.id, dan.id, None, [], now=date.ends_at + timedelta(days=7))
    with pytest.raises(NotFound):
        thanks.say_thanks(session, date.id, make_guest(session, "Zoe", None, TODAY).id, None, [], now=after)


def test_numbers_are_counted_once_and_what_was_felt_is_forgotten(session: Session, date: Occurrence) -> None:
    names = [f"Guest{number}" for number in range(12)]
    turns(session, date, *names)
    after = date.ends_at + timedelta(hours=14)
    guests = door._expected(session, date.id)
    for answer in guests[:9]:
        thanks.say_thanks(session, date.id, answer.member_id, Felt.YES, [guests[11].member.public_id], now=after)
    HANDLERS["count_visits"](session, date.id, date.ends_at + timedelta(days=7))
    (told,) = counting.told_of_event(session, date.event_id)
    assert (told.people, told.guests, told.first_timers, told.newcomers, told.locals) == (12, 12, 5, None, 5)
    assert (told.answers, told.felt_welcome, told.met_somebody) == (5, 5, 5)
    assert session.scalar(sa.select(sa.func.count()).select_from(Thanks)) == 0
    session.delete(guests[0].member)
    session.flush()
    HANDLERS["count_visits"](session, date.id, date.ends_at + timedelta(days=8))
    assert counting.told_of_event(session, date.event_id) == [told]


def test_no_small_number_can_be_told_from_what_is_said() -> None:
    """Whatever is said of a whole and its two sides, at least five numbers are possible where one is below five."""
    for whole in range(60):
        said: dict[tuple[int | None, int | None], list[int]] = {}
        for count in range(whole + 1):
            said.setdefault((at_least(count, whole), at_least(whole - count, whole)), []).append(count)
        for possible in said.values():
            small = [count for count in possible if count < 5 or whole - count < 5]
            assert not small or len(possible) >= min(5, whole + 1), (whole, possible)
