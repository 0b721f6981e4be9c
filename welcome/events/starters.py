"""Beginnings for events that many organisers hold, so that publishing takes two minutes on a phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import LazyString
from sqlalchemy.orm import Session

from welcome.events.crew.rules import Plan
from welcome.events.crew.shifts import add_shift
from welcome.events.models import Event
from welcome.i18n import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Starter:
    """One beginning: what the form shows before anything is typed."""

    name: LazyString
    about: LazyString
    icon: str
    starts: time = time(10)
    ends: time = time(12)
    facts: Mapping[str, Any] = field(default_factory=dict)
    shifts: tuple[tuple[LazyString, int, int, int], ...] = ()  #: what, minutes after the start, how long, how many
    stands: int | None = None


STARTERS: Mapping[str, Starter] = {
    "coffee": Starter(
        _l("Welcome coffee"),
        _l("A cup of coffee for people who have just arrived. Come alone or together; someone is at the door for you."),
        "cup",
        facts={"kind": "welcome", "arrived_within_weeks": 12, "interest": "food.coffee"},
    ),
    "table": Starter(
        _l("Language table"),
        _l("We talk, slowly and with patience. Nobody corrects you unless you ask."),
        "exchange",
        time(19),
        time(20, 30),
        {"capacity": 12, "rhythm": "weekly", "times": 8},
    ),
    "playground": Starter(
        _l("Meeting at the playground"),
        _l("The children play, the grown-ups talk. If it rains we meet another day."),
        "children",
        facts={"children_welcome": "yes", "is_step_free": "yes", "interest": "outdoors.playgrounds"},
    ),
    "walk": Starter(
        _l("A walk together"),
        _l("About an hour and a half, at an easy pace, with stories about the neighbourhood."),
        "road",
        time(14),
        time(15, 30),
        {"interest": "outdoors.walking"},
    ),
    "workshop": Starter(
        _l("Workshop"),
        _l("We learn something with our hands or heads. No knowledge is needed; what you need is there."),
        "tools",
        time(19),
        time(21),
        {"capacity": 15, "setting": "indoors", "interest": "making.crafts"},
    ),
    "volunteers": Starter(
        _l("Volunteers' day"),
        _l("Many hands for a day: we build up, help, cook and clear away together. Little language is needed."),
        "work",
        time(10),
        time(16),
        {"interest": "giving.volunteering", "children_welcome": "yes"},
        (
            (_l("Build up"), -60, 120, 4),
            (_l("Kitchen"), 60, 180, 3),
            (_l("Clear away"), 300, 120, 4),
        ),
    ),
    "fair": Starter(
        _l("Fair with stands"),
        _l("Clubs, schools and services of the city at one place. Walk around, ask, taste, and join what you like."),
        "flag",
        time(11),
        time(16),
        {"children_welcome": "yes", "interest": "city.feasts"},
        ((_l("Welcome at the door"), -30, 180, 3), (_l("Clear away"), 300, 90, 6)),
        20,
    ),
    "bridge": Starter(
        _l("Bridging meetup"),
        _l("People who have just arrived and people who live here, at one table. Half of the places for each."),
        "people",
        time(18, 30),
        time(21),
        {"kind": "bridging", "newcomer_places": 6, "local_places": 6, "opens_to_all_hours": 48},
    ),
}


def fill(form: Any, name: str, habits: Mapping[str, str], now: datetime) -> None:
    """Start a form from a beginning, two weeks from today, in the organisation's own place and language."""
    starter = STARTERS.get(name)
    for field_name, value in habits.items():
        form[field_name].data = value
    form.day.data = (now + timedelta(days=14)).date()
    if starter is None:
        return
    form.title.data, form.about.data = str(starter.name), str(starter.about)
    form.starts.data, form.ends.data = starter.starts, starter.ends
    for field_name, value in starter.facts.items():
        form[field_name].data = value


def finish(session: Session, event: Event, name: str, now: datetime) -> None:
    """Add to a new event what its beginning brings beside the form: shifts at each date, stands."""
    starter = STARTERS.get(name)
    if starter is None:
        return
    event.stand_places = starter.stands
    for occurrence in event.occurrences:
        for what, after, lasts, places in starter.shifts:
            add_shift(session, occurrence, Plan(str(what), after, lasts, places), now=now)
