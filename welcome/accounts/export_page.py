"""The page for people in what members take along: the same rows as in the file for machines, in the reader's words.

Tables are told by what they are about, columns by what they hold; a column that has no word of its own here goes by the
purpose for which it is kept, which every column has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString, format_date

from welcome.accounts.export import Data
from welcome.i18n import format_list, gettext, moment_in_words
from welcome.i18n import lazy_gettext as _l

ABOUT: Mapping[str, LazyString] = {
    "member": _l("Your account"),
    "profile": _l("Your profile"),
    "spoken": _l("Your languages"),
    "interest": _l("What you like to do"),
    "consent": _l("What you agreed to"),
    "message": _l("What you wrote to others"),
    "told": _l("What you told others about yourself"),
    "participant": _l("Your conversations"),
    "enrolment": _l("Programmes that you joined"),
    "vetted": _l("Your way to mentor"),
    "request": _l("Questions between you and others"),
    "proposal": _l("Who was proposed to you"),
    "match": _l("Your matches"),
    "meeting_answer": _l("What you said after meetings"),
    "circle_answer": _l("What you said after meetings of circles"),
    "seat": _l("Your circles"),
    "attendance": _l("Events that you joined"),
    "helper": _l("Shifts that you took"),
    "notice": _l("What we told you"),
    "letter_choice": _l("Which letters you want"),
    "journey_plan": _l("Letters of your first year"),
    "weekly_plan": _l("Your weekly letter"),
    "sign_in": _l("Where you are signed in"),
    "passkey": _l("Your passkeys"),
    "push_subscription": _l("Devices that show you notices"),
    "calendar_feed": _l("Your private calendar"),
    "grant_of_role": _l("What you may do here for others"),
    "block": _l("People you keep away"),
    "kept_away": _l("Addresses that you keep away"),
    "dismissal": _l("People you did not want to be suggested"),
    "event_dismissal": _l("Events you did not want to see"),
    "measure": _l("Decisions about you"),
    "appeal": _l("Where you asked for a second look"),
    "staff_entry": _l("Who looked at your data, and why"),
    "correction": _l("What you told us about the guide"),
    "co_host": _l("Events that you organise with others"),
    "invitation": _l("Invitations that you got"),
    "tick": _l("Events that you came to"),
    "standing": _l("How rounds ended for you"),
    "placing": _l("How rounds of circles ended for you"),
    "bounce": _l("Letters that came back"),
    "paused_address": _l("Why letters to you are paused"),
}
CALLED: Mapping[str, LazyString] = {
    "first_name": _l("First name"),
    "email": _l("E-mail address"),
    "address": _l("E-mail address"),
    "locale": _l("Language"),
    "language": _l("Language"),
    "level": _l("Level"),
    "gender": _l("Gender"),
    "children": _l("Children"),
    "area": _l("District"),
    "programme": _l("Programme"),
    "event": _l("Event"),
    "occurrence": _l("Event"),
    "organisation": _l("Organisation"),
    "device": _l("Device"),
    "reason": _l("Reason"),
    "body": _l("Words"),
    "words": _l("Words"),
    "note": _l("Words"),
    "about": _l("Words"),
    "code": _l("What"),
    "field_name": _l("What"),
    "kind": _l("What"),
    "state": _l("How it stands"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """What is kept about one thing: its rows, each with (what it is, whether that is in the reader's words, value)."""

    title: str
    is_told: bool
    purposes: list[str]
    rows: list[list[tuple[str, bool, str]]]


def sections_of(data: Data) -> list[Section]:
    """Return all that is kept in the reader's words, what people look for first."""
    order = {table: number for number, table in enumerate(ABOUT)}
    return [_section(table, data[table]) for table in sorted(data, key=lambda table: order.get(table, len(order)))]


def _section(table: str, kept: Mapping[str, Any]) -> Section:
    purposes = list(dict.fromkeys(gettext(purpose) for purpose in kept["purposes"].values()))
    rows = [[_told(column, value) for column, value in row.items() if _says(column, value)] for row in kept["rows"]]
    return Section(str(ABOUT.get(table, table.replace("_", " "))), table in ABOUT, purposes, rows)


def _says(column: str, value: Any) -> bool:
    """Leave out what says nothing to people: empty fields, and the software's own numbers."""
    return value not in (None, "", [], {}) and not column.endswith("_id")


def _told(column: str, value: Any) -> tuple[str, bool, str]:
    return str(CALLED.get(column, column.replace("_", " "))), column in CALLED, _value(value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, list):
        return str(format_list([_value(one) for one in value]))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_value(one)}" for name, one in value.items())
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    """Say days and moments as the reader says them; other words stay as they are."""
    try:
        if len(text) == len("2026-11-20"):
            return str(format_date(date.fromisoformat(text), "long"))
        at = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return text
    return str(moment_in_words(at)) if at is not None and at.tzinfo is not None else text
