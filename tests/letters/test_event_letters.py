"""Letters about events tell the truth of the moment of sending, by the clock at the place."""

from datetime import timedelta
from email.message import EmailMessage

import icalendar
import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.gatherings import START, evening, make_event, make_guest, make_venue
from welcome.events import joining, service
from welcome.events.jobs import HANDLERS
from welcome.events.models import Occurrence
from welcome.events.plans import Place
from welcome.post.jobs import compose
from welcome.post.letters import Unwanted
from welcome.post.message import write
from welcome.post.models import Notice


def waiting_mail(session: Session, kind: str) -> list[Notice]:
    mails = sa.select(Notice).where(Notice.kind == kind, Notice.channel == "mail", Notice.done_at.is_(None))
    return list(session.scalars(mails.order_by(Notice.id)))


def letter(session: Session, kind: str) -> EmailMessage:
    return letter_of(waiting_mail(session, kind)[-1])


def letter_of(notice: Notice) -> EmailMessage:
    context = compose(notice, current_app.extensions["letters"])
    assert not isinstance(context, Unwanted), context.reason
    return write(notice, notice.member, context, now=TODAY)


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def calendar(message: EmailMessage) -> icalendar.Event:
    (attachment,) = message.iter_attachments()
    assert attachment.get_content_type() == "text/calendar"
    content = attachment.get_payload(decode=True)
    assert isinstance(content, bytes)
    return icalendar.Calendar.from_ical(content).events[0]


@pytest.fixture
def date(session: Session) -> Occurrence:
    event = make_event(session, TODAY, capacity=1, place=Place(make_venue(session).id, "First floor"))
    return event.occurrences[0]


def test_who_gets_a_place_gets_it_in_writing_with_a_calendar_file(session: Session, date: Occurrence) -> None:
    carol = make_guest(session, "Carol", None, TODAY)
    carol.timezone = "America/Sao_Paulo"  # she reads it from far away; it is still half past six there
    joining.join(session, date.id, carol.id, now=TODAY)
    message = letter(session, "event_joined")
    assert message["Subject"] == "You are coming: Soup and stories"
    for body in (text(message), html(message)):
        assert "Saturday, 28 November 2026" in body
        assert "18:30–21:00" in body
        assert "Harbour Library, Quay 1, First floor" in body
        assert f"http://localhost:8000/events/{date.event.public_id}?on={date.public_id}" in body
    entry = calendar(message)
    assert entry["dtstart"].dt.isoformat() == "2026-11-28T18:30:00+01:00"
    assert entry["uid"] == date.event.uid


def test_it_is_written_in_the_readers_language(session: Session, date: Occurrence) -> None:
    carol = make_guest(session, "Carol", None, TODAY)
    carol.locale = "nl"
    joining.join(session, date.id, carol.id, now=TODAY)
    assert "zaterdag 28 november 2026" in text(letter(session, "event_joined"))


def test_a_move_tells_the_newest_time_and_raises_the_sequence(session: Session, date: Occurrence) -> None:
    for name in ("Bob", "Carol"):
        joining.join(session, date.id, make_guest(session, name, None, TODAY).id, now=TODAY)
    for days in (1, 2):
        service.move_occurrence(session, date.id, evening(START + timedelta(days=days)), Place(), now=TODAY)
    assert len(waiting_mail(session, "event_moved")) == 2
    message = letter(session, "event_moved")
    assert message["Subject"] == "New time or place: Soup and stories"
    assert "Monday, 30 November 2026" in text(message)
    assert "still on the waiting list" in text(message)
    assert calendar(message)["sequence"] == 2


def test_a_cancellation_cancels_the_entry_and_unwants_older_letters(session: Session, date: Occurrence) -> None:
    bob = make_guest(session, "Bob", None, TODAY)
    joining.join(session, date.id, bob.id, now=TODAY)
    joined = waiting_mail(session, "event_joined")[0]
    service.cancel_occurrence(session, date.id, reason="The hall is flooded", now=TODAY)
    assert isinstance(compose(joined, current_app.extensions["letters"]), Unwanted)
    message = letter(session, "event_cancelled")
    assert "The hall is flooded" in text(message)
    assert calendar(message)["status"] == "CANCELLED"


def test_a_freed_place_and_a_reminder_are_told_as_long_as_they_are_true(session: Session, date: Occurrence) -> None:
    bob, carol = make_guest(session, "Bob", None, TODAY), make_guest(session, "Carol", None, TODAY)
    for guest in (bob, carol):
        joining.join(session, date.id, guest.id, now=TODAY)
    joining.leave(session, date.id, bob.id, now=TODAY)
    assert "it is yours now" in text(letter(session, "waiting_place_freed"))
    HANDLERS["remind_guests"](session, date.id, TODAY)
    assert letter(session, "event_reminder")["Subject"] == "Soon: Soup and stories"
    reminder = waiting_mail(session, "event_reminder")[0]
    joining.leave(session, date.id, carol.id, now=TODAY)
    assert isinstance(compose(reminder, current_app.extensions["letters"]), Unwanted)


def test_a_title_cannot_break_out_of_the_subject_or_the_page(session: Session, date: Occurrence) -> None:
    date.event.title = "Soup\r\nBcc: all@example.com <script>alert(1)</script>"
    joining.join(session, date.id, make_guest(session, "Bob", None, TODAY).id, now=TODAY)
    message = letter(session, "event_joined")
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    assert "<script>" not in html(message)


def test_letters_about_one_event_are_kept_together_for_each_reader(session: Session) -> None:
    date = make_event(session, TODAY, capacity=5).occurrences[0]
    for name in ("Carol", "Dan"):
        joining.join(session, date.id, make_guest(session, name, None, TODAY).id, now=TODAY)
    joined = [letter_of(one)["References"] for one in waiting_mail(session, "event_joined")]
    service.cancel_event(session, date.event_id, now=TODAY)
    assert [letter_of(one)["References"] for one in waiting_mail(session, "event_cancelled")] == joined
    assert len(set(joined)) == 2
