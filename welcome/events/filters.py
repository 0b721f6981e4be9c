"""What somebody looks for among the events, and which dates fit: by word, time, place, language and places left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from welcome.directory.models import Area, Organisation, Venue
from welcome.events.dismissals import is_wanted_by
from welcome.events.models import Event, EventKind, EventLanguage, EventStatus, Occurrence
from welcome.events.rules import LONGEST_DAYS

LONGEST = timedelta(days=LONGEST_DAYS + 1)

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for; what is empty, None or False does not matter to them."""

    words: tuple[str, ...] = ()  #: as the search columns keep them
    since: datetime | None = None
    before: datetime | None = None
    area: str | None = None
    language: str | None = None
    level: int | None = None  #: how much of that language they know (1 to 7)
    speaks: tuple[tuple[str, int], ...] = ()  #: languages with their levels, of which one has to be enough
    side: str | None = None  #: newcomer or local: for whom a place has to be left
    kind: EventKind | None = None
    is_free: bool = False
    is_step_free: bool = False
    children_welcome: bool = False
    organisation_id: int | None = None
    unwanted_by: int | None = None  #: the member who said "not for me" of some
    each_once: bool = False  #: of a series the next fitting date only
    with_cancelled: bool = False  #: for calendars, which have to hear of it


EVERYTHING = Filters()


def coming(now: datetime, filters: Filters = EVERYTHING) -> sa.Select[Occurrence]:
    """Select the published dates that are not over and fit."""
    chosen = sa.select(Occurrence).join(Occurrence.event).where(*fitting(now, filters))
    if not filters.each_once:
        return chosen
    earlier = aliased(Occurrence)
    is_earlier = sa.tuple_(earlier.starts_at, earlier.id) < sa.tuple_(Occurrence.starts_at, Occurrence.id)
    same_event = (earlier.event_id == Occurrence.event_id, is_earlier, *_of_date(now, filters, earlier))
    return chosen.where(~sa.exists().where(*same_event))


def count_events(now: datetime, filters: Filters, most: int) -> sa.ScalarSelect[int]:
    """Select how many events have a date that fits; no more than ``most`` are counted."""
    date = aliased(Occurrence)
    has_date = sa.exists().where(date.event_id == Event.id, *_of_date(now, filters, date))
    counted = sa.select(Event.id).where(has_date, *_of_event(filters)).limit(most).subquery()
    return sa.select(sa.func.count()).select_from(counted).scalar_subquery()


def fitting(now: datetime, filters: Filters) -> tuple[Condition, ...]:
    """Return all that a date and its event have to fulfil."""
    return (*_of_date(now, filters, Occurrence), *_of_event(filters))


def _of_date(now: datetime, filters: Filters, date: type[Occurrence]) -> list[Condition]:
    """Return what a date has to fulfil: of a series, a later one than the next can be the first that fits."""
    shown = [EventStatus.PUBLISHED, *([EventStatus.CANCELLED] if filters.with_cancelled else [])]
    since = max(now, filters.since or now)
    # No date lasts longer: so the index need not be read from the beginning of time.
    wanted: list[Condition] = [date.status.in_(shown), date.ends_at > since, date.starts_at > since - LONGEST]
    if filters.before:
        wanted.append(date.starts_at < filters.before)
    if filters.area:
        here = sa.select(Venue.id).join(Venue.area).where(Area.slug == filters.area)
        wanted.append(date.venue_id.in_(here))
    if filters.side:
        kept = date.local_left if filters.side == "newcomer" else date.newcomer_left  # for the others
        wanted.append(sa.or_(date.seats_left.is_(None), date.seats_left > sa.func.coalesce(kept, 0)))
        wanted.append(date.starts_at > now)
    return wanted + [_speaks_of(word, date) for word in filters.words]


def _speaks_of(word: str, date: type[Occurrence]) -> Condition:
    """Whether a word is in the title or text, the organisation or the place."""
    organisers = sa.select(Organisation.id).where(Organisation.search_words.contains(word, autoescape=True))
    places = sa.select(Venue.id).where(Venue.search_words.contains(word, autoescape=True))
    here = sa.or_(date.place_words.contains(word, autoescape=True), date.venue_id.in_(places))
    return sa.or_(
        Event.search_words.contains(word, autoescape=True),
        date.own_words.contains(word, autoescape=True),
        Event.organisation_id.in_(organisers),
        sa.and_(Event.hides_address.is_(False), here),
    )


def _of_event(filters: Filters) -> list[Condition]:
    """Return what an event has to fulfil, whichever date it is."""
    wanted: list[Condition] = [Event.published_at.is_not(None)] if filters.with_cancelled else []
    if filters.language:
        enough = EventLanguage.level <= filters.level if filters.level else sa.true()
        wanted.append(Event.languages.any(sa.and_(EventLanguage.code == filters.language, enough)))
    if filters.speaks:
        known = [sa.and_(EventLanguage.code == code, EventLanguage.level <= level) for code, level in filters.speaks]
        wanted.append(Event.languages.any(sa.or_(EventLanguage.level == 0, *known)))
    if filters.kind:
        wanted.append(Event.kind == filters.kind)
    if filters.is_free:
        wanted.append(Event.cost_cents == 0)
    if filters.is_step_free:
        wanted.append(Event.is_step_free.is_(True))
    if filters.children_welcome:
        wanted.append(Event.children_welcome.is_(True))
    if filters.unwanted_by is not None:
        wanted.append(is_wanted_by(filters.unwanted_by))
    if filters.organisation_id is not None:
        wanted.append(Event.organisation_id == filters.organisation_id)
    return wanted
