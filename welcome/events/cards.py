"""How a date looks on a card, a page and in search engines: facts as sentences in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.numbers import format_currency
from flask import url_for
from sqlalchemy.orm import Session

from welcome.events.answers.models import OUT, Attendance, AttendanceState
from welcome.events.finding import Answer, Seats, seats_and_answers, seats_of
from welcome.events.markup import first_words
from welcome.events.models import Event, EventKind, EventLanguage, EventStatus, Occurrence
from welcome.events.places import has_place, place_of, where_is
from welcome.events.texts import title_in
from welcome.i18n import gettext as _
from welcome.i18n import language_name, ngettext, reader_locale
from welcome.post.message import public_url
from welcome.profiles.vocabulary import LEVEL_CODES

Card = dict[str, Any]


def cards_of(
    session: Session, occurrences: list[Occurrence], answers: Mapping[int, Attendance] | None = None
) -> list[Card]:
    """Return cards for dates that were loaded whole; one statement counts all their places."""
    seats = seats_of(session, [occurrence.id for occurrence in occurrences])
    answers = answers or {}
    return [card(one, seats.get(one.id, Seats()), answers.get(one.id)) for one in occurrences]


def cards_for(session: Session, occurrences: list[Occurrence], reader_id: int | None) -> list[Card]:
    """Return cards with the reader's own answers; all by one statement."""
    seats, answers = seats_and_answers(session, [occurrence.id for occurrence in occurrences], reader_id)
    return [card(one, seats.get(one.id, Seats()), answers.get(one.id)) for one in occurrences]


def card(occurrence: Occurrence, seats: Seats, answer: Attendance | Answer | None = None) -> Card:
    """Return what ``macros/events.html`` shows of a date."""
    event, where = occurrence.event, where_is(occurrence, is_in=has_place(answer))
    return {
        "title": title_in(occurrence, reader_locale().language),
        "url": url_for("events.show_event", public_id=event.public_id, on=occurrence.public_id),
        "starts_at": occurrence.local_start,
        "ends_at": occurrence.local_end,
        "is_all_day": occurrence.is_all_day,
        "place": where.name or where.note,
        "area": where.area,
        "kicker": kind_name(event.kind) if event.kind is not EventKind.OPEN else event.organisation.name,
        "bridging": event.is_bridging,
        "languages": [language_sentence(language) for language in event.languages],
        "cost": cost_sentence(event),
        "children": event.children_welcome,
        "step_free": step_free(occurrence),
        "seats": seat_numbers(occurrence, seats),
        "going": answer_sentence(answer),
        "waits": answer is not None and answer.state is not AttendanceState.GOING,
        "state": "cancelled" if occurrence.status is EventStatus.CANCELLED else None,
    }


def seat_numbers(occurrence: Occurrence, seats: Seats) -> Card | None:
    """Return the numbers for the seat bars: per side while places are held for sides, else for all."""
    event = occurrence.event
    if event.is_bridging and occurrence.opened_at is None and not seats.others:
        return {
            "newcomers_taken": seats.newcomers,
            "newcomers_total": event.newcomer_places or 0,
            "locals_taken": seats.locals,
            "locals_total": event.local_places or 0,
        }
    if event.capacity is None:
        return None
    return {"taken": seats.taken, "total": event.capacity}


def kind_name(kind: EventKind) -> str:
    """Say for whom an event is."""
    names = {
        EventKind.OPEN: _("Open to everyone"),
        EventKind.WELCOME: _("Welcome event"),
        EventKind.BRIDGING: _("Bridging meetup"),
    }
    return str(names[kind])


def language_sentence(language: EventLanguage) -> str:
    """Say which language is spoken, whether mainly or too, and how much of it one needs."""
    words = {"language": language_name(language.code), "level": LEVEL_CODES[language.level or 1]}
    if language.is_main:
        is_open, needs = _("%(language)s, beginners welcome", **words), _("%(language)s, from level %(level)s", **words)
    else:
        is_open = _("%(language)s is fine too, beginners welcome", **words)
        needs = _("%(language)s is fine too, from level %(level)s", **words)
    return str(needs if language.level else is_open)


def cost_sentence(event: Event) -> str | None:
    """Say what it costs, or None where nobody said."""
    if event.cost_cents is None:
        return event.cost_note or None
    if event.cost_cents == 0:
        return str(_("Free"))
    return str(format_currency(event.cost_cents / 100, event.currency, locale=reader_locale()))


def step_free(occurrence: Occurrence) -> bool | None:
    """Return what is known about steps: what the organiser says, else what the place says."""
    if occurrence.event.is_step_free is not None:
        return occurrence.event.is_step_free
    return occurrence.venue.is_step_free if occurrence.venue else None


def answer_sentence(answer: Attendance | Answer | None) -> str | None:
    """Say what the reader's own answer came to."""
    if answer is None or answer.state in OUT:
        return None
    if answer.state is AttendanceState.WAITING:
        return str(_("You are on the waiting list."))
    if answer.state is AttendanceState.OFFERED:
        return str(_("A place is held for you. Please confirm it."))
    if answer.state is not AttendanceState.GOING:
        return str(_("You have asked for a place."))
    if answer.party == 1:
        return str(_("You are coming."))
    return str(
        ngettext("You are coming, with %(num)s other.", "You are coming, with %(num)s others.", answer.party - 1)
    )


def structured_data(occurrence: Occurrence, url: str) -> Card:
    """Describe a date in the words of schema.org, for search engines and other sites."""
    event, is_off = occurrence.event, occurrence.status is EventStatus.CANCELLED
    place = place_of(occurrence) or event.organisation.name  # there has to be some
    data: Card = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": occurrence.title,
        "description": first_words(occurrence.about),
        "startDate": _stamp(occurrence.local_start, occurrence.is_all_day),
        "endDate": _stamp(occurrence.local_end, occurrence.is_all_day),
        "eventStatus": f"https://schema.org/{'EventCancelled' if is_off else 'EventScheduled'}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": place, "address": place},
        "organizer": {"@type": "Organization", "name": event.organisation.name},
        "inLanguage": [language.code for language in event.languages],
        "url": url,
    }
    if event.picture:
        path = url_for("events.picture", public_id=event.public_id, digest=event.picture.digest)
        data["image"] = [public_url(path)]
    if event.cost_cents is not None:
        price = {"price": f"{event.cost_cents / 100:.2f}", "priceCurrency": event.currency, "url": url}
        data |= {"isAccessibleForFree": event.cost_cents == 0, "offers": {"@type": "Offer", **price}}
    return data


def _stamp(moment: datetime, is_all_day: bool) -> str:
    return moment.date().isoformat() if is_all_day else moment.isoformat()
