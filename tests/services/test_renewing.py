"""A series is told in words, ends unless it is renewed, and keeps its hours when the clocks change."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import evening, make_event
from tests.people import make_member
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.events import series
from welcome.events.jobs import HANDLERS
from welcome.events.models import Event, Occurrence
from welcome.events.plans import NOWHERE
from welcome.events.recurrence import BeginsInPause, LongerThanAYear, Repeat, Rhythm
from welcome.events.series import Reach
from welcome.events.wording import rule_in_words
from welcome.i18n import in_locale
from welcome.post.models import Notice

#: The first Tuesday of a month.
TUESDAY = datetime(2026, 12, 1, 18, 30)  # noqa: DTZ001 (by the clock on the wall)
MONTHLY = Repeat(Rhythm.MONTHLY, until=date(2027, 9, 30), pauses=(8,))


def walls(event: Event) -> list[str]:
    return [one.wall_start[:16] for one in sorted(event.occurrences, key=lambda one: one.starts_at)]


def test_every_first_tuesday_until_september_not_in_august(session: Session) -> None:
    event = make_event(session, TODAY, when=evening(TUESDAY), repeat=MONTHLY)
    assert [day[:10] for day in walls(event)] == [
        *("2026-12-01", "2027-01-05", "2027-02-02", "2027-03-02", "2027-04-06"),
        *("2027-05-04", "2027-06-01", "2027-07-06", "2027-09-07"),
    ]
    assert {day[11:] for day in walls(event)} == {"18:30"}
    assert len({one.starts_at.hour for one in event.occurrences}) == 2  # winter and summer


def test_a_series_is_told_in_words(app: Flask, session: Session) -> None:
    event = make_event(session, TODAY, when=evening(TUESDAY), repeat=MONTHLY)
    weekly = make_event(session, TODAY, when=evening(TUESDAY), repeat=Repeat(Rhythm.FORTNIGHTLY, 5))
    with app.test_request_context(), in_locale("en", "Europe/Amsterdam"):
        assert rule_in_words(event) == (
            "Every first Tuesday of the month, 18:30, until 30 September 2027, not in August"
        )
        assert rule_in_words(weekly) == "Every two weeks on Tuesday, 18:30, 5 times"
        assert rule_in_words(make_event(session, TODAY)) is None


def test_mistakes_in_a_rule_are_said(session: Session) -> None:
    with pytest.raises(BeginsInPause):
        make_event(session, TODAY, when=evening(TUESDAY), repeat=Repeat(Rhythm.WEEKLY, 3, pauses=(12,)))
    with pytest.raises(LongerThanAYear):
        make_event(session, TODAY, when=evening(TUESDAY), repeat=Repeat(Rhythm.WEEKLY, until=date(2028, 1, 1)))


def test_organisers_hear_two_weeks_before_and_one_tap_renews(session: Session) -> None:
    event = make_event(session, TODAY, when=evening(TUESDAY), repeat=Repeat(Rhythm.WEEKLY, 5))
    alice = make_member(session, "Alice")
    session.flush()
    grant(session, alice.id, Role.ORGANISER, scope_id=event.organisation_id, now=TODAY)
    last = event.occurrences[-1].starts_at
    HANDLERS["series_ends"](session, event.id, last - timedelta(days=15))
    letters = sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "series_ends")
    assert session.scalar(letters) == 0
    for _twice in range(2):
        HANDLERS["series_ends"](session, event.id, last - timedelta(days=14))
    assert session.scalar(letters.where(Notice.channel == "mail")) == 1
    added = [series.renew(session, event.id, now=last - timedelta(days=13)) for _twice in range(2)]
    assert len(added[0]) == 5
    assert walls(event)[4:7] == ["2026-12-29T18:30", "2027-01-05T18:30", "2027-01-12T18:30"]
    assert all(one.is_open for one in added[0])


def test_a_series_goes_on_at_the_hours_to_which_it_was_moved(session: Session) -> None:
    event = make_event(session, TODAY, when=evening(TUESDAY), repeat=Repeat(Rhythm.WEEKLY, 4))
    second = event.occurrences[1]
    wednesday = evening(TUESDAY + timedelta(days=8, hours=1))
    series.move_dates(session, second.id, wednesday, NOWHERE, Reach.LATER, now=TODAY)
    session.expire_all()
    series.renew(session, event.id, now=TODAY)
    session.expire_all()
    assert walls(session.get_one(Event, event.id))[3:6] == ["2026-12-23T19:30", "2026-12-30T19:30", "2027-01-06T19:30"]


def test_only_a_published_series_can_be_renewed(session: Session) -> None:
    for event in (make_event(session, TODAY), make_event(session, TODAY, repeat=MONTHLY_DRAFT, is_published=False)):
        with pytest.raises(series.CannotRenew):
            series.renew(session, event.id, now=TODAY)
    assert session.scalar(sa.select(sa.func.count()).select_from(Occurrence)) == 4


MONTHLY_DRAFT = Repeat(Rhythm.MONTHLY, 3)
