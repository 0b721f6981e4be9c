"""Forms about letters."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from welcome.announcements.choices import KINDS
from welcome.announcements.rhythm import FIRST_HOUR, LAST_HOUR
from welcome.i18n import day_names
from welcome.i18n import lazy_gettext as _l

LABELS = {
    "welcome_event": _l("Welcome events for people who have just arrived"),
    "bridging_meetup": _l("Meetups of newcomers and locals"),
    "event_published": _l("Other events that fit what I like"),
    "weekly_letter": _l("Once a week: what is on for me, and what waits for me"),
    "journey": _l("The first year: what helps now, before I come and after"),
}


class LettersForm(FlaskForm):
    """Which letters a member wants by e-mail."""

    wanted = SelectMultipleField(
        _l("Send me an e-mail about"), choices=[SelectChoice(kind, LABELS[kind]) for kind in KINDS]
    )
    weekday = SelectField(_l("The weekly letter comes on"), coerce=int)
    hour = SelectField(
        _l("At"), coerce=int, choices=[SelectChoice(hour, f"{hour:02}:00") for hour in range(FIRST_HOUR, LAST_HOUR + 1)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekday.choices = [SelectChoice(number, name) for number, name in enumerate(day_names())]
