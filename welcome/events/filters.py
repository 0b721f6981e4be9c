"""What somebody looks for among the events, and which dates fit: by word, time, place, language and places left."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from welcome.directory.models import Area, Organisation, Venue
from welcome.events.dismissals import is_wanted_by
from welcome.events.models import Event, EventKind, EventLanguage, EventStatus, Occurrence

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
    chosen = sa.select(Occurrence).join(Occurrence.event)
    if not filters.each_once:
        return chosen.where(*fitting(now, filters))
    in_order = sa.func.row_number().over(
        partition_by=Occurrence.event_id, order_by=(Occurrence.starts_at, Occurrence.id)
    )
    numbered = (
        sa.select(Occurrence.id, in_order.label("number"))
        .join(Occurrence.event)
        .where(*fitting(now, filters))
        .subquery()
    )
    return chosen.where(Occurrence.id.in_(sa.select(numbered.c.id).where(numbered.c.number == 1)))


def fitting(now: datetime, filters: Filters) -> tuple[Condition, ...]:
    """Return all that a date and its event have to fulfil."""
    return (*_of_date(now, filters), *_of_event(filters))


def _of_date(now: datetime, filters: Filters) -> list[Condition]:
    """Return what a date has to fulfil: of a series, a later one than the next can be the first that fits."""
    shown = [EventStatus.PUBLISHED, *([EventStatus.CANCELLED] if filters.with_cancelled else [])]
    wanted: list[Condition] = [Occurrence.status.in_(shown), Occurrence.ends_at > max(now, filters.since or now)]
    if filters.before:
        wanted.append(Occurrence.starts_at < filters.before)
    if filters.area:
        here = sa.select(Venue.id).join(Venue.area).where(Area.slug == filters.area)
        wanted.append(Occurrence.venue_id.in_(here))
    if filters.side:
        kept = Occurrence.local_left if filters.side == "newcomer" else Occurrence.newcomer_left  # for the others
        wanted.append(sa.or_(Occurrence.seats_left.is_(None), Occurrence.seats_left > sa.func.coalesce(kept, 0)))
        wanted.append(Occurrence.starts_at > now)
    return wanted + [_speaks_of(word) for word in filters.words]


def _speaks_of(word: str) -> Condition:
    """Whether a word is in the title or text, the organisation or the place."""
    organisers = sa.select(Organisation.id).where(Organisation.search_words.contains(word, autoescape=True))
    places = sa.select(Venue.id).where(Venue.search_words.contains(word, autoescape=True))
    here = sa.or_(Occurrence.place_words.contains(word, autoescape=True), Occurrence.venue_id.in_(places))
    return sa.or_(
        Event.search_words.contains(word, autoescape=True),
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
