"""Beginnings for events that many organisers hold, so that publishing takes two minutes on a phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import LazyString

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
    "bridge": Starter(
        _l("Bridging meetup"),
        _l("People who have just arrived and people who live here, at one table. Half of the places for each."),
        "people",
        time(18, 30),
        time(21),
        {"kind": "bridging", "newcomer_places": 6, "local_places": 6, "opens_to_all_hours": 48},
    ),
}


def fill(form: Any, name: str, now: datetime) -> None:
    """Start a form from a beginning, two weeks from today."""
    starter = STARTERS.get(name)
    form.day.data = (now + timedelta(days=14)).date()
    if starter is None:
        return
    form.title.data, form.about.data = str(starter.name), str(starter.about)
    form.starts.data, form.ends.data = starter.starts, starter.ends
    for field_name, value in starter.facts.items():
        form[field_name].data = value
