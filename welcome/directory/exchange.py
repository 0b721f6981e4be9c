"""Take the guide out as a table and take a table over: tried first, the same again and again, all of it or nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from welcome.directory import rules, sheets
from welcome.directory.models import Area, Kind, Opportunity, Organisation, Venue
from welcome.directory.vocabulary import CHANCES, KEEPERS, LEVELS, STEPS, THEMES
from welcome.errors import Refusal
from welcome.i18n import LANGUAGES
from welcome.i18n import gettext as _

Listing = Organisation | Opportunity | Venue
TABLES: tuple[Any, ...] = (Organisation, Venue, Opportunity)
YES, NO = "yes", "no"


@dataclass(slots=True)
class Result:
    """What a table would change, or has changed."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)


class BadSheet(Refusal):
    """A cell of a row cannot be understood; the words say which."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def export(session: Session) -> str:
    """Return the whole guide as a table: organisations first, then what belongs to them."""
    return sheets.write([_cells(row) for row in _everything(session)])


def _everything(session: Session) -> Iterable[Listing]:
    for table in TABLES:
        whole = [joinedload(table.area), *([] if table is Organisation else [joinedload(table.organisation)])]
        rows: Iterable[Any] = session.scalars(sa.select(table).options(*whole).order_by(table.slug, table.id))
        yield from rows


def _cells(row: Listing) -> list[str]:
    said = {name: _written(getattr(row, name, None)) for name in sheets.COLUMNS}
    kind = Kind.PLACE if isinstance(row, Venue) else row.kind
    own = {"kind": kind.value, "key": row.slug or "", "area": row.area.slug if row.area else ""}
    keeper = None if isinstance(row, Organisation) else row.organisation
    more = {"organisation": keeper.slug if keeper else ""}
    if isinstance(row, Venue):
        more |= {
            "step_free": {True: YES, False: NO, None: ""}[row.is_step_free],
            "public": YES if row.is_public else NO,
        }
    return [{**said, **own, **more}[name] for name in sheets.COLUMNS]


def _written(value: Any) -> str:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value)


def take_over(session: Session, rows: Sequence[tuple[int, sheets.Row]], *, now: datetime, is_trial: bool) -> Result:
    """Add and change what a table says, found by kind and key. With a mistake in it, or as a trial, nothing changes."""
    known, result, work = _Known(session), Result(), list[Callable[[], None]]()
    for line, row in rows:
        try:
            listing, values = known.listing(row), known.values(row)
        except Refusal as problem:
            result.problems.append(_("Line %(line)s: %(problem)s", line=line, problem=str(problem)))
            continue
        is_new = listing.id is None
        changes = {name: value for name, value in values.items() if is_new or getattr(listing, name) != value}
        if is_new and not isinstance(listing, Venue):
            changes["created_at"] = now
        if is_new:
            result.added.append(values["name"])
        elif changes:
            result.changed.append(values["name"])
        else:
            result.unchanged += 1
        work.append(lambda listing=listing, changes=changes: _apply(session, listing, changes))  # type: ignore[misc]
    if not (result.problems or is_trial):
        for change in work:
            change()
        session.flush()
    return result


def _apply(session: Session, listing: Listing, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(listing, name, value)
    if isinstance(listing, Venue):
        listing.search_words = rules.plain(f"{listing.name} {listing.address}")
    else:
        listing.search_words = rules.plain(f"{listing.name} {listing.about}")
    session.add(listing)


class _Known:
    """What the guide holds, and what the table has added to it so far."""

    def __init__(self, session: Session) -> None:
        self.areas = {
            name: area.id for area in session.scalars(sa.select(Area)) for name in (area.slug, rules.plain(area.name))
        }
        self.rows: dict[tuple[type[Listing], str], Listing] = {
            (type(row), row.slug or ""): row for row in _everything(session)
        }
        self.seen: set[tuple[type[Listing], str]] = set()

    def listing(self, row: sheets.Row) -> Listing:
        """Return the listing that a row is about, a new one where the guide has none under its key."""
        kind = _one_of(row.get("kind", ""), Kind, _("the kind"))
        if not row.get("name") or len(row["name"]) > 100:
            raise BadSheet(_("a name is needed, of at most 100 letters."))
        table: type[Listing] = Venue if kind is Kind.PLACE else Opportunity if kind in CHANCES else Organisation
        key = row.get("key", "")
        if (table, key) not in self.rows or not key:
            key = rules.slug_of(key or row["name"])
        if (table, key) in self.seen:
            raise BadSheet(_("%(key)s is there twice.", key=key))
        self.seen.add((table, key))
        if (table, key) not in self.rows:
            self.rows[table, key] = table(slug=key)
        return self.rows[table, key]

    def values(self, row: sheets.Row) -> dict[str, Any]:
        """Return what a row says, in the words of the table it goes to."""
        kind = Kind(row["kind"])
        found: dict[str, Any] = {"name": row["name"], "area_id": self._area(row.get("area", ""))}
        found["checked_on"] = _day(row.get("checked_on", ""), _("the day of checking"))
        if kind is Kind.PLACE:
            return found | self._keeper(row, may_be_empty=True) | _place(row)
        found |= {"kind": kind, "about": row.get("about", ""), "website": rules.website_of(row.get("website"))}
        found |= {
            "themes": _codes(row, "themes", THEMES),
            "steps": _codes(row, "steps", STEPS),
            "languages": _codes(row, "languages", LANGUAGES),
        }
        if kind in KEEPERS:
            links = [link for link in map(rules.website_of, row.get("links", "").split()) if link]
            return found | {"opening": _text(row, "opening", 300), "phone": _text(row, "phone", 40), "links": links}
        level = _one_of(row.get("level") or "0", {str(level): level for level in LEVELS}, _("the level"))
        ends_on = _day(row.get("ends_on", ""), _("the last day"))
        return found | self._keeper(row) | {"hours": _text(row, "hours", 100), "level": level, "ends_on": ends_on}

    def _keeper(self, row: sheets.Row, *, may_be_empty: bool = False) -> dict[str, Any]:
        key = row.get("organisation", "")
        if not key and may_be_empty:
            return {"organisation": None}
        keeper = self.rows.get((Organisation, rules.slug_of(key))) if key else None
        if keeper is None:
            raise BadSheet(_("there is no organisation “%(key)s” in the guide or further up in the table.", key=key))
        return {"organisation": keeper}

    def _area(self, name: str) -> int | None:
        if not name:
            return None
        found = self.areas.get(name) or self.areas.get(rules.plain(name))
        if found is None:
            raise BadSheet(rules.unknown_area(name))
        return found


def _place(row: sheets.Row) -> dict[str, Any]:
    steps: dict[str, bool | None] = {YES: True, NO: False, "": None}
    public: dict[str, bool] = {YES: True, NO: False, "": True}
    return {
        "address": _text(row, "address", 200),
        "opening": _text(row, "opening", 300),
        "is_step_free": _one_of(row.get("step_free", ""), steps, "step_free"),
        "is_public": _one_of(row.get("public", ""), public, "public"),
    }


def _text(row: sheets.Row, name: str, most: int) -> str:
    if len(row.get(name, "")) > most:
        raise BadSheet(_("“%(name)s” has more than %(most)s letters.", name=name, most=most))
    return row.get(name, "")


def _codes(row: sheets.Row, name: str, known: Iterable[str]) -> list[str]:
    codes = row.get(name, "").split()
    strangers = [code for code in codes if code not in known]
    if strangers:
        raise BadSheet(
            _("“%(code)s” is not one of the %(name)s: %(known)s", code=strangers[0], name=name, known=" ".join(known))
        )
    return codes


def _one_of(text: str, known: Any, name: str) -> Any:
    try:
        return known(text) if isinstance(known, type) else known[text]
    except (KeyError, ValueError):
        choices = " ".join(str(getattr(one, "value", one)) for one in known)
        raise BadSheet(
            _("“%(text)s” is not understood as %(name)s. One of: %(known)s", text=text, name=name, known=choices)
        ) from None


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadSheet(
            _("“%(text)s” is not understood as %(name)s. Write it as 2027-03-31.", text=text, name=name)
        ) from None
