"""Forms about letters."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectField
from wtforms.fields.choices import SelectChoice

from welcome.announcements.rhythm import FIRST_HOUR, LAST_HOUR
from welcome.i18n import day_names
from welcome.i18n import lazy_gettext as _l
from welcome.post.choices import DIGEST, HAS_ITS_OWN, KINDS, Choice
from welcome.post.hours import Hours, read_hours
from welcome.post.models import Rhythm

LABELS = {
    "welcome_event": _l("Welcome events for people who have just arrived"),
    "bridging_meetup": _l("Meetups of newcomers and locals"),
    "event_published": _l("Other events that fit what I like"),
    "announcement": _l("What organisers tell people like me about their events"),
    "help_wanted": _l("Where a helping hand is wanted"),
    "new_message": _l("Messages from people I write with"),
    "weekly_letter": _l("Once a week: what is on for me, and what waits for me"),
    "journey": _l("The first year: what helps now, before I come and after"),
    "round_opens": _l("A round of a programme in which I take part is about to begin"),
    DIGEST: _l("Several notices in one letter"),
}
RHYTHMS = {
    Rhythm.AT_ONCE: _l("At once"),
    Rhythm.DAILY: _l("Together, once a day"),
    Rhythm.WEEKLY: _l("Together, once a week"),
    Rhythm.OFF: _l("No e-mail"),
}
USUAL_QUIET = read_hours("21:30-08:00")
HOURS = [SelectChoice(hour, f"{hour:02}:00") for hour in range(FIRST_HOUR, LAST_HOUR + 1)]
HALF_HOURS = [SelectChoice(minute, f"{minute // 60:02}:{minute % 60:02}") for minute in range(0, 24 * 60, 30)]


class KindForm(Form):
    """How a member wants to hear of one kind of thing."""

    mail = SelectField(
        _l("By e-mail"),
        choices=[SelectChoice(rhythm.value, label) for rhythm, label in RHYTHMS.items()],
        default=Rhythm.AT_ONCE.value,
    )
    bell = BooleanField(_l("On the bell"))


class LettersForm(FlaskForm):
    """What a member wants to hear of, how often, and when."""

    kinds = FieldList(FormField(KindForm), min_entries=len(KINDS), max_entries=len(KINDS))
    weekday = SelectField(_l("The weekly letter comes on"), coerce=int)
    hour = SelectField(_l("At"), coerce=int, choices=HOURS)
    gathers_on = SelectField(_l("What comes together once a week comes on"), coerce=int)
    gathers_at = SelectField(_l("What comes together comes at"), coerce=int, choices=HOURS)

    is_quiet = BooleanField(_l("Let e-mails wait while I sleep"))
    quiet_from = SelectField(_l("From"), coerce=int, choices=HALF_HOURS)
    quiet_until = SelectField(_l("Until"), coerce=int, choices=HALF_HOURS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [SelectChoice(number, name) for number, name in enumerate(day_names())]
        self.weekday.choices = self.gathers_on.choices = days
        for kind, entry in zip(KINDS, self.kinds, strict=True):
            if kind in HAS_ITS_OWN:
                entry.form.mail.choices = [SelectChoice("at-once", _l("Yes")), SelectChoice("off", _l("No"))]

    def chosen(self) -> dict[str, Choice]:
        """Return what was chosen for each kind."""
        answers = zip(KINDS, self.kinds.data, strict=True)
        return {kind: Choice(Rhythm(said["mail"]), said["bell"]) for kind, said in answers}

    def quiet_hours(self) -> Hours:
        """Return the quiet hours that were chosen; none where they are switched off."""
        return (self.quiet_from.data, self.quiet_until.data) if self.is_quiet.data else (0, 0)


def kinds_answers(chosen: Mapping[str, Choice]) -> list[dict[str, Any]]:
    """Return a member's choices as the form shows them."""
    return [{"mail": chosen[kind].mail.value, "bell": chosen[kind].bell} for kind in KINDS]


def quiet_answers(hours: Hours) -> dict[str, int | bool]:
    """Return quiet hours as the form shows them, by the half hour; where there are none, the usual ones to choose."""
    is_quiet = hours[0] != hours[1]
    begin, end = (minute // 30 * 30 for minute in (hours if is_quiet else USUAL_QUIET))
    return {"is_quiet": is_quiet, "quiet_from": begin, "quiet_until": end}
