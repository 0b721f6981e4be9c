"""How a series repeats, in an organiser's words: how often, until when or how many times, and when it pauses."""

from typing import Any

from wtforms import DateField, Form, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from welcome.events.forms.fields import count
from welcome.events.recurrence import Repeat, Rhythm
from welcome.i18n import lazy_gettext as _l
from welcome.i18n import month_names

RHYTHMS = {
    Rhythm.ONCE: _l("Once"),
    Rhythm.WEEKLY: _l("Every week"),
    Rhythm.FORTNIGHTLY: _l("Every two weeks"),
    Rhythm.MONTHLY: _l("Every month, on the same weekday"),
}


class RepeatPart(Form):
    """How an event repeats."""

    rhythm = RadioField(
        _l("Does it repeat?"),
        choices=[SelectChoice(one.value, label) for one, label in RHYTHMS.items()],
        default="once",
    )
    until = DateField(_l("Until which day?"), [Optional()])
    times = count(_l("Or how many times in all?"), 2, 60)
    pauses = SelectMultipleField(_l("Not in these months"), coerce=int)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the months by their names."""
        super().__init__(*args, **options)
        self.pauses.choices = [SelectChoice(str(number), name) for number, name in month_names()]

    def validate(self, extra_validators: Any = None) -> bool:
        """A series has an end, after its beginning."""
        is_valid = bool(super().validate(extra_validators))
        if self.rhythm.data == Rhythm.ONCE:
            return is_valid
        first = self["day"].data
        if not (self.until.data or self.times.data or self.until.errors or self.times.errors):
            self.until.errors = [_l("Please say until when it goes on, or how many times.")]
        elif self.until.data and first and self.until.data <= first:
            self.until.errors = [_l("This is not after the first date. Please choose a later day.")]
        return is_valid and not self.until.errors

    def repeat(self) -> Repeat:
        """Return how it repeats."""
        return Repeat(Rhythm(self.rhythm.data), self.times.data or 1, self.until.data, tuple(self.pauses.data or ()))
