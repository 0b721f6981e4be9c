"""Ways to a place: families, first-timers, offers with a time limit, the organisers' yes, companions, whole series."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import make_bridge, make_event, make_guest, make_venue
from welcome.accounts.models import Member, Role
from welcome.accounts.service import block, grant
from welcome.conversations.threads import close_thread, open_thread
from welcome.errors import NotFound
from welcome.events import joining, rules, service
from welcome.events.answers import all_dates, approving, companions, company, waiting
from welcome.events.answers.models import AttendanceState, Greeting, Listed, Pool
from welcome.events.answers.standing import find_attendance
from welcome.events.calendar import entry_of
from welcome.events.filters import Filters
from welcome.events.finding import coming_occurrences
from welcome.events.jobs import HANDLERS
from welcome.events.letters import INVITED_ALONG
from welcome.events.models import Event, Occurrence
from welcome.events.places import place_of
from welcome.events.plans import Manner, Place, Terms
from welcome.events.recurrence import Repeat, Rhythm
from welcome.post.letters import Unwanted
from welcome.post.models import Notice
from welcome.profiles.models import Profile, ShownTo, Side

GOING, WAITING, OFFERED = AttendanceState.GOING, AttendanceState.WAITING, AttendanceState.OFFERED
HOUR = timedelta(hours=1)


def with_terms(session: Session, event: Event, **terms: object) -> int:
    """Set how people get a place; return the first date."""
    service.change_terms(session, event.id, Terms(**terms), now=TODAY)
    return event.occurrences[0].id


def people(session: Session, *names: str) -> list[Member]:
    return [make_guest(session, name, None, TODAY) for name in names]


def told(session: Session, kind: str) -> list[int]:
    mails = sa.select(Notice.member_id).where(Notice.kind == kind, Notice.channel == "mail")
    return list(session.scalars(mails.where(Notice.outcome.is_(None)).order_by(Notice.id)))


def test_a_family_waits_together_and_confirms_in_time(session: Session) -> None:
    date = with_terms(session, make_event(session, TODAY, capacity=3), hold_hours=24)
    bob, carol, dan = people(session, "Bob", "Carol", "Dan")
    joining.join(session, date, bob.id, party=3, now=TODAY)
    family = joining.join(session, date, carol.id, party=3, children=1, now=TODAY)
    joining.join(session, date, dan.id, now=TODAY)
    joining.leave(session, date, bob.id, now=TODAY)
    assert (family.state, family.adults, family.hold_until) == (OFFERED, 2, TODAY + 24 * HOUR)
    assert told(session, "place_offered") == [carol.id]
    joining.confirm(session, date, carol.id, now=TODAY + HOUR)
    HANDLERS["lapse_offer"](session, family.id, TODAY + 25 * HOUR)
    assert (family.state, told(session, "event_joined")) == (GOING, [carol.id])


def test_a_place_that_is_not_confirmed_goes_to_the_next_in_line(session: Session) -> None:
    date = with_terms(session, make_event(session, TODAY, capacity=1), hold_hours=24)
    bob, carol, dan = people(session, "Bob", "Carol", "Dan")
    _first, second, third = (joining.join(session, date, one.id, now=TODAY) for one in (bob, carol, dan))
    joining.leave(session, date, bob.id, now=TODAY)
    HANDLERS["lapse_offer"](session, second.id, TODAY + 23 * HOUR)
    assert (second.state, third.state) == (OFFERED, WAITING)
    HANDLERS["lapse_offer"](session, second.id, TODAY + 24 * HOUR)
    assert (second.state, third.state) == (AttendanceState.LEFT, OFFERED)
    with pytest.raises(rules.HoldIsOver):
        joining.confirm(session, date, carol.id, now=TODAY + 24 * HOUR)


def test_close_to_the_start_a_place_is_held_for_half_of_the_time_that_is_left(session: Session) -> None:
    event = make_event(session, TODAY, capacity=1)
    date = with_terms(session, event, hold_hours=24)
    bob, carol = people(session, "Bob", "Carol")
    answers = [joining.join(session, date, one.id, now=TODAY) for one in (bob, carol)]
    late = event.occurrences[0].starts_at - 4 * HOUR
    joining.leave(session, date, bob.id, now=late)
    assert answers[1].hold_until == late + 2 * HOUR


def test_in_strict_order_a_family_is_never_passed(session: Session) -> None:
    date = with_terms(session, make_event(session, TODAY, capacity=3), is_strict_order=True)
    bob, carol, dan, eve = people(session, "Bob", "Carol", "Dan", "Eve")
    joining.join(session, date, bob.id, party=2, now=TODAY)
    family = joining.join(session, date, carol.id, party=2, now=TODAY)
    assert joining.join(session, date, dan.id, now=TODAY).state is WAITING
    with pytest.raises(rules.NoRoomForMore):
        joining.join(session, date, bob.id, party=3, now=TODAY)
    joining.leave(session, date, bob.id, now=TODAY)
    assert family.state is GOING
    assert joining.join(session, date, eve.id, now=TODAY).state is WAITING


def test_regulars_leave_places_to_first_timers_until_the_day_before(session: Session) -> None:
    event = make_event(session, TODAY, capacity=2, repeat=Repeat(Rhythm.WEEKLY, 2))
    with_terms(session, event, first_timer_places=1)
    first, second = event.occurrences
    bob, carol, dan, eve = people(session, "Bob", "Carol", "Dan", "Eve")
    for regular in (bob, carol):
        joining.join(session, first.id, regular.id, now=TODAY)
    assert joining.join(session, second.id, bob.id, now=TODAY).pool is Pool.ALL
    regular = joining.join(session, second.id, carol.id, now=TODAY)
    assert regular.state is WAITING
    newcomer = joining.join(session, second.id, dan.id, now=TODAY)
    assert newcomer.pool is Pool.FIRST_TIMER
    joining.leave(session, second.id, dan.id, now=TODAY)
    assert regular.state is WAITING
    HANDLERS["open_to_regulars"](session, second.id, second.starts_at - 24 * HOUR)
    assert regular.pool is Pool.ALL
    assert joining.join(session, second.id, eve.id, now=TODAY).state is WAITING


def test_places_are_kept_only_out_of_those_that_there_are(session: Session) -> None:
    bridge = make_bridge(session, TODAY, newcomers=2, locals_=2)
    with pytest.raises(rules.TooFewToKeep):
        with_terms(session, bridge, first_timer_places=1)
    with pytest.raises(rules.TooFewToKeep):
        with_terms(session, make_event(session, TODAY, capacity=None), first_timer_places=1)


def test_organisers_who_want_to_be_asked_say_yes_or_no_kindly(session: Session) -> None:
    event = make_event(session, TODAY, capacity=1)
    date = with_terms(session, event, needs_approval=True)
    alice, bob, carol, dan = people(session, "Alice", "Bob", "Carol", "Dan")
    grant(session, alice.id, Role.ORGANISER, scope_id=event.organisation_id, now=TODAY)
    answers = [joining.join(session, date, one.id, now=TODAY) for one in (bob, carol, dan)]
    assert {one.state for one in answers} == {AttendanceState.APPLIED}
    assert event.occurrences[0].seats_left == 1
    assert told(session, "application_received") == [alice.id]
    approving.approve(session, date, answers[0].id, now=TODAY)
    approving.approve(session, date, answers[1].id, now=TODAY)
    approving.decline(session, date, answers[2].id, now=TODAY)
    assert [one.state for one in answers] == [GOING, WAITING, AttendanceState.DECLINED]
    assert [told(session, kind) for kind in ("event_joined", "event_waiting", "application_declined")] == [
        [bob.id],
        [carol.id],
        [dan.id],
    ]
    with pytest.raises(rules.NotInvited):
        joining.join(session, date, dan.id, now=TODAY)


def test_a_whole_series_is_one_answer_and_one_letter(session: Session) -> None:
    event = make_event(session, TODAY, capacity=1, repeat=Repeat(Rhythm.WEEKLY, 4))
    bob, carol = people(session, "Bob", "Carol")
    dates = [one.id for one in event.occurrences]
    joining.join(session, dates[2], bob.id, now=TODAY)
    answers = all_dates.join_series(session, dates[1], carol.id, now=TODAY)
    assert [one.state for one in answers] == [GOING, WAITING, GOING]
    letters = session.scalars(sa.select(Notice).where(Notice.member_id == carol.id, Notice.channel == "mail")).all()
    assert [(one.kind, one.args) for one in letters] == [
        ("event_joined", {"occurrence_id": dates[1], "others": [dates[3]]})
    ]
    all_dates.leave_series(session, dates[2], carol.id, now=TODAY)
    assert [one.state for one in answers] == [GOING, AttendanceState.LEFT, AttendanceState.LEFT]


def test_two_who_write_to_each_other_come_together_or_not_at_all(session: Session) -> None:
    event = make_event(session, TODAY, capacity=2)
    date = event.occurrences[0].id
    bob, carol, dan = people(session, "Bob", "Carol", "Dan")
    with pytest.raises(NotFound):
        companions.bring(session, date, carol.id, bob.public_id, now=TODAY)
    thread = open_thread(session, [bob.id, carol.id], now=TODAY)
    joining.join(session, date, dan.id, now=TODAY)
    assert companions.bring(session, date, carol.id, bob.public_id, now=TODAY).state is WAITING
    assert (event.occurrences[0].seats_left, told(session, "invited_along")) == (1, [])
    joining.leave(session, date, dan.id, now=TODAY)
    assert find_attendance(session, date, carol.id).state is GOING
    answer = find_attendance(session, date, bob.id)
    assert (answer.state, answer.hold_until) == (OFFERED, TODAY + 24 * HOUR)
    assert told(session, "invited_along") == [bob.id]
    assert [(one.first_name, one.state) for one in companions.choices(session, date, carol.id)] == [("Bob", OFFERED)]
    assert company.bringer(session, answer) is carol
    joining.leave(session, date, bob.id, now=TODAY)
    with pytest.raises(companions.AnsweredAlready):
        companions.bring(session, date, carol.id, bob.public_id, now=TODAY)
    close_thread(session, thread.id, now=TODAY)
    assert companions.choices(session, date, carol.id) == []


def test_two_wait_together_each_for_a_place_of_their_own_side(session: Session) -> None:
    date = make_bridge(session, TODAY, 2, 2).occurrences[0].id
    carol, ravi, eve = (make_guest(session, name, Side.NEWCOMER, TODAY) for name in ("Carol", "Ravi", "Eve"))
    bob, dan, fay = (make_guest(session, name, Side.LOCAL, TODAY) for name in ("Bob", "Dan", "Fay"))
    open_thread(session, [bob.id, carol.id], now=TODAY)
    for one in (dan, fay, ravi):
        joining.join(session, date, one.id, now=TODAY)
    assert companions.bring(session, date, carol.id, bob.public_id, now=TODAY).waits_with_id == bob.id
    assert joining.join(session, date, eve.id, now=TODAY).state is GOING
    joining.leave(session, date, dan.id, now=TODAY)
    joining.leave(session, date, eve.id, now=TODAY)
    assert [find_attendance(session, date, one.id).pool for one in (carol, bob)] == ["newcomer", "local"]


def test_in_strict_order_nobody_takes_a_place_for_which_a_pair_waits(session: Session) -> None:
    event = make_event(session, TODAY, capacity=2)
    date = with_terms(session, event, is_strict_order=True)
    bob, carol, dan, eve = people(session, "Bob", "Carol", "Dan", "Eve")
    open_thread(session, [bob.id, carol.id], now=TODAY)
    joining.join(session, date, dan.id, now=TODAY)
    companions.bring(session, date, carol.id, bob.public_id, now=TODAY)
    late = joining.join(session, date, eve.id, now=TODAY)
    assert late.state is WAITING
    block(session, bob.id, carol.id, now=TODAY)
    waiting.promote(session, date, now=TODAY)
    assert [find_attendance(session, date, one.id).state for one in (carol, eve)] == [GOING, WAITING]
    assert find_attendance(session, date, bob.id) is None


def test_who_waits_with_another_can_wait_alone(session: Session) -> None:
    event = make_event(session, TODAY, capacity=1)
    date = event.occurrences[0].id
    bob, carol = people(session, "Bob", "Carol")
    open_thread(session, [bob.id, carol.id], now=TODAY)
    assert companions.bring(session, date, carol.id, bob.public_id, now=TODAY).state is WAITING
    companions.wait_alone(session, date, carol.id, now=TODAY)
    assert find_attendance(session, date, carol.id).state is GOING
    with pytest.raises(companions.NoRoomForTwo):
        companions.bring(session, date, carol.id, bob.public_id, now=TODAY)


def test_who_asked_somebody_along_and_was_blocked_is_named_no_more(session: Session) -> None:
    date = make_event(session, TODAY, capacity=2).occurrences[0].id
    bob, carol = people(session, "Bob", "Carol")
    open_thread(session, [bob.id, carol.id], now=TODAY)
    companions.bring(session, date, carol.id, bob.public_id, now=TODAY)
    answer = find_attendance(session, date, bob.id)
    letter = session.scalars(sa.select(Notice).where(Notice.kind == "invited_along", Notice.channel == "mail")).one()
    assert INVITED_ALONG.compose(session, bob, letter.args)["brought_by"] == "Carol"
    block(session, bob.id, carol.id, now=TODAY)
    assert isinstance(INVITED_ALONG.compose(session, bob, letter.args), Unwanted)
    assert company.bringer(session, answer) is None


def test_fellow_guests_see_whom_they_may_as_each_has_chosen(session: Session) -> None:
    date = make_event(session, TODAY).occurrences[0].id
    bob, carol, dan, eve, fay = people(session, "Bob", "Carol", "Dan", "Eve", "Fay")
    manners = {bob: Manner(), carol: Manner(Listed.NAME, "Carol S."), dan: Manner(Listed.HIDDEN), eve: None, fay: None}
    for guest, manner in manners.items():
        joining.join(session, date, guest.id, manner=manner, now=TODAY)
    session.add(Profile(member_id=eve.id, side=Side.LOCAL, shown_to=ShownTo.WOMEN, gender="woman", updated_at=TODAY))
    block(session, fay.id, bob.id, now=TODAY)
    there = {guest.first_name: company.company_of(session, date, guest.id).listed for guest in manners}
    seen = {name: [one.name for one in guests] for name, guests in there.items()}
    assert seen["Bob"] == ["Bob", "Carol S."]
    assert seen["Carol"] == ["Bob", "Carol S.", "Fay"]
    assert seen["Eve"] == ["Eve"]


def test_nobody_arrives_alone(session: Session) -> None:
    date = make_event(session, TODAY).occurrences[0].id
    bob, carol, dan = people(session, "Bob", "Carol", "Dan")
    joining.join(session, date, carol.id, manner=Manner(Listed.HIDDEN, "", Greeting.WANTED), now=TODAY)
    joining.join(session, date, bob.id, manner=Manner(greeting=Greeting.OFFERED), now=TODAY)
    joining.join(session, date, dan.id, manner=Manner(greeting=Greeting.OFFERED), now=TODAY)
    block(session, dan.id, carol.id, now=TODAY)
    assert [one.member_id for one in company.company_of(session, date, carol.id).greeters] == [bob.id]
    assert [one.member_id for one in company.company_of(session, date, bob.id).to_be_met] == [carol.id]
    assert company.company_of(session, date, dan.id).to_be_met == []


def test_the_address_is_told_to_whom_it_is_for(session: Session) -> None:
    event = make_event(session, TODAY, place=Place(make_venue(session).id, "The blue door"))
    date = session.get_one(Occurrence, with_terms(session, event, hides_address=True))
    assert place_of(date) == entry_of(date, "").place == "Harbour"
    assert (
        place_of(date, is_in=True) == entry_of(date, "", is_in=True).place == "Harbour Library, Quay 1, The blue door"
    )
    assert coming_occurrences(session, now=TODAY, filters=Filters(words=("quay",))) == []
    assert coming_occurrences(session, now=TODAY, filters=Filters(words=("soup",))) == [date]


def test_turns_are_seen_also_by_those_who_wait(session: Session) -> None:
    date = make_event(session, TODAY, capacity=1).occurrences[0].id
    answers = [joining.join(session, date, one.id, now=TODAY) for one in people(session, "Bob", "Carol", "Dan")]
    assert [waiting.position(session, one) for one in answers[1:]] == [1, 2]
