"""What organisers do: write an event, publish it, move it, call it off. Each is one transaction, letters included."""

from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy.orm import Session, joinedload, selectinload

from welcome.database import lock
from welcome.directory.rules import plain
from welcome.errors import NotFound
from welcome.events import rules, seats, terms
from welcome.events.answers.waiting import promote
from welcome.events.copying import copy_page
from welcome.events.crew import shifts
from welcome.events.facts import facts_of, state_facts
from welcome.events.letters import EVENT_CANCELLED, EVENT_MOVED, EVENT_REMINDER
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.planning import forget_publishing, plan, plan_end, replan, unplan
from welcome.events.plans import NOWHERE, Facts, Place, Terms, When
from welcome.events.recurrence import Repeat, dates_of
from welcome.events.telling import tell_guests, withdraw_all
from welcome.events.times import computed_instant, said_instant

ONCE = Repeat()


def create_event(
    session: Session,
    organisation_id: int,
    facts: Facts,
    when: When,
    place: Place = NOWHERE,
    *,
    repeat: Repeat = ONCE,
    by: int | None,
    now: datetime,
) -> Event:
    """Write a draft with its date, or all dates of its series."""
    rule, starts = foresee(when, repeat, now=now)
    event = Event(organisation_id=organisation_id, created_by=by, created_at=now, uid=f"{token_urlsafe(12)}@welcome")
    state_facts(event, facts, now=now)
    session.add(event)
    event.rrule = rule
    for start in starts:
        later = When(start, start + when.length, when.zone, when.is_all_day)
        event.occurrences.append(new_occurrence(event, later, place, is_series=bool(event.rrule), now=now))
    session.flush()
    return event


def foresee(when: When, repeat: Repeat, *, now: datetime) -> tuple[str | None, list[datetime]]:
    """Return the rule that an organiser's words come to, and when each date starts by the clock on the wall."""
    rules.check_when(when)
    rules.check_coming(said_instant(when.start, when.zone), now)
    said_instant(when.end, when.zone)
    rule = repeat.rule(when.start)
    return rule, dates_of(rule, when.start) if rule else [when.start]


def new_occurrence(event: Event, when: When, place: Place, *, is_series: bool, now: datetime) -> Occurrence:
    """Make one date of an event, with all its places free."""
    occurrence = Occurrence(
        status=EventStatus.DRAFT,
        changed_at=now,
        recurrence_id=when.start.isoformat() if is_series else None,
        sequence=0,
        next_turn=1,
    )
    _set_when(occurrence, when)
    _set_place(occurrence, place)
    seats.recount(occurrence, event, {})
    return occurrence


def edit_event(session: Session, event_id: int, facts: Facts, *, now: datetime) -> Event:
    """Change what an event says; its coming dates follow with their places, never below those who come."""
    event = held_event(session, event_id)
    is_renamed = event.title != facts.title
    state_facts(event, facts, now=now)
    if is_renamed:
        renumber(event, now=now)
    follow_event(session, event, now=now)
    return event


def change_terms(session: Session, event_id: int, chosen: Terms, *, now: datetime) -> Event:
    """Change how people get a place; its coming dates follow."""
    event = held_event(session, event_id)
    if event.hides_address and not chosen.hides_address:
        renumber(event, now=now)  # calendars may show the address now
    terms.set_terms(event, chosen)
    follow_event(session, event, now=now)
    return event


def follow_event(session: Session, event: Event, *, now: datetime) -> None:
    """Let the dates that are still to come follow what has changed about places, never below those who come."""
    session.flush()
    for occurrence_id in sorted(occurrence.id for occurrence in event.occurrences):
        occurrence = lock(session, Occurrence, occurrence_id)
        if occurrence is None or occurrence.ends_at <= now or occurrence.status is EventStatus.CANCELLED:
            continue
        seats.recount(occurrence, event, seats.taken_places(session, occurrence_id))
        occurrence.changed_at = now
        session.flush()
        if occurrence.is_open:
            replan(session, occurrence, now=now)
            promote(session, occurrence_id, now=now)


def publish_event(session: Session, event_id: int, *, now: datetime) -> Event:
    """Show an event to everybody and plan what is due for each of its coming dates."""
    event = held_event(session, event_id)
    if event.status is EventStatus.CANCELLED:
        raise rules.AlreadyCancelled
    coming = [one for one in event.occurrences if one.starts_at > now and one.status is not EventStatus.CANCELLED]
    if not coming:
        raise rules.StartIsPast
    event.status, event.published_at, event.updated_at = EventStatus.PUBLISHED, event.published_at or now, now
    forget_publishing(session, event)
    for occurrence in coming:
        if occurrence.status is EventStatus.DRAFT:
            occurrence.status, occurrence.changed_at = EventStatus.PUBLISHED, now
            session.flush()
            plan(session, occurrence, now=now)
    plan_end(session, event, now=now)
    return event


def move_occurrence(session: Session, occurrence_id: int, when: When, place: Place, *, now: datetime) -> Occurrence:
    """Give one date another time or place; tell everyone who comes or waits, and let the reminder follow."""
    rules.check_when(when)
    occurrence = changeable(session, occurrence_id)
    starts_at = said_instant(when.start, when.zone)
    said_instant(when.end, when.zone)
    rules.check_coming(starts_at, now)
    change_occurrence(session, occurrence, when, place, now=now)
    return occurrence


