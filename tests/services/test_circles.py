"""Circles: proposed by a round, begun by three, open to late-comers, left without a word, and never with a block."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import town
from tests.people import JOINED, make_member
from welcome.accounts.models import Member
from welcome.accounts.service import block
from welcome.conversations import service as conversations
from welcome.conversations.inbox import read_inbox
from welcome.conversations.rooms import get_room
from welcome.errors import NotFound
from welcome.pairings import population, programmes, refusals
from welcome.pairings.circles import forming, joining, leaving, meetings, reading
from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import drafts, outcomes, running, sending
from welcome.pairings.states import CircleState, ProgrammeKind, SeatState
from welcome.post.models import Notice
from welcome.profiles.models import Side

NOW = JOINED + timedelta(days=3)
LATER = NOW + timedelta(days=6)
ENGLISH = {"en": (5, False, False)}


class Table:
    """Two newcomers and two locals who all like the same, and a programme of circles."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.areas = town.build(session)
        self.programme = town.open_programme(session, ProgrammeKind.CIRCLES)
        self.people = [self.add(f"P{number}", (Side.NEWCOMER, Side.LOCAL)[number % 2]) for number in range(4)]

    def add(self, name: str, side: Side, now: datetime = JOINED) -> Member:
        member = make_member(self.session, name)
        self.session.flush()
        town.settle(self.session, member, side, ENGLISH, self.areas["Centrum"])
        town.join(self.session, "circles", member, now=now)
        return member

    def round(self, now: datetime = NOW) -> None:
        drafted = drafts.draft(self.session, "circles", now=now)
        sending.propose(self.session, drafted, outcomes.compute(drafted), now=now)

    def circle(self) -> Circle:
        self.session.flush()
        self.session.expire_all()
        return self.session.scalars(sa.select(Circle).order_by(Circle.id)).first()

    def answer(self, *people: Member, yes: bool = True, now: datetime = NOW) -> None:
        for person in people:
            forming.answer(self.session, self.circle().public_id, person.id, yes=yes, now=now)

    def seated(self, circle: Circle | None = None) -> set[str]:
        circle = circle or self.circle()
        return {seat.member.first_name for seat in circle.seats if seat.state is SeatState.TAKEN}

    def told(self, member: Member) -> list[str]:
        return list(self.session.scalars(sa.select(Notice.kind).where(Notice.member_id == member.id).distinct()))


@pytest.fixture
def table(session: Session) -> Table:
    return Table(session)


def test_three_yeses_make_a_circle_that_meets_and_talks(table: Table):
    table.round()
    circle = table.circle()
    assert (circle.activity, circle.slot, circle.language, circle.state) == ("sport.cycling", 3, "en", "proposed")
    assert len(circle.seats) == 4 and table.told(table.people[0]) == ["circle_proposed"]
    table.answer(*table.people[:2])
    assert table.circle().state is CircleState.PROPOSED and table.circle().thread_id is None
    table.answer(table.people[2])
    circle = table.circle()
    assert circle.state is CircleState.FORMED and table.seated() == {"P0", "P1", "P2"}
    assert (
        circle.meeting
        and circle.meeting.starts_at > NOW
        and circle.meeting.starts_at.weekday() == 1
        and circle.meeting.venue.name == "Library"
    )
    room = get_room(table.session, circle.thread.public_id, table.people[0].id)
    assert {other.first_name for other in room.others} == {"P1", "P2"}
    with pytest.raises(NotFound):
        get_room(table.session, circle.thread.public_id, table.people[3].id)
    table.answer(table.people[3])
    assert table.seated() == {"P0", "P1", "P2", "P3"} and "circle_changed" in table.told(table.people[0])
    with pytest.raises(refusals.TooLate):
        table.answer(table.people[3])


def test_a_place_is_held_and_freed(table: Table):
    table.round()
    taken = population.read_crowd(table.session, table.programme).population.capacity
    assert not taken.any(), "a seat that is offered holds a place"
    table.answer(table.people[0], table.people[1], yes=False)
    assert table.circle().state is CircleState.LAPSED
    free = population.read_crowd(table.session, table.programme).population.capacity
    assert free.all() and table.told(table.people[2]) == ["circle_proposed"], "who had not answered hears no more"


def test_what_nobody_takes_lapses(table: Table):
    table.round()
    table.answer(table.people[0], table.people[1])
    sending.lapse(table.session, table.circle().round_id, LATER)
    assert table.circle().state is CircleState.LAPSED and "circle_lapsed" in table.told(table.people[0])
    enrolments = programmes.read_enrolments(table.session, table.people[2].id)
    assert [row.ignored for row in enrolments] == [1]


def test_a_wave_follows_when_a_circle_did_not_come_about(table: Table):
    table.round()
    first = table.session.scalars(sa.select(Round.id)).one()
    assert running.read_settled(table.session) == []
    table.answer(*table.people[:2], yes=False)
    assert running.read_settled(table.session) == [first]
    assert running.follow(table.session, first, now=NOW).wave == 2


def test_late_comers_join_by_the_same_test(table: Table):
    table.round()
    table.answer(*table.people)
    late, apart, alone = (table.add(name, Side.NEWCOMER, NOW) for name in ("Late", "Apart", "Alone"))
    block(table.session, apart.id, table.people[0].id, now=NOW)
    town_profile = table.session.get_one(town.Profile, alone.id)
    town_profile.slots = town.MONDAY_EVENING
    table.session.flush()
    assert joining.open_circles(table.session, apart.id, now=NOW) == []
    assert joining.open_circles(table.session, alone.id, now=NOW) == []
    with pytest.raises(NotFound):
        joining.join(table.session, table.circle().public_id, apart.id, now=NOW)
    assert [one.public_id for one in joining.open_circles(table.session, late.id, now=NOW)] == [
        table.circle().public_id
    ]
    joining.join(table.session, table.circle().public_id, late.id, now=NOW)
    assert "Late" in table.seated() and "circle_formed" in table.told(late)


