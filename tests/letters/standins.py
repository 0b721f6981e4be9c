"""Every letter with stand-ins in place of what it speaks of, by the names that its templates use.

A letter that somebody adds is found by itself. Its own room's tests prove that what it says is true; here it is only
read: whether it can be written in every language, how long it is, what its headers say.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from functools import cache
from typing import Any

from flask import Flask
from jinja2 import meta

from tests.conftest import TODAY
from welcome.post.jobs import for_reader
from welcome.post.letters import Somebody
from welcome.post.message import public_url, write
from welcome.post.models import Channel, Notice

MOMENT = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)
LONG = "Soup, stories and a very long evening with neighbours from everywhere in the city"
#: Names that mean something else in one letter.
OF_LETTER = {("meeting_offered", "times"): [MOMENT], ("round_opens", "day"): date(2026, 12, 1)}
#: What pages know of their visitor, and letters may call something of their own.
FREE = {"request", "session", "config", "g"}
#: What stands for a name, by how the name ends; the first that fits.
WORDS: tuple[tuple[str, Any], ...] = (
    ("at", MOMENT),
    ("on", date(2026, 11, 1)),
    ("local_start", MOMENT),
    ("local_end", MOMENT),
    ("first_name", "Carol"),
    ("title", LONG),
    ("name", "Table of the World"),
    ("names", ["Bob", "Mia"]),
    ("place", "Harbour Library, Quay 1"),
    ("link", "/events/abc"),
    ("path", "/events/abc"),
    ("url", "http://localhost:8000/events/abc"),
    ("public_id", "abc"),
    ("email", "carol@welcome.example"),
    ("hours", 24),
    ("days", 3),
    ("party", 2),
    ("number", 2),
    ("times", 10),
    ("until", MOMENT),
    ("others", [(MOMENT, MOMENT)]),
    ("say_step", lambda _step: ("Answer Bob", "Answer")),
    ("left", 4),
    ("age", 2),
)
TRUTHS = ("is_", "has_", "needs_", "may_", "can_", "was_")


class StandIn:
    """Something that a letter speaks of: each part of it has words that suit its name."""

    def __init__(self, name: str, *, truth: bool) -> None:
        self._name, self._truth = name, truth

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(name, truth=self._truth)

    __getitem__ = __getattr__

    def __call__(self, *_: Any, **__: Any) -> str:
        return f"[{self._name.replace('_', ' ')}]"

    def __iter__(self) -> Iterator[Any]:
        return iter([StandIn(self._name, truth=self._truth), StandIn(self._name, truth=self._truth)])

    def __len__(self) -> int:
        return 2

    def __str__(self) -> str:
        return f"[{self._name.replace('_', ' ')}]"

    __html__ = __str__

    def __eq__(self, other: object) -> bool:
        return self._truth

    def __hash__(self) -> int:
        return hash(self._name)

    def __gt__(self, other: object) -> bool:
        return self._truth

    __lt__ = __ge__ = __le__ = __gt__

    def __bool__(self) -> bool:
        return True


def stand_in(name: str, *, truth: bool) -> Any:
    """Return what stands for a name."""
    if name.startswith(TRUTHS):
        return truth
    return next((words for end, words in WORDS if f"_{name}".endswith(f"_{end}")), StandIn(name, truth=truth))


@cache
def names_in(app: Flask, template: str) -> set[str]:
    """Return the names that a template and all that it includes ask for."""
    loader: Any = app.jinja_env.loader
    source = loader.get_source(app.jinja_env, template)[0]
    tree = app.jinja_env.parse(source)
    found = meta.find_undeclared_variables(tree) | {name for name in FREE if f"{name}." in source}
    for other in meta.find_referenced_templates(tree):
        found = found | (names_in(app, other) if other else set())
    return found


def context_of(app: Flask, kind: str, *, truth: bool) -> dict[str, Any]:
    """Return a context for every part of a letter."""
    names = {name for part in ("subject.txt", "body.txt", "body.html") for name in names_in(app, f"mail/{kind}/{part}")}
    known = {"reader", "locale", "direction", "discreet", "instance_name", "unsubscribe_url", "mail"}
    context = {
        name: stand_in(name, truth=truth) for name in sorted(names - known - (set(app.jinja_env.globals) - FREE))
    }
    own = {name: thing for (which, name), thing in OF_LETTER.items() if which == kind}
    return {**context, **own}


def letter_of(app: Flask, kind: str, locale: str, *, truth: bool = True, discreet: bool = False) -> EmailMessage:
    """Write a letter of a kind in a language."""
    reader = Somebody(locale=locale, timezone="Europe/Amsterdam", first_name="Carol", id=7, is_discreet=discreet)
    reader.mail_address = "carol@welcome.example"
    context = for_reader(reader, app.extensions["letters"][kind], context_of(app, kind, truth=truth))
    if "unsubscribe_url" in context:
        context["unsubscribe_url"] = public_url("/letters/stop/abc")
    notice = Notice(kind=kind, key=f"{kind}:1", channel=Channel.MAIL, args={})
    return write(notice, reader, context, now=TODAY)
