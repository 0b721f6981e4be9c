"""A series is changed in part: answers stay with their date, wall time stays wall time, everyone hears once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_event, make_guest, make_venue
from welcome.agenda.models import Due
from welcome.errors import Refusal
from welcome.events import joining, rules, series, service
from welcome.events.answers.models import Attendance
from welcome.events.facts import facts_of
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.plans import NOWHERE, Place, When
from welcome.events.recurrence import Repeat, Rhythm
from welcome.events.series import Reach
from welcome.post.jobs import compose
from welcome.post.letters import Unwanted
from welcome.post.message import write
from welcome.post.models import Notice

#: Four Sundays around the day on which summer time begins.
MARCH = datetime(2027, 3, 14, 18, 30)  # noqa: DTZ001 (by the clock on the wall)


@pytest.fixture
def table(session: Session) -> Event:
    return make_event(session, TODAY, title="Table", when=evening(MARCH), repeat=Repeat(Rhythm.WEEKLY, 4), capacity=2)


def walls(event: Event) -> list[str]:
    return [one.wall_start[5:16] for one in sorted(event.occurrences, key=lambda one: one.starts_at)]


def mails(session: Session) -> list[Notice]:
    kind = (Notice.kind == "event_moved", Notice.channel == "mail", Notice.outcome.is_(None))
    return list(session.scalars(sa.select(Notice).where(*kind).order_by(Notice.id)))


def test_all_dates_move_by_the_clock_on_the_wall(session: Session, table: Event) -> None:
    third = table.occurrences[2]  # the clocks have gone forward before it
    when = When(datetime(2027, 3, 30, 19), datetime(2027, 3, 30, 20), third.zone)  # noqa: DTZ001
    series.move_dates(session, third.id, when, NOWHERE, Reach.ALL, now=TODAY)
    assert walls(table) == ["03-16T19:00", "03-23T19:00", "03-30T19:00", "04-06T19:00"]
    assert [one.starts_at.hour for one in table.occurrences] == [18, 18, 17, 17]
    assert {one.ends_at - one.starts_at for one in table.occurrences} == {timedelta(hours=1)}
    assert [one.recurrence_id for one in table.occurrences][0] == "2027-03-14T18:30:00", "calendars know it by this"
    reminders = session.scalars(sa.select(Due.due_at).where(Due.kind == "remind_guests").order_by(Due.due_at))
    assert list(reminders) == [one.starts_at - timedelta(hours=24) for one in table.occurrences]


def test_this_and_later_leaves_the_earlier_ones(session: Session, table: Event) -> None:
    second = table.occurrences[1]
    library = make_venue(session)
    place = Place(library.id)
    series.move_dates(session, second.id, evening(MARCH + timedelta(days=7)), place, Reach.LATER, now=TODAY)
    assert [one.venue_id for one in table.occurrences] == [None] + [library.id] * 3
    assert walls(table) == ["03-14T18:30", "03-21T18:30", "03-28T18:30", "04-04T18:30"]
    assert [one.sequence for one in table.occurrences] == [0, 1, 1, 1]


def test_who_comes_to_several_dates_hears_once(session: Session, table: Event) -> None:
    carol, bob = make_guest(session, "Carol", None, TODAY), make_guest(session, "Bob", None, TODAY)
    for number, guest in ((1, carol), (2, carol), (3, carol), (2, bob)):
        joining.join(session, table.occurrences[number].id, guest.id, now=TODAY)
    second = table.occurrences[1]
    found = series.reaches(session, second, now=TODAY)
    assert {reach: (len(meant.ids), meant.guests) for reach, meant in found.items()} == {
        Reach.ONE: (1, 1),
        Reach.LATER: (3, 2),
        Reach.ALL: (4, 2),
    }
    late = evening(MARCH + timedelta(days=7, hours=1))
    series.move_dates(session, second.id, late, NOWHERE, Reach.LATER, now=TODAY)
    first, other = mails(session)
    assert {first.member_id, other.member_id} == {carol.id, bob.id}
    joining.leave(session, table.occurrences[2].id, carol.id, now=TODAY)
    hers = first if first.member_id == carol.id else other
    context = compose(hers, current_app.extensions["letters"])
    assert not isinstance(context, Unwanted)
    message = write(hers, carol, context, now=TODAY)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Sunday 21 March 2027" in text.replace(",", "")
    assert "Sunday 4 April 2027" in text.replace(",", ""), "the date that she left is not told of, the others are"
    assert "28 March" not in text
    assert text.index("21 March") < text.index("changed as well") < text.index("4 April")


def test_a_letter_about_several_dates_survives_the_first(session: Session, table: Event) -> None:
    carol = make_guest(session, "Carol", None, TODAY)
    for one in table.occurrences:
        joining.join(session, one.id, carol.id, now=TODAY)
    first = table.occurrences[0]
    series.move_dates(session, first.id, evening(MARCH + timedelta(hours=1)), NOWHERE, Reach.ALL, now=TODAY)
    (mail,) = mails(session)
    joining.leave(session, first.id, carol.id, now=TODAY)
    context = compose(mail, current_app.extensions["letters"])
    assert not isinstance(context, Unwanted)
    assert context["occurrence"].id == table.occurrences[1].id


def test_cancelled_and_past_dates_stay_as_they_were(session: Session, table: Event) -> None:
    service.cancel_occurrence(session, table.occurrences[3].id, now=TODAY)
    later = datetime(2027, 3, 20, 12, tzinfo=UTC)
    second = table.occurrences[1]
    moved = evening(MARCH + timedelta(days=7, hours=1))
    series.move_dates(session, second.id, moved, NOWHERE, Reach.ALL, now=later)
    assert walls(table) == ["03-14T18:30", "03-21T19:30", "03-28T19:30", "04-04T18:30"]


def test_a_time_that_does_not_exist_is_refused_for_the_date_that_was_seen(session: Session, table: Event) -> None:
    third = table.occurrences[2]
    night = When(datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 4), third.zone)  # noqa: DTZ001
    with pytest.raises(Refusal):
        series.move_dates(session, third.id, night, NOWHERE, Reach.ALL, now=TODAY)


def test_some_dates_say_something_else_and_keep_their_guests(session: Session, table: Event) -> None:
    carol = make_guest(session, "Carol", None, TODAY)
    third = table.occurrences[2]
    joining.join(session, third.id, carol.id, party=2, now=TODAY)
    ids = [one.id for one in table.occurrences]
    facts = facts_of(table)
    part = series.edit_dates(session, third.id, replace(facts, title="Picnic", capacity=5), Reach.LATER, now=TODAY)
    session.expire_all()
    assert [one.id for one in part.occurrences] == ids[2:]
    assert [one.id for one in table.occurrences] == ids[:2]
    assert (part.title, table.title, part.uid == table.uid) == ("Picnic", "Table", True)
    answer = session.scalars(sa.select(Attendance)).one()
    assert (answer.occurrence_id, answer.party) == (third.id, 2)
    assert [one.seats_left for one in part.occurrences] == [3, 5]
    assert [one.seats_left for one in table.occurrences] == [2, 2]
    assert [one.sequence for one in part.occurrences] == [1, 1]
    assert mails(session) == []


def test_one_date_says_something_else(session: Session, table: Event) -> None:
    second = table.occurrences[1]
    part = series.edit_dates(session, second.id, replace(facts_of(table), title="Guest cook"), Reach.ONE, now=TODAY)
    assert [one.id for one in part.occurrences] == [second.id]
    assert session.get_one(Occurrence, second.id).status is EventStatus.PUBLISHED


def test_all_dates_say_something_else_without_a_new_event(session: Session, table: Event) -> None:
    facts = replace(facts_of(table), title="Long table")
    for date, reach in ((table.occurrences[2], Reach.ALL), (table.occurrences[0], Reach.LATER)):
        assert series.edit_dates(session, date.id, facts, reach, now=TODAY).id == table.id


def test_an_extra_date_is_published_and_planned(session: Session, table: Event) -> None:
    extra = series.add_date(session, table.id, evening(MARCH + timedelta(days=3)), NOWHERE, now=TODAY)
    assert (extra.status, extra.seats_left, extra.recurrence_id) == (EventStatus.PUBLISHED, 2, "2027-03-17T18:30:00")
    assert session.scalar(sa.select(Due.id).where(Due.key == f"remind:{extra.id}"))
    with pytest.raises(series.DateTaken):
        series.add_date(session, table.id, evening(MARCH), NOWHERE, now=TODAY)
    with pytest.raises(rules.StartIsPast):
        series.add_date(session, table.id, evening(START - timedelta(days=90)), NOWHERE, now=TODAY)


def test_a_single_event_becomes_a_series(session: Session) -> None:
    event = make_event(session, TODAY)
    series.add_date(session, event.id, evening(START + timedelta(days=1)), NOWHERE, now=TODAY)
    assert [one.recurrence_id for one in event.occurrences] == ["2026-11-28T18:30:00", "2026-11-29T18:30:00"]


def test_what_follows_another_calendar_is_changed_there(session: Session, table: Event) -> None:
    table.import_key = "elsewhere"
    with pytest.raises(series.FollowsCalendar):
        series.edit_dates(session, table.occurrences[1].id, replace(facts_of(table), title="X"), Reach.ONE, now=TODAY)
    with pytest.raises(series.FollowsCalendar):
        series.add_date(session, table.id, evening(MARCH + timedelta(days=3)), NOWHERE, now=TODAY)
