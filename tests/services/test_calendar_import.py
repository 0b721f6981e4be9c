"""A real calendar comes in whole, odd ones as far as they make sense, hostile ones not at all."""

import re
from calendar import SATURDAY, Calendar
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import make_guest, make_organisation
from welcome.calendars.importing import Result, import_calendar
from welcome.calendars.lines import CalendarBroken, CalendarTooLarge
from welcome.calendars.planning import CalendarHostile
from welcome.calendars.reading import read_calendar
from welcome.database import writing
from welcome.errors import Refusal
from welcome.events import joining
from welcome.events.calendar import calendar_file, entry_of
from welcome.events.filters import Filters
from welcome.events.finding import coming_occurrences
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.texts import tellings_of, title_in
from welcome.post.models import Notice
from welcome.texts.service import choose

BERLIN = "Europe/Berlin"


@pytest.fixture
def organisation_id(session: Session) -> int:
    return make_organisation(session, TODAY).id


def calendar(*events: str, zone: str = "X-WR-TIMEZONE:Europe/Berlin") -> bytes:
    blocks = [f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", zone, *blocks, "END:VCALENDAR", ""]).encode()


def take(session: Session, organisation_id: int, content: bytes) -> Result:
    return import_calendar(session, organisation_id, read_calendar(content, "Europe/Amsterdam"), now=TODAY)


def dates(session: Session, title: str | None = None) -> list[tuple[str, str, str]]:
    found = sa.select(Occurrence).join(Occurrence.event).order_by(Occurrence.starts_at, Event.title)
    found = found.where(Event.title == title) if title else found
    return [
        (one.local_start.isoformat(), one.local_end.isoformat(), one.status.value) for one in session.scalars(found)
    ]


def rows(session: Session) -> list[tuple[object, ...]]:
    session.flush()
    tables = (Event.__table__, Occurrence.__table__)
    return [tuple(row) for table in tables for row in session.execute(sa.select(table).order_by(table.c.id))]


# What the FabLab's file must give, worked out without any calendar library.


def lines_of(path: Path) -> Iterator[dict[str, str]]:
    text = path.read_text("utf-8").replace("\n ", "")
    for block in re.findall(r"BEGIN:VEVENT\n(.*?)END:VEVENT", text, re.DOTALL):
        yield dict(re.match(r"([A-Z-]+)[;:](.*)", line).groups() for line in block.strip().split("\n") if line)  # type: ignore[union-attr,misc]


def wall(value: str) -> datetime:
    digits = value.rpartition(":")[2]
    return datetime.strptime(digits, "%Y%m%dT%H%M%S" if "T" in digits else "%Y%m%d")  # noqa: DTZ007 (wall time)


def first_saturdays(start: datetime, end: datetime) -> list[datetime]:
    days = []
    for year in range(start.year, end.year + 1):
        for month in range(1, 13):
            first = next(day for day in Calendar().itermonthdates(year, month)
                         if day.month == month and day.weekday() == SATURDAY)  # fmt: skip
            days.append(datetime.combine(first, start.time()))
    return [day for day in days if start <= day <= end]


def test_the_fablabs_calendar_comes_in_whole(session: Session, organisation_id: int, shared: Path) -> None:
    file = shared / "data" / "calendars" / "fablab-cottbus.ics"
    result = take(session, organisation_id, file.read_bytes())
    assert result.problems == []
    expected = set()
    horizon = datetime(2026, 11, 20, 9) + timedelta(days=366)  # noqa: DTZ001 (wall time)
    for row in lines_of(file):
        start, end = wall(row["DTSTART"]), wall(row["DTEND"])
        starts = first_saturdays(start, horizon) if "RRULE" in row else [start]
        expected |= {(row["UID"], one, one + (end - start), "VALUE=DATE" in row["DTSTART"]) for one in starts}
    found = session.execute(sa.select(Occurrence, Event.uid).join(Occurrence.event)).all()
    assert {
        (uid, one.local_start.replace(tzinfo=None), one.local_end.replace(tzinfo=None), one.is_all_day)
        for one, uid in found
    } == expected
    assert len(found) == len(expected) == result.dates == 27 + len(first_saturdays(datetime(2018, 1, 6), horizon))  # noqa: DTZ001
    assert (result.added, {one.zone for one, _ in found}) == (28, {BERLIN})
    repair = session.scalars(sa.select(Event).where(Event.uid.startswith("ai1ec-1887"))).one()
    assert repair.cost_cents == 0
    assert repair.source_url is not None
    assert repair.source_url.startswith("http://blog.fablab-cottbus.de/")
    assert "FabLab" in repair.occurrences[0].place_note


def test_a_second_time_changes_nothing(session: Session, organisation_id: int, shared: Path) -> None:
    content = (shared / "data" / "calendars" / "fablab-cottbus.ics").read_bytes()
    take(session, organisation_id, content)
    before = rows(session)
    result = take(session, organisation_id, content)
    assert (result.added, result.changed, result.unchanged) == (0, 0, 28)
    assert rows(session) == before


SERIES = """
UID:table@club
DTSTART;TZID=Europe/Berlin:20270301T190000
DTEND;TZID=Europe/Berlin:20270301T210000
RRULE:FREQ=WEEKLY;COUNT=6
EXDATE;TZID=Europe/Berlin:20270308T190000
SUMMARY:Language table
"""
MOVED = """
UID:table@club
RECURRENCE-ID;TZID=Europe/Berlin:20270315T190000
DTSTART;TZID=Europe/Berlin:20270316T200000
DTEND;TZID=Europe/Berlin:20270316T220000
SUMMARY:Language table
"""
CALLED_OFF = """
UID:table@club
RECURRENCE-ID:20270322T180000Z
DTSTART;TZID=Europe/Berlin:20270322T190000
DTEND;TZID=Europe/Berlin:20270322T210000
STATUS:CANCELLED
SUMMARY:Language table
"""


def test_a_series_with_exceptions_keeps_its_hour_across_the_clock_change(
    session: Session, organisation_id: int
) -> None:
    take(session, organisation_id, calendar(SERIES, MOVED, CALLED_OFF))
    assert dates(session) == [
        ("2027-03-01T19:00:00+01:00", "2027-03-01T21:00:00+01:00", "published"),
        ("2027-03-16T20:00:00+01:00", "2027-03-16T22:00:00+01:00", "published"),
        ("2027-03-22T19:00:00+01:00", "2027-03-22T21:00:00+01:00", "cancelled"),
        ("2027-03-29T19:00:00+02:00", "2027-03-29T21:00:00+02:00", "published"),
        ("2027-04-05T19:00:00+02:00", "2027-04-05T21:00:00+02:00", "published"),
    ]


def test_changes_are_followed_and_guests_are_told(session: Session, organisation_id: int) -> None:
    take(session, organisation_id, calendar(SERIES))
    event = session.scalars(sa.select(Event)).one()
    bob = make_guest(session, "Bob", None, TODAY)
    for date in event.occurrences[1:3]:
        joining.join(session, date.id, bob.id, now=TODAY)
    result = take(session, organisation_id, calendar(SERIES.replace("table\n", "table for all\n"), MOVED, CALLED_OFF))
    assert (result.added, result.changed) == (0, 1)
    assert event.title == "Language table for all"
    kinds = session.scalars(sa.select(Notice.kind).where(Notice.channel == "mail", Notice.done_at.is_(None)))
    assert {"event_moved", "event_cancelled"} <= set(kinds)
    assert len(dates(session)) == 5
    result = take(session, organisation_id, calendar(SERIES.replace("COUNT=6", "COUNT=3")))
    assert [state for _, _, state in dates(session)] == [
        "published",
        "published",
        "cancelled",
        "cancelled",
        "cancelled",
    ]


def test_a_renamed_date_of_a_series_says_its_own(session: Session, organisation_id: int) -> None:
    renamed = MOVED.replace("Language table", "Songs of the world") + "DESCRIPTION:Bring a song\nLOCATION:Old church\n"
    take(session, organisation_id, calendar(SERIES, MOVED))
    before = {date.id: date.sequence for date in session.scalars(sa.select(Occurrence))}
    assert take(session, organisation_id, calendar(SERIES, renamed)).changed == 1
    told = {date: (date.title, date.about, date.place_note) for date in session.scalars(sa.select(Occurrence))}
    (date,) = [one for one, (title, *_rest) in told.items() if title != "Language table"]
    assert told[date] == ("Songs of the world", "Bring a song", "Old church")
    assert title_in(date, "en") == choose(tellings_of(date), "ar").title == "Songs of the world"
    assert b"SUMMARY:Songs of the world" in calendar_file([entry_of(date, "")])
    assert [one.id for one in told if one.sequence != before[one.id]] == [date.id]
    for word, ids in (("songs", [date.id]), ("bring", [date.id]), ("language", [one.id for one in told])):
        found = coming_occurrences(session, now=TODAY, filters=Filters(words=(word,)))
        assert sorted(one.id for one in found) == sorted(ids)
    kept = rows(session)
    assert take(session, organisation_id, calendar(SERIES, renamed)).unchanged == 1
    assert rows(session) == kept
    sequence = date.sequence
    only_told = renamed.replace("Songs of", "Songs from")
    assert take(session, organisation_id, calendar(SERIES, only_told)).changed == 1
    assert (date.title, date.sequence) == ("Songs from the world", sequence + 1)
    take(session, organisation_id, calendar(SERIES, MOVED))
    assert (date.title, date.own_title, date.own_words.strip()) == ("Language table", "", "")


def test_what_organisers_added_stays(session: Session, organisation_id: int) -> None:
    take(session, organisation_id, calendar(SERIES))
    event = session.scalars(sa.select(Event)).one()
    event.children_welcome, event.is_step_free = True, True
    assert take(session, organisation_id, calendar(SERIES)).unchanged == 1
    assert (event.children_welcome, event.is_step_free) == (True, True)


ODD = {
    "a whole day": ("DTSTART;VALUE=DATE:20270401", "2027-04-01T00:00:00+02:00", "2027-04-02T00:00:00+02:00"),
    "no end": ("DTSTART:20270401T100000", "2027-04-01T10:00:00+02:00", "2027-04-01T11:00:00+02:00"),
    "a duration": ("DTSTART:20270401T100000\nDURATION:PT90M", "2027-04-01T10:00:00+02:00", "2027-04-01T11:30:00+02:00"),
    "in UTC": (
        "DTSTART:20270401T080000Z\nDTEND:20270401T100000Z",
        "2027-04-01T10:00:00+02:00",
        "2027-04-01T12:00:00+02:00",
    ),
    "Windows' zone": (
        "DTSTART;TZID=W. Europe Standard Time:20270401T100000",
        "2027-04-01T10:00:00+02:00",
        "2027-04-01T11:00:00+02:00",
    ),
    "a zone with a path": (
        "DTSTART;TZID=/citadel.org/20190914_1/Asia/Tokyo:20270401T100000",
        "2027-04-01T10:00:00+09:00",
        "2027-04-01T11:00:00+09:00",
    ),
    "in the gap": ("DTSTART:20270328T023000", "2027-03-28T03:30:00+02:00", "2027-03-28T04:30:00+02:00"),
    "until a day": (
        "DTSTART:20270401T100000\nRRULE:FREQ=DAILY;UNTIL=20270401",
        "2027-04-01T10:00:00+02:00",
        "2027-04-01T11:00:00+02:00",
    ),
    "until an instant": (
        "DTSTART:20270401T100000\nRRULE:FREQ=DAILY;UNTIL=20270402T075959Z",
        "2027-04-01T10:00:00+02:00",
        "2027-04-01T11:00:00+02:00",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_entries_come_in_at_the_right_time(session: Session, organisation_id: int, name: str) -> None:
    text, start, end = ODD[name]
    result = take(session, organisation_id, calendar(f"UID:odd@club\n{text}\nSUMMARY:Odd"))
    assert result.problems == []
    assert dates(session) == [(start, end, "published")]


def test_extra_dates_come_along_and_whole_days_can_be_left_out(session: Session, organisation_id: int) -> None:
    text = "DTSTART:20270401T100000\nRRULE:FREQ=DAILY;COUNT=3\nRDATE:20270410T120000\nEXDATE;VALUE=DATE:20270402"
    take(session, organisation_id, calendar(f"UID:extra@club\n{text}"))
    assert [start[:16] for start, _, _ in dates(session)] == [
        "2027-04-01T10:00",
        "2027-04-03T10:00",
        "2027-04-10T12:00",
    ]


def test_bad_entries_are_named_and_the_rest_comes_in(session: Session, organisation_id: int) -> None:
    bad = (
        "UID:a@club\nSUMMARY:No start",
        "UID:b@club\nDTSTART:2027-04-01",
        "UID:c@club\nDTSTART:20270401T100000\nDTEND:20270401T090000",
        "UID:y@club\nDTSTART:99991231T100000\nRRULE:FREQ=YEARLY",
        "UID:d@club\nDTSTART;TZID=Middle/Earth:20270401T100000",
        "UID:e@club\nDTSTART:20270401T100000\nRRULE:FREQ=SOMETIMES",
        "SUMMARY:No name\nDTSTART:20270401T100000",
    )
    result = take(session, organisation_id, calendar(*bad, SERIES))
    assert (result.added, len(result.problems)) == (1, len(bad))
    assert [str(problem) for problem in result.problems] == [
        "Line 4 (a@club): The entry has no start (DTSTART).",
        "Line 8 (b@club): A date or time of the entry is not understood.",
        "Line 12 (c@club): The event ends before it starts. Please check the day and the times.",
        "Line 17 (y@club): A date or time of the entry is not understood.",
        "Line 22 (d@club): The time zone Middle/Earth is not known.",
        "Line 26 (e@club): The rule for repeating is not understood.",
        "Line 31 (no UID): The entry has no UID.",
    ]


def simple(rule: str) -> bytes:
    return calendar(SERIES, f"UID:bad@club\nDTSTART:20270401T100000\nRRULE:{rule}")


DAILY = "UID:{}@club\nDTSTART:20200101T100000\nRRULE:FREQ=DAILY"
NEVER = "UID:{}@club\nDTSTART:20270101T100000\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
GOOD = "UID:{}@club\nDTSTART:20270101T100000\nSUMMARY:Good"
HOSTILE = {
    "every second, after much that is good": (
        calendar(*(GOOD.format(n) for n in range(4_000)), "UID:z@club\nDTSTART:20270401T100000\nRRULE:FREQ=SECONDLY"),
        CalendarHostile,
    ),
    "every second": (simple("FREQ=SECONDLY"), CalendarHostile),
    "every minute of a day": (simple("FREQ=DAILY;BYMINUTE=1,2,3"), CalendarHostile),
    "a million times": (simple("FREQ=DAILY;COUNT=1000000"), CalendarHostile),
    "many series": (calendar(*(DAILY.format(n) for n in range(9))), CalendarTooLarge),
    "rules without dates": (calendar(*(NEVER.format(n) for n in range(900))), CalendarTooLarge),
    "many entries": (calendar(*(f"UID:{n}@club\nDTSTART:20270101T100000" for n in range(5001))), CalendarTooLarge),
    "many days left out": (calendar(SERIES + "EXDATE:20270308T190000\n" * 60_000), CalendarTooLarge),
    "a very long line": (calendar("UID:a@club\nDTSTART:20270401T100000\nSUMMARY:" + "x" * 1_000_000), CalendarBroken),
    "far too large": (b"BEGIN:VCALENDAR\n" + b" " * 3_000_000, CalendarTooLarge),
    "a page": (b"<html>404</html>", CalendarBroken),
    "nothing": (b"", CalendarBroken),
    "bytes": (bytes(range(256)) * 10, CalendarBroken),
    "cut off": (calendar(SERIES)[:-60], CalendarBroken),
    "one inside another": (
        calendar("BEGIN:VEVENT\nUID:a@club\nEND:VEVENT\nUID:b@club"),
        CalendarBroken,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_files_are_refused_quickly_and_change_nothing(
    session: Session, organisation_id: int, name: str
) -> None:
    content, refusal = HOSTILE[name]
    began = process_time()
    with pytest.raises(refusal) as said:
        take(session, organisation_id, content)
    assert process_time() - began < 2  # of the processor: half of it on an idle machine
    assert str(said.value)
    assert rows(session) == []


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", "FREQ=YEARLY;INTERVAL=0"])
def test_rules_that_never_match_end(session: Session, organisation_id: int, rule: str) -> None:
    try:
        result = take(session, organisation_id, simple(rule))
    except Refusal:
        return
    assert result.dates <= 6


def test_a_file_says_where_its_events_come_from(session: Session, organisation_id: int) -> None:
    take(
        session,
        organisation_id,
        calendar(SERIES + "URL:javascript:alert(1)\n", "UID:x\nDTSTART:20270101T100000\nURL:https://club.example/x"),
    )
    urls = {event.uid: event.source_url for event in session.scalars(sa.select(Event))}
    assert urls == {"table@club": None, "x": "https://club.example/x"}
    assert all(event.status is EventStatus.PUBLISHED for event in session.scalars(sa.select(Event)))


@pytest.mark.usefixtures("today")
def test_operators_take_over_a_calendar_by_command(app: Flask, shared: Path, tmp_path: Path) -> None:
    with writing() as session:
        make_organisation(session, TODAY, "FabLab")
    runner = app.test_cli_runner()

    def run(file: Path, slug: str = "fablab") -> tuple[int, str]:
        answer = runner.invoke(args=["import-calendar", str(file), "--organisation", slug])
        return answer.exit_code, answer.output

    file = shared / "data" / "calendars" / "fablab-cottbus.ics"
    code, words = run(file)
    assert code == 0
    assert words.startswith("28 events added, 0 changed, 0 as before;")
    assert run(file)[1].startswith("0 events added, 0 changed, 28 as before;")
    bad = tmp_path / "bad.ics"
    bad.write_bytes(calendar("UID:a@club\nSUMMARY:No start"))
    assert "Line 4 (a@club): The entry has no start (DTSTART)." in run(bad)[1]
    bad.write_bytes(HOSTILE["every second"][0])
    assert run(bad)[0] == 1
    assert "not every hour, minute or second" in run(bad)[1]
    assert run(file, "nobody")[0] == 1
