"""What somebody looks for, as it stands in an address that can be shared, and the time that "this week" means today."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from welcome.directory.rules import plain
from welcome.events.filters import Filters
from welcome.events.models import EventKind
from welcome.i18n import format_month
from welcome.i18n import gettext as _

Words = dict[str, str]

MOST_WORDS = 6
LONGEST_SEARCH = 80
MONTHS_AHEAD = 6
DAY = re.compile(r"20\d\d-\d\d-\d\d")
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
SPEAKS = re.compile(r"([a-z]{2,3})-([1-7])")
FLAGS = ("free", "step-free", "children")


def read(words: MultiDict[str, str], zone: str, now: datetime) -> tuple[Filters, Words]:
    """Return the filters of an address, and the same wishes tidied up for the next address.

    What is not understood is left out: an address that was cut off still shows events.
    """
    kept = {name: value for name, value in _tidied(words).items() if value}
    since, before = span(kept.get("day") or kept.get("when", ""), zone, now)
    return (
        Filters(
            words=tuple(plain(kept.get("q", "")).split()[:MOST_WORDS]),
            since=since,
            before=before,
            area=kept.get("area"),
            language=kept.get("language"),
            level=int(kept["level"]) if "level" in kept else None,
            speaks=tuple((code, int(level)) for code, level in SPEAKS.findall(kept.get("speaks", ""))),
            side=kept.get("places"),
            kind=EventKind(kept["kind"]) if "kind" in kept else None,
            is_free="free" in kept,
            is_step_free="step-free" in kept,
            children_welcome="children" in kept,
        ),
        kept,
    )


def _tidied(words: MultiDict[str, str]) -> Words:
    language = words.get("language", "")[:8]
    return {
        "q": " ".join(words.get("q", "").split())[:LONGEST_SEARCH],
        "when": _one_of(words.get("when", ""), {"week", "weekend"}, MONTH),
        "day": _day(words.get("day", "")),
        "language": language,
        "level": _one_of(words.get("level", ""), set("1234567")) if language else "",
        "speaks": ".".join("-".join(pair) for pair in SPEAKS.findall(words.get("speaks", "")[:LONGEST_SEARCH])),
        "area": words.get("area", "")[:60],
        "places": _one_of(words.get("places", ""), {"newcomer", "local"}),
        "kind": _one_of(words.get("kind", ""), {kind.value for kind in EventKind}),
        **{name: "y" if words.get(name) else "" for name in FLAGS},
    }


def _one_of(text: str, known: set[str], form: re.Pattern[str] | None = None) -> str:
    return text if text in known or (form and form.fullmatch(text)) else ""


def _day(text: str) -> str:
    """Keep a day that there is."""
    try:
        return date.fromisoformat(text).isoformat() if DAY.fullmatch(text) else ""
    except ValueError:
        return ""


def span(when: str, zone: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return from when to when a day, "week" (what is left of it), "weekend" or a month (2026-12) lasts, there."""
    today = now.astimezone(ZoneInfo(zone)).date()
    monday = today - timedelta(days=today.weekday())
    if DAY.fullmatch(when):
        first = date.fromisoformat(when)
        last = first + timedelta(days=1)
    elif month := MONTH.fullmatch(when):
        first = today.replace(year=int(month[1]), month=int(month[2]), day=1)
        last = (first + timedelta(days=31)).replace(day=1)
    elif when in {"week", "weekend"}:
        first, last = monday + timedelta(days=5 if when == "weekend" else 0), monday + timedelta(days=7)
    else:
        return None, None
    since, before = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (first, last))
    return since, before


def times(zone: str, now: datetime) -> list[tuple[str, str]]:
    """Return the times that can be chosen, with their names."""
    day = now.astimezone(ZoneInfo(zone)).date().replace(day=1)
    found = [("week", str(_("This week"))), ("weekend", str(_("This weekend")))]
    for _month in range(MONTHS_AHEAD):
        found.append((f"{day:%Y-%m}", format_month(day)))
        day = (day + timedelta(days=31)).replace(day=1)
    return found


def levels_in_address(spoken: Iterable[tuple[str, int]]) -> str:
    """Write languages with their levels so that they can stand in an address: en-7.nl-2."""
    return ".".join(f"{code}-{level}" for code, level in sorted(spoken) if SPEAKS.fullmatch(f"{code}-{level}"))


def switches(chosen: Words, speaks: str) -> list[tuple[str, bool, Words]]:
    """Return what one tap turns on and off: its name, whether it is on, and the address after the tap."""
    wishes = [("free", "y", _("Free")), ("children", "y", _("Children welcome")), ("step-free", "y", _("Step-free"))]
    wishes.append(("kind", EventKind.BRIDGING.value, _("For newcomers and locals")))
    wishes.append(("kind", EventKind.WELCOME.value, _("For new arrivals")))
    own = chosen.get("speaks") or speaks
    if own:
        mine = _("Works for my level") if own == speaks else _("Works for these languages and levels")
        wishes.insert(0, ("speaks", own, mine))
    found = []
    for name, value, words in wishes:
        is_on = chosen.get(name) == value
        after = {key: text for key, text in chosen.items() if key != name}
        found.append((str(words), is_on, after if is_on else {**after, name: value}))
    return found