def test_a_round_offers_the_seats_that_are_left(table: Table):
    table.round()
    table.answer(*table.people)
    late = table.add("Late", Side.LOCAL, NOW)
    table.round(LATER)
    assert [seat.state for seat in table.circle().seats if seat.member_id == late.id] == [SeatState.OFFERED]
    table.answer(late, now=LATER)
    assert "Late" in table.seated()


def test_a_circle_that_became_small_moves_into_another(table: Table):
    table.round()
    table.answer(*table.people)
    for person in table.people[2:]:
        leaving.leave(table.session, table.circle().public_id, person.id, now=NOW)
    small = table.circle()
    assert small.state is CircleState.FORMED and table.seated() == {"P0", "P1"}
    others = [table.add(f"Q{number}", (Side.NEWCOMER, Side.LOCAL)[number % 2], NOW) for number in range(3)]
    bigger = town.make_circle(table.session, table.programme, *others)
    table.round(LATER)
    table.session.flush()
    table.session.expire_all()
    moving = [seat for seat in bigger.seats if seat.moves_from_id == small.id]
    assert {seat.member_id for seat in moving} == {one.id for one in table.people[:2]}
    for person in table.people[:2]:
        forming.answer(table.session, bigger.public_id, person.id, yes=True, now=LATER)
    assert table.circle().state is CircleState.ENDED and len(table.seated(bigger)) == 5


def test_whoever_blocks_leaves_and_is_seen_no_more(table: Table):
    table.round()
    table.answer(*table.people)
    circle, blocker, blocked = table.circle(), table.people[0], table.people[1]
    conversations.send_message(table.session, circle.thread.public_id, blocker.id, "From the blocker", now=NOW)
    block(table.session, blocker.id, blocked.id, now=NOW)
    seen = reading.get_table(table.session, circle.public_id, blocked.id, now=NOW)
    assert {face.first_name for face in seen.faces} == {"P2", "P3"}
    room = get_room(table.session, circle.thread.public_id, blocked.id)
    assert conversations.read_messages(table.session, room) == []
    assert all(entry.latest is None for entry in read_inbox(table.session, blocked.id))
    leaving.leave_where_blocked(table.session, now=NOW)
    assert table.seated() == {"P1", "P2", "P3"}
    assert reading.get_table(table.session, circle.public_id, blocker.id, now=NOW).faces == []


def test_any_of_them_moves_the_meeting(table: Table):
    table.round()
    table.answer(*table.people)
    times = meetings.candidate_times(table.circle(), NOW)
    meetings.move(table.session, table.circle().public_id, table.people[0].id, times[2], None, now=NOW)
    assert table.circle().meeting.starts_at.day == times[2].day and "circle_changed" in table.told(table.people[1])
    with pytest.raises(refusals.NoSuchTime):
        meetings.move(
            table.session, table.circle().public_id, table.people[0].id, NOW.replace(tzinfo=None), None, now=NOW
        )
    leaving.leave(table.session, table.circle().public_id, table.people[0].id, now=NOW)
    with pytest.raises(refusals.TooLate):
        meetings.move(table.session, table.circle().public_id, table.people[0].id, times[1], None, now=NOW)


def test_nobody_is_asked_again_with_the_same_people_soon(table: Table):
    table.round()
    table.answer(*table.people[:2], yes=False)
    table.round(NOW + timedelta(days=1))
    assert table.session.scalar(sa.select(sa.func.count(Circle.id))) == 1
    assert table.session.scalar(sa.select(sa.func.count(Seat.id))) == 4


def test_the_day_after_all_are_asked_and_the_next_meeting_is_planned(table: Table):
    table.round()
    table.answer(*table.people)
    path, (first, second, *_) = table.circle().public_id, table.people
    held = table.circle().meeting
    meetings.ask_how_it_was(table.session, held.id, held.ends_at - timedelta(hours=1))
    assert "circle_check" not in table.told(first), "it was moved, and has not been yet"
    day_after = held.ends_at + timedelta(hours=12)
    meetings.ask_how_it_was(table.session, held.id, day_after)
    assert [meeting.number for meeting in table.circle().meetings] == [1, 2] and "circle_check" in table.told(first)
    assert table.circle().meeting.starts_at - held.starts_at == meetings.BETWEEN
    assert table.circle().meeting.venue_id == held.venue_id
    meetings.answer_check(table.session, path, first.id, did_meet=True, would_again=False, now=day_after)
    with pytest.raises(refusals.TooLate):
        meetings.answer_check(table.session, path, first.id, did_meet=True, would_again=True, now=day_after)
    assert meetings.find_to_answer(table.session, table.circle(), second.id, now=day_after).number == 1


def test_a_circle_that_does_not_meet_is_left_in_peace(table: Table):
    table.round()
    table.answer(*table.people)
    for number in (1, 2, 3, 4):
        held = table.circle().meeting
        meetings.ask_how_it_was(table.session, held.id, held.ends_at + timedelta(hours=12))
        assert table.circle().meeting.number == min(number + 1, 3), "after two of which nobody says that they were"
    now = table.circle().meeting.ends_at + timedelta(days=9)
    at = meetings.candidate_times(table.circle(), now)[0]
    meetings.move(table.session, table.circle().public_id, table.people[0].id, at, None, now=now)
    assert table.circle().meeting.number == 4, "its people may choose a time themselves"
