"""Find what the guide holds, whatever kind it is: one list of organisations, places, volunteering and offers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from welcome.directory.models import Area, Kind, Opportunity, Organisation, Venue
from welcome.directory.rules import plain
from welcome.directory.vocabulary import CHANCES, THEMES
from welcome.i18n import reader_locale
from welcome.texts.service import choose, tellings

Condition = sa.ColumnElement[bool]
TABLES: tuple[Any, ...] = (Organisation, Opportunity, Venue)
#: Of so many the best for somebody are chosen.
CONSIDERED = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for in the guide; what is empty or None does not matter to them."""

    words: tuple[str, ...] = ()
    kind: Kind | None = None
    theme: str = ""
    step: str = ""
    language: str = ""
    level: int | None = None  #: how well they speak the languages that volunteers need
    area: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the guide, as lists show it."""

    kind: Kind
    slug: str
    name: str
    about: str
    path: str
    area: str = ""
    languages: Sequence[str] = ()
    themes: Sequence[str] = ()
    keeper: str = ""  #: the organisation that it belongs to
    is_verified: bool | None = None
    hours: str = ""
    level: int | None = None
    checked_on: date | None = None
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what was found."""

    entries: list[Entry]
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class Offered:
    """By what one can look at all: what occurs in the guide."""

    kinds: set[Kind]
    themes: set[str]
    steps: set[str]
    languages: set[str]


