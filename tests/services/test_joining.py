"""Places: taken once, given back, handed on in order."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import make_bridge, make_event, make_guest
from welcome.accounts.service import block
from welcome.errors import NotFound
from welcome.events import finding, joining, rules, service
from welcome.events.answers import company, waiting
from welcome.events.answers.models import AttendanceState, Pool
from welcome.events.models import Event, Occurrence
from welcome.post.models import Notice, Outcome
from welcome.profiles.models import Side

GOING, WAITING, LEFT = AttendanceState.GOING, AttendanceState.WAITING, AttendanceState.LEFT


def counters(session: Session, event: Event) -> tuple[int | None, int | None, int | None]:
    date = session.get_one(Occurrence, event.occurrences[0].id, populate_existing=True)
    return date.seats_left, date.newcomer_left, date.local_left


def told(session: Session, kind: str) -> list[int]:
    mails = sa.select(Notice.member_id).where(Notice.kind == kind, Notice.channel == "mail")
    return list(session.scalars(mails.where(Notice.outcome.is_(None)).order_by(Notice.id)))


def test_it_gives_places_until_there_are_none_and_then_turns(session: Session) -> None:
    event = make_event(session, TODAY, capacity=2)
    date = event.occurrences[0].id
    names = ("Bob", "Carol", "Dan", "Eve")
    answers = [joining.join(session, date, make_guest(session, n, None, TODAY).id, now=TODAY) for n in names]
    assert [answer.state for answer in answers] == [GOING, GOING, WAITING, WAITING]
    assert [waiting.position(session, answer) for answer in answers[2:]] == [1, 2]
    assert counters(session, event) == (0, None, None)
    assert told(session, "event_joined") == [answer.member_id for answer in answers[:2]]


def test_a_second_tap_changes_nothing(session: Session) -> None:
    event = make_event(session, TODAY)
    bob = make_guest(session, "Bob", None, TODAY)
    first, second = (joining.join(session, event.occurrences[0].id, bob.id, now=TODAY) for _ in range(2))
    assert first is second
    assert counters(session, event)[0] == 9
    assert len(told(session, "event_joined")) == 1


def test_a_place_that_is_given_back_goes_to_the_first_party_that_fits(session: Session) -> None:
    event = make_event(session, TODAY, capacity=3)
    date = event.occurrences[0].id
    bob, carol, dan, eve = (make_guest(session, name, None, TODAY) for name in ("Bob", "Carol", "Dan", "Eve"))
    joining.join(session, date, bob.id, party=2, now=TODAY)
    joining.join(session, date, carol.id, now=TODAY)
    family = joining.join(session, date, dan.id, party=2, now=TODAY)
    single = joining.join(session, date, eve.id, now=TODAY)
    joining.leave(session, date, carol.id, now=TODAY)
    assert (family.state, single.state) == (WAITING, GOING)
    joining.leave(session, date, bob.id, now=TODAY)
    assert family.state is GOING
    assert told(session, "waiting_place_freed") == [eve.id, dan.id]
    assert told(session, "event_joined") == []
    assert counters(session, event)[0] == 0


def test_who_comes_back_starts_at_the_end_of_the_list(session: Session) -> None:
    event = make_event(session, TODAY, capacity=1)
    date = event.occurrences[0].id
    bob, carol, dan = (make_guest(session, name, None, TODAY) for name in ("Bob", "Carol", "Dan"))
    for guest in (bob, carol, dan):
        joining.join(session, date, guest.id, now=TODAY)
    joining.leave(session, date, carol.id, now=TODAY)
    again = joining.join(session, date, carol.id, now=TODAY)
    assert (again.state, waiting.position(session, again)) == (WAITING, 2)


def test_a_party_can_grow_and_shrink_within_the_places(session: Session) -> None:
    event = make_event(session, TODAY, capacity=3)
    date = event.occurrences[0].id
    bob, carol = make_guest(session, "Bob", None, TODAY), make_guest(session, "Carol", None, TODAY)
    joining.join(session, date, bob.id, party=3, now=TODAY)
    last = joining.join(session, date, carol.id, now=TODAY)
    joining.join(session, date, bob.id, party=2, now=TODAY)
    assert last.state is GOING
    with pytest.raises(rules.NoRoomForMore):
        joining.join(session, date, bob.id, party=3, now=TODAY)
    with pytest.raises(rules.PartyTooLarge):
        joining.join(session, date, bob.id, party=7, now=TODAY)


def test_a_bridging_meetup_holds_places_for_each_side(session: Session) -> None:
    event = make_bridge(session, TODAY, newcomers=1, locals_=1)
    date = event.occurrences[0].id
    sides = {"Bob": Side.LOCAL, "Ben": Side.LOCAL, "Carol": Side.NEWCOMER, "Cleo": Side.NEWCOMER}
    answers = {
        name: joining.join(session, date, make_guest(session, name, side, TODAY).id, now=TODAY)
        for name, side in sides.items()
    }
    assert {name: answer.pool for name, answer in answers.items()} == {
        "Bob": Pool.LOCAL,
        "Ben": None,
        "Carol": Pool.NEWCOMER,
        "Cleo": None,
    }
    seats = finding.seats_of(session, [date])[date]
    assert (seats.newcomers, seats.locals, seats.others, seats.waiting) == (1, 1, 0, 2)
    joining.leave(session, date, answers["Bob"].member_id, now=TODAY)
    assert (answers["Ben"].state, answers["Cleo"].state) == (GOING, WAITING)


def test_who_is_both_takes_a_place_of_the_side_that_has_more(session: Session) -> None:
    event = make_bridge(session, TODAY, newcomers=1, locals_=2)
    both = [make_guest(session, name, Side.BOTH, TODAY) for name in ("Una", "Ugo", "Uma", "Ute")]
    answers = [joining.join(session, event.occurrences[0].id, one.id, now=TODAY) for one in both]
    assert [answer.pool for answer in answers] == [Pool.LOCAL, Pool.NEWCOMER, Pool.LOCAL, None]


def test_unused_places_open_to_all_at_the_stated_time(session: Session) -> None:
    event = make_bridge(session, TODAY, newcomers=2, locals_=1)
    date = event.occurrences[0].id
    bob, ben, carol = (
        make_guest(session, name, side, TODAY)
        for name, side in (("Bob", Side.LOCAL), ("Ben", Side.LOCAL), ("Carol", Side.NEWCOMER))
    )
    joining.join(session, date, bob.id, now=TODAY)
    last = joining.join(session, date, ben.id, now=TODAY)
    waiting.open_places(session, date, now=TODAY)
    assert last.pool is Pool.ALL
    assert counters(session, event) == (1, 0, 0)
    joining.leave(session, date, bob.id, now=TODAY)
    assert counters(session, event) == (2, 0, 0)
    assert joining.join(session, date, carol.id, now=TODAY).pool is Pool.ALL


def test_a_meetup_with_sides_asks_who_has_not_said_theirs(session: Session) -> None:
    event = make_bridge(session, TODAY)
    dan = make_guest(session, "Dan", None, TODAY)
    with pytest.raises(rules.SideNotSaid):
        joining.join(session, event.occurrences[0].id, dan.id, now=TODAY)
    assert joining.join(session, event.occurrences[0].id, dan.id, side="local", now=TODAY).pool is Pool.LOCAL


def test_it_takes_no_answers_to_drafts_cancelled_and_past_dates(session: Session) -> None:
    bob = make_guest(session, "Bob", None, TODAY)
    draft = make_event(session, TODAY, is_published=False)
    off = make_event(session, TODAY)
    service.cancel_event(session, off.id, now=TODAY)
    past = make_event(session, TODAY)
    for event, now, refusal in (
        (draft, TODAY, NotFound),
        (off, TODAY, rules.NotOpen),
        (past, TODAY + timedelta(days=30), rules.NotOpen),
    ):
        with pytest.raises(refusal):
            joining.join(session, event.occurrences[0].id, bob.id, now=now)


def test_members_who_close_their_account_give_their_place_to_the_next(session: Session) -> None:
    event = make_event(session, TODAY, capacity=1)
    date = event.occurrences[0].id
    bob, carol, dan = (make_guest(session, name, None, TODAY) for name in ("Bob", "Carol", "Dan"))
    answers = [joining.join(session, date, guest.id, now=TODAY) for guest in (bob, carol, dan)]
    bob.closed_at, carol.suspended_at = TODAY, TODAY
    session.flush()
    assert joining.release_places_of_absent(session, now=TODAY) == 2
    assert [answer.state for answer in answers] == [LEFT, LEFT, GOING]
    assert joining.release_places_of_absent(session, now=TODAY) == 0


def test_letters_about_a_place_are_withdrawn_when_the_member_leaves(session: Session) -> None:
    event = make_event(session, TODAY)
    bob = make_guest(session, "Bob", None, TODAY)
    joining.join(session, event.occurrences[0].id, bob.id, now=TODAY)
    joining.leave(session, event.occurrences[0].id, bob.id, now=TODAY)
    mail = session.scalars(sa.select(Notice).where(Notice.channel == "mail")).one()
    assert mail.outcome is Outcome.WITHDRAWN


def test_fellow_guests_do_not_see_those_they_are_kept_apart_from(session: Session) -> None:
    event = make_event(session, TODAY)
    date = event.occurrences[0].id
    bob, carol, dan = (make_guest(session, name, None, TODAY) for name in ("Bob", "Carol", "Dan"))
    for guest in (bob, carol, dan):
        joining.join(session, date, guest.id, now=TODAY)
    block(session, bob.id, dan.id, now=TODAY)
    assert [answer.member_id for answer in company.company_of(session, date, dan.id).listed] == [carol.id, dan.id]
    assert len(finding.guests(session, date)) == 3
