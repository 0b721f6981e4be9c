"""Forms about letters."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from welcome.announcements.choices import KINDS
from welcome.announcements.rhythm import FIRST_HOUR, LAST_HOUR
from welcome.i18n import day_names
from welcome.i18n import lazy_gettext as _l
from welcome.post.hours import Hours, read_hours

LABELS = {
    "welcome_event": _l("Welcome events for people who have just arrived"),
    "bridging_meetup": _l("Meetups of newcomers and locals"),
    "event_published": _l("Other events that fit what I like"),
    "weekly_letter": _l("Once a week: what is on for me, and what waits for me"),
    "journey": _l("The first year: what helps now, before I come and after"),
}


USUAL_QUIET = read_hours("21:30-08:00")
HALF_HOURS = [SelectChoice(minute, f"{minute // 60:02}:{minute % 60:02}") for minute in range(0, 24 * 60, 30)]


class LettersForm(FlaskForm):
    """Which letters a member wants by e-mail."""

    wanted = SelectMultipleField(
        _l("Send me an e-mail about"), choices=[SelectChoice(kind, LABELS[kind]) for kind in KINDS]
    )
    weekday = SelectField(_l("The weekly letter comes on"), coerce=int)
    hour = SelectField(
        _l("At"), coerce=int, choices=[SelectChoice(hour, f"{hour:02}:00") for hour in range(FIRST_HOUR, LAST_HOUR + 1)]
    )

    is_quiet = BooleanField(_l("Let e-mails wait while I sleep"))
    quiet_from = SelectField(_l("From"), coerce=int, choices=HALF_HOURS)
    quiet_until = SelectField(_l("Until"), coerce=int, choices=HALF_HOURS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekday.choices = [SelectChoice(number, name) for number, name in enumerate(day_names())]

    def quiet_hours(self) -> Hours:
        """Return the quiet hours that were chosen; none where they are switched off."""
        return (self.quiet_from.data, self.quiet_until.data) if self.is_quiet.data else (0, 0)


def quiet_answers(hours: Hours) -> dict[str, int | bool]:
    """Return quiet hours as the form shows them, by the half hour; where there are none, the usual ones to choose."""
    is_quiet = hours[0] != hours[1]
    begin, end = (minute // 30 * 30 for minute in (hours if is_quiet else USUAL_QUIET))
    return {"is_quiet": is_quiet, "quiet_from": begin, "quiet_until": end}
