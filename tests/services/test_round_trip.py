"""What we write is read alike by two programs that know nothing of each other: icalendar, and Mozilla's ical.js."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.gatherings import evening, make_event, make_venue
from tests.mozilla import read_as_mozilla
from welcome.database import db, writing
from welcome.events import series, service
from welcome.events.calendar import Entry, calendar_file
from welcome.events.models import Event, Occurrence
from welcome.events.plans import Facts, Place
from welcome.events.recurrence import Repeat, Rhythm, dates_of
from welcome.events.series import Reach
from welcome.events.times import computed_instant

#: Clocks of every kind: none, north, south, half an hour, by the moon, and twice a year on other days.
ZONES = (
    *("Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca"),
    *("America/Santiago", "Asia/Jerusalem", "Pacific/Chatham", "America/St_Johns", "Africa/Cairo"),
)
START = datetime(2027, 1, 5, 18, 30)  # noqa: DTZ001 (by the clock on the wall)
TEN_YEARS = START + timedelta(days=3652)


def ten_years(zone: str) -> list[Entry]:
    """Return an evening every fifth week for ten years, each moved by a day from where the rule put it."""
    found = []
    for number, wall in enumerate(dates_of("FREQ=WEEKLY;INTERVAL=5", START, until=TEN_YEARS)):
        starts_at = computed_instant(wall + timedelta(days=1), zone)
        found.append(
            Entry(
                uid=f"{zone}@welcome",
                title=f"Soup, {zone}; ¿qué?",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                zone=zone,
                changed_at=TODAY,
                sequence=number,
                is_cancelled=number % 7 == 0,
                recurrence_at=wall.replace(tzinfo=ZoneInfo(zone)),
            )
        )
    return found


def by_icalendar(content: bytes) -> list[dict[str, Any]]:
    """Return what icalendar finds, in the words of tests/node/read.js."""

    def said(moment: date) -> object:
        return int(moment.timestamp()) if isinstance(moment, datetime) else moment.isoformat()

    return [
        {
            "uid": str(event["uid"]),
            "title": str(event["summary"]),
            "sequence": int(event["sequence"]),
            "status": str(event["status"]),
            "start": said(event["dtstart"].dt),
            "end": said(event["dtend"].dt),
            "changes": said(event["recurrence-id"].dt) if "recurrence-id" in event else None,
        }
        for event in icalendar.Calendar.from_ical(content).events
    ]


def test_ten_years_in_ten_zones_are_the_same_for_both() -> None:
    entries = [entry for zone in ZONES for entry in ten_years(zone)]
    file = calendar_file(entries, name="Ten years")
    seen = read_as_mozilla(file)
    assert seen == by_icalendar(file)
    assert [row["start"] for row in seen] == [int(entry.starts_at.timestamp()) for entry in entries]
    assert [row["changes"] for row in seen] == [int(entry.recurrence_at.timestamp()) for entry in entries]
    assert len(seen) > 1000


def test_a_wrong_clock_would_be_seen() -> None:
    file = calendar_file(ten_years("Europe/Amsterdam"))
    wrong = file.replace(b"TZOFFSETTO:+0200", b"TZOFFSETTO:+0300")
    assert wrong != file
    assert read_as_mozilla(wrong) != read_as_mozilla(file)


@pytest.mark.usefixtures("today")
def test_our_feed_says_what_was_moved_cancelled_and_renamed(client: FlaskClient) -> None:
    with writing() as session:
        place = Place(make_venue(session).id)
        event_id = make_event(session, TODAY, title="Table", repeat=Repeat(Rhythm.WEEKLY, 6), place=place).id
        make_event(session, TODAY, title="Fair", place=place)

    def feed() -> dict[tuple[str, object], dict[str, Any]]:
        content = client.get("/calendars/search.ics").data
        seen = read_as_mozilla(content)
        assert seen == by_icalendar(content)
        rows = sa.select(Occurrence.starts_at).join(Event, Event.id == Occurrence.event_id)
        db.session.rollback()
        assert sorted(row["start"] for row in seen) == sorted(int(at.timestamp()) for at in db.session.scalars(rows))
        return {(row["uid"], row["changes"]): row for row in seen}

    before = feed()
    ids = list(
        db.session.scalars(sa.select(Occurrence.id).where(Occurrence.event_id == event_id).order_by("starts_at"))
    )
    later = evening(datetime(2026, 11, 29, 20, 0))  # noqa: DTZ001 (by the clock on the wall)
    with writing() as session:
        service.move_occurrence(session, ids[0], later, place, now=TODAY)
        service.cancel_occurrence(session, ids[1], now=TODAY)
        series.edit_dates(session, ids[2], Facts(title="Table with music"), Reach.ONE, now=TODAY)
    after = feed()
    assert before.keys() == after.keys()
    changed = [(before[key], after[key]) for key in before if before[key] != after[key]]
    assert len(changed) == 3
    moved, cancelled, renamed = sorted(changed, key=lambda pair: pair[0]["start"])
    assert moved[1]["start"] == int(datetime(2026, 11, 29, 19, 0, tzinfo=UTC).timestamp())
    assert cancelled[1]["status"] == "CANCELLED"
    assert renamed[1]["title"] == "Table with music"
    assert all(new["sequence"] > old["sequence"] for old, new in changed)
