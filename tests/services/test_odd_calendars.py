"""Odd calendars, one oddity in each file. The file says itself, in X-EXPECTED, which dates it means."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import make_organisation
from welcome.calendars.importing import import_calendar
from welcome.calendars.planning import PlannedDate, plan_import
from welcome.calendars.reading import read_calendar
from welcome.events.models import Event, Occurrence

FILES = sorted((Path(__file__).parent.parent / "calendars").glob("*.ics"))


def as_expected(date: PlannedDate) -> str:
    when = date.when
    words = [f"{when.start:%Y-%m-%d %H:%M} {when.end:%H:%M} {when.zone}", "all day" if when.is_all_day else ""]
    return " ".join([word for word in [*words, "cancelled" if date.is_cancelled else ""] if word])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_means_the_dates_that_it_says(file: Path) -> None:
    content = file.read_bytes()
    planned, problems = plan_import(read_calendar(content, "Europe/Amsterdam"), now=TODAY)
    expected = [line.partition(":")[2] for line in content.decode().split("\r\n") if line.startswith("X-EXPECTED:")]
    found = [as_expected(date) for event in planned for date in event.dates.values()]
    assert problems == []
    assert sorted(found) == sorted(expected)
    assert expected


def test_a_second_time_nothing_changes(session: Session) -> None:
    organisation_id = make_organisation(session, TODAY).id
    seen: list[list[tuple[object, ...]]] = []
    for _time in range(2):
        for file in FILES:
            import_calendar(session, organisation_id, read_calendar(file.read_bytes(), "Europe/Amsterdam"), now=TODAY)
        tables = (Event.__table__, Occurrence.__table__)
        seen.append([tuple(row) for table in tables for row in session.execute(sa.select(table).order_by(table.c.id))])
    assert seen[0] == seen[1]
    assert len(seen[0]) > len(FILES)


def test_a_line_that_stands_there_twice_is_read_once() -> None:
    twice = "RECURRENCE-ID:20261128T170000Z\r\nRECURRENCE-ID:20261129T170000Z\r\n"
    entry = f"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Soup\r\nDTSTART:20261128T180000Z\r\n{twice}END:VEVENT\r\n"
    file = f"BEGIN:VCALENDAR\r\n{entry}END:VCALENDAR\r\n"
    assert len(read_calendar(file.encode(), "Europe/Amsterdam").entries) == 1


@pytest.mark.parametrize("odd", [";VALUE=a,b", ";TZID=Europe"])
def test_a_line_that_the_library_breaks_on_costs_its_entry_alone(odd: str) -> None:
    entry = "BEGIN:VEVENT\r\nUID:{}\r\nSUMMARY:Soup\r\nDTSTART{}:20261128T180000\r\nEND:VEVENT\r\n"
    file = f"BEGIN:VCALENDAR\r\n{entry.format(1, odd)}{entry.format(2, '')}END:VCALENDAR\r\n"
    reading = read_calendar(file.encode(), "Europe/Amsterdam")
    assert ([entry.uid for entry in reading.entries], len(reading.problems)) == (["2"], 1)


def test_a_zone_that_begins_on_half_a_day_is_no_zone() -> None:
    part = "BEGIN:STANDARD\r\nDTSTART:2026\r\nTZOFFSETTO:+0100\r\nEND:STANDARD"
    zone = f"BEGIN:VTIMEZONE\r\nTZID:Odd\r\n{part}\r\nEND:VTIMEZONE"
    assert read_calendar(f"BEGIN:VCALENDAR\r\n{zone}\r\nEND:VCALENDAR\r\n".encode(), "Europe/Amsterdam").entries == []
