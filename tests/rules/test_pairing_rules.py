"""What may follow from what between two people, without any database."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from welcome.pairings import refusals, rules, slots
from welcome.pairings.states import MeetingState, Part, ProgrammeKind, ProposalState, RequestState

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "note",
    [
        "Look at https://example.com",
        "www.example.org",
        "my page is carol.nl",
        "carol@mail.example",
        "+31 6 1234 5678",
        "0612345678",
        "06-12.34.56.78",
        "call (020) 123 45 67",
    ],
)
def test_a_first_note_brings_no_links_and_no_numbers(note: str):
    with pytest.raises(refusals.HeldBack):
        rules.check_note(f"Hello! {note}")


@pytest.mark.parametrize(
    "note",
    ["I came in 2024, with 2 children of 4 and 11.", "See you at 10:30?", "I read 1984.", "Olá! Tudo bem?", None],
)
def test_plain_words_pass(note: str | None):
    assert rules.check_note(note) == note


def test_a_note_is_one_line_and_short():
    assert rules.check_note("  Hello\n\n you ") == "Hello you" and rules.check_note("  ") is None
    with pytest.raises(refusals.LongNote):
        rules.check_note("a" * 501)


def test_a_new_account_asks_fewer_people():
    rules.check_quota(2, NOW - timedelta(days=1), NOW)
    rules.check_quota(9, NOW - timedelta(days=30), NOW)
    for asked, age in ((3, 1), (10, 30)):
        with pytest.raises(refusals.TooManyQuestions):
            rules.check_quota(asked, NOW - timedelta(days=age), NOW)


def test_what_is_over_stays_over():
    for state in (RequestState.ACCEPTED, RequestState.LAPSED, RequestState.WITHDRAWN):
        for to in RequestState:
            with pytest.raises(refusals.TooLate):
                rules.move_request(state, to)


def test_an_asker_cannot_tell_no_from_waiting():
    for seen in (True, False):
        for now in (NOW, LATER):
            told = {
                rules.shown_to_asker(state, was_seen=seen, lapses_at=LATER, now=now)
                for state in (RequestState.REQUESTED, RequestState.SEEN, RequestState.DECLINED)
            }
            assert len(told) == 1 and RequestState.DECLINED not in told


def test_a_proposal_needs_two_yeses_in_time():
    def answer(mine: bool | None, theirs: bool | None, yes: bool, now: datetime = NOW) -> ProposalState:
        return rules.answer_proposal(ProposalState.OPEN, mine, theirs, yes=yes, expires_at=LATER, now=now)

    assert answer(None, None, True) is ProposalState.OPEN
    assert answer(None, True, True) is ProposalState.ACCEPTED
    assert answer(None, True, False) is answer(None, None, False) is ProposalState.DECLINED
    for mine, now in ((True, NOW), (None, LATER)):
        with pytest.raises(refusals.TooLate):
            answer(mine, True, True, now)


def test_roles_that_meet():
    meet = {
        (kind, one, other)
        for kind, one, other in product(ProgrammeKind, Part, Part)
        if rules.parts_meet(kind, one, other)
    }
    assert {(one, other) for kind, one, other in meet if kind is ProgrammeKind.MENTORSHIP} == {
        (Part.MENTOR, Part.MENTEE),
        (Part.MENTEE, Part.MENTOR),
    }
    assert {(one, other) for kind, one, other in meet if kind is ProgrammeKind.EXCHANGE} == {(Part.PARTNER,) * 2}


def test_places():
    assert rules.places_for(ProgrammeKind.MENTORSHIP, Part.MENTEE, 4) == 1
    assert rules.places_for(ProgrammeKind.MENTORSHIP, Part.MENTOR, 9) == 4
    assert rules.places_for(ProgrammeKind.EXCHANGE, Part.PARTNER, 0) == 1


def test_a_meeting_is_held_when_both_say_so():
    agreed = MeetingState.AGREED
    assert rules.after_answers(agreed, (True,)) is agreed
    assert rules.after_answers(agreed, (True, True)) is MeetingState.HELD
    assert rules.after_answers(agreed, (True, False)) is rules.after_answers(agreed, (False,)) is MeetingState.MISSED
    with pytest.raises(refusals.TooLate):
        rules.move_meeting(MeetingState.HELD, MeetingState.CANCELLED)


def test_three_meetings_are_the_path():
    held = MeetingState.HELD
    assert rules.next_number({}) == 1
    assert rules.next_number({1: held}) == 2
    assert rules.next_number({1: held, 2: MeetingState.CANCELLED}) == 2
    assert rules.next_number({1: held, 2: held, 3: held}) is None


def test_times_suit_both_in_the_daytime_first_and_on_different_days():
    tuesday_morning, tuesday_evening, saturday = 1 << 3, 1 << 5, 1 << 15
    mine = tuesday_morning | tuesday_evening | saturday
    times = slots.shared_times(mine, mine | 1, FRIDAY)
    assert [(time.weekday(), time.hour) for time in times[:3]] == [(1, 10), (5, 10), (1, 10)]
    assert times[0].date() == date(2026, 11, 24) and {time.hour for time in times[3:]} == {10, 19}
    assert all(FRIDAY + timedelta(days=2) <= time.date() <= FRIDAY + timedelta(days=16) for time in times)


def test_what_was_offered_is_not_offered_again_and_rare_times_reach_further():
    saturday = 1 << 15
    first = slots.shared_times(saturday, saturday, FRIDAY)
    assert len(first) == 4 and {time.weekday() for time in first} == {5}
    assert not set(first[:2]) & set(slots.shared_times(saturday, saturday, FRIDAY, without=first[:2]))


def test_without_common_time_there_is_still_something_to_choose():
    times = slots.shared_times(1, 2, FRIDAY)
    assert len(times) == slots.SHOWN and {time.hour for time in times} <= {10, 14}


def test_notes_and_quotas_at_their_edges():
    assert rules.check_note("a" * 500)
    with pytest.raises(refusals.LongNote) as long:
        rules.check_note("a" * 501)
    rules.check_quota(9, NOW - timedelta(days=14), NOW)
    with pytest.raises(refusals.TooManyQuestions) as many:
        rules.check_quota(10, NOW - timedelta(days=14), NOW)
    assert "500" in str(long.value) and "10" in str(many.value)


def test_a_question_goes_its_way():
    asked, seen = RequestState.REQUESTED, RequestState.SEEN
    assert rules.move_request(asked, seen) is seen
    assert rules.move_request(seen, RequestState.ACCEPTED) is RequestState.ACCEPTED
    told = {"lapses_at": LATER, "now": NOW}
    assert rules.shown_to_asker(asked, was_seen=False, **told) is asked
    assert rules.shown_to_asker(RequestState.DECLINED, was_seen=True, **told) is seen
    assert rules.shown_to_asker(seen, was_seen=True, lapses_at=NOW, now=NOW) is RequestState.LAPSED
    assert rules.shown_to_asker(RequestState.ACCEPTED, was_seen=True, lapses_at=NOW, now=NOW) is RequestState.ACCEPTED
    assert rules.is_waiting(asked, LATER, NOW) and rules.is_waiting(seen, LATER, NOW)
    assert not rules.is_waiting(seen, NOW, NOW) and not rules.is_waiting(RequestState.DECLINED, LATER, NOW)


def test_in_circles_nobody_is_paired():
    assert not any(rules.parts_meet(ProgrammeKind.CIRCLES, one, other) for one, other in product(Part, Part))


def test_each_day_is_offered_once_before_it_is_twice_and_daytime_before_evening():
    tuesday, tuesday_evening, wednesday_morning = 0b111 << 3, 1 << 5, 1 << 6
    first, second = slots.shared_times(tuesday, tuesday, FRIDAY, most=2)
    assert (first.hour, second.hour, second.date() - first.date()) == (10, 10, timedelta(days=7))
    mixed = tuesday_evening | wednesday_morning
    assert [at.weekday() for at in slots.shared_times(mixed, mixed, FRIDAY, most=2)] == [2, 2]
    known = slots.shared_times(mixed, mixed, FRIDAY)[0]
    assert len(slots.shared_times(mixed, mixed, FRIDAY, without=[known])) == slots.OFFERED, "three are enough"