def find(session: Session, wish: Wish, *, today: date, number: int = 1, size: int = 24) -> Page:
    """Return a page of what fits: first who is there, then what they have for people, then places; each by name."""
    found = _found(wish, today).subquery()
    everything = sa.select(found.c.place, found.c.id, sa.func.count().over())
    chosen = everything.order_by(found.c.place, found.c.words, found.c.id)
    rows = session.execute(chosen.limit(size).offset(size * (number - 1))).all()
    if not rows and number > 1:
        total = session.scalar(sa.select(sa.func.count()).select_from(found)) or 0
        return find(session, wish, today=today, number=max(1, -(-total // size)), size=size)
    return Page(_load(session, [(row[0], row[1]) for row in rows]), rows[0][2] if rows else 0, number)


def whole_guide(session: Session, *, today: date, most: int = 5000) -> list[Entry]:
    """Return the whole guide, for feeds and maps of the site."""
    return find(session, Wish(), today=today, size=most).entries


def newest(session: Session, *, today: date, most: int) -> list[Entry]:
    """Return what came into the guide last, the newest first."""
    still = sa.or_(Opportunity.ends_on.is_(None), Opportunity.ends_on >= today)
    places = []
    for place, shown in ((0, sa.true()), (1, still)):
        table = TABLES[place]
        latest = sa.select(table.id).where(shown).order_by(table.created_at.desc()).limit(most)
        places += [(place, row_id) for row_id in session.scalars(latest)]
    loaded = _load(session, places)
    return sorted(loaded, key=lambda one: (str(one.added_at), one.path), reverse=True)[:most]


def counts_by_area(session: Session, wish: Wish, *, today: date) -> dict[int, int]:
    """Count what fits in each area, whichever area was chosen."""
    found = _found(replace(wish, area=""), today).subquery()
    counted = sa.select(found.c.area_id, sa.func.count()).where(found.c.area_id.is_not(None)).group_by(found.c.area_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def offered(session: Session, *, today: date) -> Offered:
    """Return what can be chosen, so that nobody looks for what is not there."""
    rows = session.execute(_found(Wish(), today, Organisation.themes, Organisation.steps, Organisation.languages)).all()
    columns = [{code for row in rows for code in row[place] or ()} for place in (5, 6, 7)]
    return Offered({Kind(row[4]) for row in rows}, *columns)


def helpful_now(session: Session, step: str, locale: str, *, today: date, most: int = 3) -> list[Entry]:
    """Return what helps at a step of somebody's life here: first what speaks their language, then what was checked."""
    page = find(session, Wish(step=step), today=today, size=CONSIDERED)

    def worth(entry: Entry) -> tuple[bool, bool, date, str]:
        return locale in entry.languages, bool(entry.is_verified), entry.checked_on or date.min, entry.name

    return sorted(page.entries, key=worth, reverse=True)[:most]


def _found(wish: Wish, today: date, *facets: InstrumentedAttribute[list[str]]) -> sa.CompoundSelect[Any]:
    """Select where each thing is kept (its table's place in TABLES, its id), by what it is sorted, area and kind."""
    parts = []
    for place, table in enumerate(TABLES):
        kind = sa.literal(Kind.PLACE.value) if table is Venue else sa.cast(table.kind, sa.String)
        own = [getattr(table, facet.key, None) for facet in facets]
        more = [
            sa.literal(None, sa.JSON(none_as_null=True)).label(facet.key) if column is None else column
            for facet, column in zip(facets, own, strict=True)
        ]
        columns = (
            sa.literal(place).label("place"),
            table.id,
            table.search_words.label("words"),
            table.area_id,
            kind.label("kind"),
        )
        parts.append(sa.select(*columns, *more).where(*_conditions(table, wish, today)))
    return sa.union_all(*parts)


def _conditions(table: Any, wish: Wish, today: date) -> Iterable[Condition]:
    yield from (_speaks_of(table, word) for word in wish.words)
    if table is Venue:
        yield table.is_public.is_(True)
        yield sa.literal(wish.kind in (None, Kind.PLACE) and not (wish.theme or wish.step or wish.language))
    else:
        yield from _of_listing(table, wish)
    if table is Opportunity:
        yield sa.or_(table.ends_on.is_(None), table.ends_on >= today)
        yield table.level <= wish.level if wish.level is not None else sa.true()
    if wish.area:
        yield table.area_id.in_(sa.select(Area.id).where(Area.slug == wish.area))


def _of_listing(table: Any, wish: Wish) -> Iterable[Condition]:
    if wish.kind:
        yield table.kind == wish.kind
    for column, code in ((table.themes, wish.theme), (table.steps, wish.step), (table.languages, wish.language)):
        if code:
            yield holds(column, code)


def _speaks_of(table: Any, word: str) -> Condition:
    """Whether a word is in the text, or in a theme's name."""
    meant = [code for code, name in THEMES.items() if word in plain(str(name))] if table is not Venue else []
    return sa.or_(table.search_words.contains(word, autoescape=True), *(holds(table.themes, code) for code in meant))


def holds(column: InstrumentedAttribute[list[str]], code: str) -> Condition:
    """Whether a JSON list of codes has this one, on both databases."""
    return sa.cast(column, sa.Text).contains(f'"{code}"', autoescape=True)


def _load(session: Session, keys: Sequence[tuple[int, int]]) -> list[Entry]:
    """Load what was found by one statement for each table, in the order in which it was found."""
    loaded: dict[tuple[int, int], Entry] = {}
    for place, table in enumerate(TABLES):
        ids = [row_id for where, row_id in keys if where == place]
        whole = [
            joinedload(table.area),
            selectinload(table.texts),
            *([] if table is Organisation else [joinedload(table.organisation)]),
        ]
        if ids:
            rows = session.scalars(sa.select(table).where(table.id.in_(ids)).options(*whole))
            loaded.update({(place, row.id): entry_of(row) for row in rows})
    return [loaded[key] for key in keys]


def entry_of(row: Organisation | Opportunity | Venue) -> Entry:
    """Return one thing as lists show it, in a language that the reader can read where there is one."""
    told = choose(tellings(row), reader_locale().language)
    area = row.area.name if row.area else ""
    if isinstance(row, Venue):
        keeper, slug = row.organisation.name if row.organisation else "", row.slug or row.public_id
        place = Entry(Kind.PLACE, slug, told.title, row.address, path_to(Kind.PLACE, slug), area, keeper=keeper)
        return replace(place, checked_on=row.checked_on)
    entry = Entry(
        row.kind, row.slug, told.title, told.about, path_to(row.kind, row.slug), area, row.languages, row.themes
    )
    entry = replace(entry, checked_on=row.checked_on, added_at=row.created_at)
    if isinstance(row, Organisation):
        return replace(entry, is_verified=row.is_verified)
    keeper, is_verified = row.organisation.name, row.organisation.is_verified
    level = row.level if row.kind is Kind.VOLUNTEERING else None
    return replace(entry, keeper=keeper, is_verified=is_verified, hours=told.hours, level=level)


def path_to(kind: Kind, slug: str) -> str:
    """Return where something in the guide is read."""
    folder = "places/" if kind is Kind.PLACE else "opportunities/" if kind in CHANCES else ""
    return f"/guide/{folder}{slug}"