def change_occurrence(
    session: Session, occurrence: Occurrence, when: When, place: Place, *, now: datetime, tells: bool = True
) -> bool:
    """Set another time or place and let everything follow; return whether there was a change.

    Whoever changes several dates at once writes to the guests themselves (``tells=False``).
    """
    before = _whereabouts(occurrence)
    _set_when(occurrence, when)
    _set_place(occurrence, place)
    if _whereabouts(occurrence) == before:
        return False
    occurrence.sequence += 1
    occurrence.changed_at = now
    session.flush()
    if occurrence.is_open and occurrence.starts_at > now:
        withdraw_all(session, occurrence.id, now, EVENT_MOVED, EVENT_REMINDER)
        replan(session, occurrence, now=now)
        shifts.tell_of_move(session, occurrence, now=now)
        if tells:
            tell_guests(session, EVENT_MOVED, occurrence, now)
    return True


def cancel_occurrence(session: Session, occurrence_id: int, *, reason: str = "", now: datetime) -> Occurrence:
    """Call one date off and tell everyone who comes or waits."""
    occurrence = changeable(session, occurrence_id)
    was_open = occurrence.is_open
    occurrence.status, occurrence.cancel_reason, occurrence.changed_at = EventStatus.CANCELLED, reason, now
    occurrence.sequence += 1
    session.flush()
    unplan(session, occurrence_id)
    plan_end(session, occurrence.event, now=now)
    if was_open and occurrence.starts_at > now:
        withdraw_all(session, occurrence_id, now, EVENT_MOVED, EVENT_REMINDER)
        tell_guests(session, EVENT_CANCELLED, occurrence, now)
        shifts.tell_of_end(session, occurrence, now=now)
    return occurrence


def cancel_event(session: Session, event_id: int, *, reason: str = "", now: datetime) -> Event:
    """Call an event off with all dates that are still to come."""
    event = held_event(session, event_id)
    for occurrence in sorted(event.occurrences, key=lambda one: one.id):  # rows are always held in this order
        if occurrence.starts_at > now and occurrence.status is not EventStatus.CANCELLED:
            cancel_occurrence(session, occurrence.id, reason=reason, now=now)
    event.status, event.updated_at = EventStatus.CANCELLED, now
    forget_publishing(session, event)
    session.flush()
    return event


def copy_event(session: Session, event_id: int, when: When, *, by: int, now: datetime) -> Event:
    """Write a draft with the same text and facts and one new date."""
    source = get_event(session, event_id)
    place = NOWHERE
    if source.occurrences:
        place = Place(source.occurrences[-1].venue_id, source.occurrences[-1].place_note)
    copied = create_event(session, source.organisation_id, facts_of(source), when, place, by=by, now=now)
    copied.stand_places = source.stand_places
    copy_page(session, event_id, copied, now=now)
    terms.set_terms(copied, terms.terms_of(source))
    follow_event(session, copied, now=now)
    if source.occurrences:
        shifts.copy_shifts(session, source.occurrences[-1], copied.occurrences[0], now=now)
    return copied


def get_event(session: Session, event_id: int) -> Event:
    """Load an event with its languages and dates."""
    everything = (selectinload(Event.languages), selectinload(Event.occurrences), joinedload(Event.organisation))
    event = session.get(Event, event_id, options=everything, populate_existing=True)
    if event is None:
        raise NotFound
    return event


def held_event(session: Session, event_id: int) -> Event:
    """Load an event so that two organisers do not change it at the same moment.

    Not held as firmly as its dates: who joins one of them holds the date first and only needs the event to stay there.
    """
    session.get(Event, event_id, with_for_update={"key_share": True}, populate_existing=True)
    return get_event(session, event_id)


def renumber(event: Event, *, now: datetime) -> None:
    """Let calendars see that the dates still to come have changed, though neither time nor place did."""
    for occurrence in event.occurrences:
        if occurrence.ends_at > now:
            occurrence.sequence, occurrence.changed_at = occurrence.sequence + 1, now


def _set_when(occurrence: Occurrence, when: When) -> None:
    occurrence.starts_at = computed_instant(when.start, when.zone)
    occurrence.ends_at = computed_instant(when.end, when.zone)
    if occurrence.ends_at <= occurrence.starts_at:  # the clocks jumped over its start
        occurrence.ends_at = occurrence.starts_at + when.length
    occurrence.wall_start, occurrence.zone = when.start.isoformat(timespec="seconds"), when.zone
    occurrence.is_all_day = when.is_all_day


def _set_place(occurrence: Occurrence, place: Place) -> None:
    occurrence.venue_id, occurrence.place_note, occurrence.place_words = place.venue_id, place.note, plain(place.note)


def _whereabouts(occurrence: Occurrence) -> tuple[object, ...]:
    return (occurrence.starts_at, occurrence.ends_at, occurrence.venue_id, occurrence.place_note)


def changeable(session: Session, occurrence_id: int) -> Occurrence:
    """Hold a date that is not called off."""
    occurrence = lock(session, Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound
    if occurrence.status is EventStatus.CANCELLED:
        raise rules.AlreadyCancelled
    return occurrence
