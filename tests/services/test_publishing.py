"""What organisers do with events, and what follows from it: agenda rows, letters, places."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_bridge, make_event, make_guest, make_venue
from welcome.agenda.models import Due
from welcome.events import joining, rules, service
from welcome.events.answers.models import AttendanceState
from welcome.events.jobs import HANDLERS
from welcome.events.models import EventStatus
from welcome.events.plans import NOWHERE, Facts, Place, Speaking
from welcome.events.recurrence import Repeat, Rhythm
from welcome.events.times import TimeComesTwice, TimeDoesNotExist, wall_time
from welcome.post.models import Notice
from welcome.profiles.models import Side

STARTS_AT = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)
#: Ten o'clock there; it ended at nine in the evening.
MORNING_AFTER = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


def due(session: Session) -> dict[str, datetime]:
    session.flush()
    rows = session.scalars(sa.select(Due).where(Due.done_at.is_(None)).execution_options(populate_existing=True))
    return {row.key.partition(":")[0]: row.due_at for row in rows}


def letters(session: Session, kind: str) -> list[int]:
    mails = sa.select(Notice.member_id).where(Notice.kind == kind, Notice.channel == "mail", Notice.outcome.is_(None))
    return list(session.scalars(mails.order_by(Notice.id)))


def test_a_draft_plans_nothing_and_publishing_plans_everything(session: Session) -> None:
    event = make_event(session, TODAY, is_published=False)
    assert event.status is EventStatus.DRAFT
    assert due(session) == {}
    service.publish_event(session, event.id, now=TODAY)
    assert due(session) == {
        "announce": TODAY,
        "remind": STARTS_AT - timedelta(hours=24),
        "thanks": MORNING_AFTER,
        "tally": MORNING_AFTER - timedelta(hours=13) + timedelta(days=7),
    }
    assert event.occurrences[0].starts_at == STARTS_AT


def test_a_bridging_meetup_also_plans_to_open_its_places(session: Session) -> None:
    make_bridge(session, TODAY, opens_to_all_hours=72)
    assert due(session)["open_places"] == STARTS_AT - timedelta(hours=72)


def test_what_is_due_remembers_the_time_on_the_wall(session: Session) -> None:
    make_event(session, TODAY)
    reminder = session.scalars(sa.select(Due).where(Due.kind == "remind_guests")).one()
    assert (reminder.wall_time, reminder.zone) == ("2026-11-28T18:30:00", "Europe/Amsterdam")


def test_moving_moves_what_is_due_and_tells_everyone(session: Session) -> None:
    event = make_bridge(session, TODAY)
    date = event.occurrences[0]
    guests = [make_guest(session, name, Side.LOCAL, TODAY) for name in ("Bob", "Ben", "Bea")]
    for guest in guests:
        joining.join(session, date.id, guest.id, now=TODAY)
    joining.leave(session, date.id, guests[2].id, now=TODAY)
    service.move_occurrence(session, date.id, evening(START + timedelta(days=1)), NOWHERE, now=TODAY)
    later = STARTS_AT + timedelta(days=1)
    assert due(session) == {
        "announce": TODAY,
        "remind": later - timedelta(hours=24),
        "open_places": later - timedelta(hours=48),
        "thanks": MORNING_AFTER + timedelta(days=1),
        "tally": MORNING_AFTER - timedelta(hours=13) + timedelta(days=8),
    }
    assert date.sequence == 1
    assert letters(session, "event_moved") == [guest.id for guest in guests[:2]]


def test_a_reminder_that_went_out_is_sent_again_for_the_new_time(session: Session) -> None:
    event = make_event(session, TODAY)
    date, bob = event.occurrences[0], make_guest(session, "Bob", None, TODAY)
    joining.join(session, date.id, bob.id, now=TODAY)
    row = session.scalars(sa.select(Due).where(Due.kind == "remind_guests")).one()
    eve = STARTS_AT - timedelta(hours=24)
    HANDLERS["remind_guests"](session, date.id, eve)
    HANDLERS["remind_guests"](session, date.id, eve)
    row.done_at = eve
    assert letters(session, "event_reminder") == [bob.id]
    service.move_occurrence(session, date.id, evening(START + timedelta(days=7)), NOWHERE, now=eve)
    assert letters(session, "event_reminder") == []
    assert due(session)["remind"] == eve + timedelta(days=7)
    HANDLERS["remind_guests"](session, date.id, eve + timedelta(days=7))
    assert letters(session, "event_reminder") == [bob.id]


def test_another_room_is_a_move_too_and_the_same_place_is_none(session: Session) -> None:
    event = make_event(session, TODAY)
    date, venue = event.occurrences[0], make_venue(session)
    service.move_occurrence(session, date.id, evening(), NOWHERE, now=TODAY)
    assert date.sequence == 0
    service.move_occurrence(session, date.id, evening(), Place(venue.id), now=TODAY)
    assert date.sequence == 1


def test_cancelling_calls_everything_off_and_tells_everyone(session: Session) -> None:
    event = make_event(session, TODAY, capacity=1)
    date = event.occurrences[0]
    bob, carol = make_guest(session, "Bob", None, TODAY), make_guest(session, "Carol", None, TODAY)
    for guest in (bob, carol):
        joining.join(session, date.id, guest.id, now=TODAY)
    service.cancel_event(session, event.id, reason="The hall is flooded", now=TODAY)
    assert due(session) == {}
    assert letters(session, "event_cancelled") == [bob.id, carol.id]
    assert (event.status, date.status, date.sequence) == (EventStatus.CANCELLED, EventStatus.CANCELLED, 1)
    with pytest.raises(rules.AlreadyCancelled):
        service.publish_event(session, event.id, now=TODAY)


def test_fewer_places_than_people_are_refused_and_more_let_people_in(session: Session) -> None:
    event = make_event(session, TODAY, capacity=2)
    date = event.occurrences[0].id
    answers = [
        joining.join(session, date, make_guest(session, name, None, TODAY).id, now=TODAY)
        for name in ("Bob", "Carol", "Dan")
    ]
    facts = Facts(title="Soup", capacity=1)
    with pytest.raises(rules.CapacityBelowGoing, match="2 people are coming already"):
        service.edit_event(session, event.id, facts, now=TODAY)
    service.edit_event(session, event.id, Facts(title="Soup", capacity=4), now=TODAY)
    assert answers[2].state is AttendanceState.GOING
    assert session.get_one(type(event.occurrences[0]), date, populate_existing=True).seats_left == 1


def test_editing_keeps_the_places_of_both_sides(session: Session) -> None:
    event = make_bridge(session, TODAY, newcomers=2, locals_=2)
    date = event.occurrences[0]
    joining.join(session, date.id, make_guest(session, "Bob", Side.LOCAL, TODAY).id, now=TODAY)
    facts = Facts(title="Bridge", kind=event.kind, newcomer_places=3, local_places=2)
    service.edit_event(session, event.id, facts, now=TODAY)
    assert (date.seats_left, date.newcomer_left, date.local_left) == (4, 3, 1)


def test_a_series_keeps_its_hour_when_the_clocks_change(session: Session) -> None:
    winter = datetime(2027, 3, 14, 18, 30)  # noqa: DTZ001 (by the clock on the wall)
    event = make_event(session, TODAY, when=evening(winter), repeat=Repeat(Rhythm.WEEKLY, 4))
    assert event.rrule == "FREQ=WEEKLY;COUNT=4"
    assert [date.starts_at.hour for date in event.occurrences] == [17, 17, 16, 16]
    walls = [wall_time(date.starts_at, date.zone) for date in event.occurrences]
    assert walls == [winter + timedelta(weeks=week) for week in range(4)]


def test_every_month_means_the_same_weekday(session: Session) -> None:
    event = make_event(session, TODAY, repeat=Repeat(Rhythm.MONTHLY, 3))
    days = [date.local_start.date().isoformat() for date in event.occurrences]
    assert days == ["2026-11-28", "2026-12-26", "2027-01-23"]


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        (datetime(2027, 3, 28, 2, 30), TimeDoesNotExist),  # noqa: DTZ001 (by the clock on the wall)
        (datetime(2027, 10, 31, 2, 30), TimeComesTwice),  # noqa: DTZ001 (by the clock on the wall)
        (datetime(2026, 11, 19, 18, 30), rules.StartIsPast),  # noqa: DTZ001 (by the clock on the wall)
    ],
)
def test_impossible_times_get_a_sentence(session: Session, start: datetime, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        make_event(session, TODAY, when=evening(start))


def test_an_event_cannot_end_before_it_starts(session: Session) -> None:
    with pytest.raises(rules.EndBeforeStart):
        make_event(session, TODAY, when=evening(hours=-1))
    with pytest.raises(rules.TooLong):
        make_event(session, TODAY, when=evening(hours=24 * 40))


def test_a_bridging_meetup_needs_both_sides(session: Session) -> None:
    with pytest.raises(rules.SidesMissing):
        make_bridge(session, TODAY, newcomers=0)


def test_a_copy_is_a_draft_of_its_own(session: Session) -> None:
    event = make_event(session, TODAY, languages=(Speaking("nl", 2, True), Speaking("en")))
    copy = service.copy_event(session, event.id, evening(START + timedelta(days=30)), by=None, now=TODAY)
    assert (copy.title, copy.status, copy.uid != event.uid) == (event.title, EventStatus.DRAFT, True)
    assert [(one.code, one.level) for one in copy.languages] == [("nl", 2), ("en", 0)]


def test_languages_can_change(session: Session) -> None:
    event = make_event(session, TODAY, languages=(Speaking("nl", 2, True), Speaking("en")))
    facts = Facts(title="Soup", languages=(Speaking("en", 3, True), Speaking("pt")))
    service.edit_event(session, event.id, facts, now=TODAY)
    session.expire_all()
    assert [(one.code, one.level, one.is_main) for one in service.get_event(session, event.id).languages] == [
        ("en", 3, True),
        ("pt", 0, False),
    ]
