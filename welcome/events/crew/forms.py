"""What is asked of those who make an event together."""

from datetime import datetime, timedelta

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, IntegerField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange

from welcome.directory.models import Organisation
from welcome.events.crew.models import Shift
from welcome.events.crew.rules import Plan, planned
from welcome.events.forms.fields import count
from welcome.events.models import Occurrence
from welcome.i18n import lazy_gettext as _l
from welcome.validation import stripped

MOST_PLACES = 200


class ShiftForm(FlaskForm):
    """A shift, by the clock on the wall."""

    name = StringField(
        _l("What is to be done?"),
        [DataRequired(_l("Please say what is to be done.")), Length(max=100)],
        filters=[stripped],
    )
    day = DateField(_l("Day"), [InputRequired(_l("Please choose a day."))])
    starts = TimeField(_l("Starts at"), [InputRequired(_l("Please say when it starts."))])
    ends = TimeField(_l("Ends at"), [InputRequired(_l("Please say when it ends."))])
    places = IntegerField(
        _l("How many people?"),
        [InputRequired(_l("Please say how many people you need.")), NumberRange(1, MOST_PLACES)],
    )
    note = StringField(_l("Good to know"), [Length(max=300)], filters=[stripped])
    every_date = BooleanField(_l("At all dates that are still to come"))

    def start_from(self, date: Occurrence) -> None:
        """Start from the hours of the date itself."""
        start = datetime.fromisoformat(date.wall_start)
        self.day.data, self.starts.data = start.date(), start.time()
        self.ends.data = (start + (date.ends_at - date.starts_at)).time()
        self.places.data = 2

    def show(self, shift: Shift) -> None:
        """Start from what is planned."""
        self.name.data, self.note.data, self.places.data = shift.name, shift.note, shift.places
        self.day.data, self.starts.data, self.ends.data = (
            shift.wall_start.date(),
            shift.wall_start.time(),
            shift.wall_end.time(),
        )

    def plan(self, date: Occurrence) -> Plan:
        """Return the shift as so many minutes after the start of its date."""
        start = datetime.combine(self.day.data, self.starts.data)
        end = datetime.combine(self.day.data, self.ends.data)
        after, lasts = planned(datetime.fromisoformat(date.wall_start), start, end)
        return Plan(self.name.data, after, lasts, self.places.data, self.note.data or "")


class InviteMemberForm(FlaskForm):
    """Whom to ask."""

    email = EmailField(
        _l("E-mail address of a member"),
        [DataRequired(_l("Please write an e-mail address.")), Email(_l("This is no e-mail address.")), Length(max=254)],
        filters=[stripped],
    )


class OrganisationsForm(FlaskForm):
    """One of several organisations."""

    organisation = SelectField(_l("Organisation"), validators=[DataRequired(_l("Please choose an organisation."))])

    def offer(self, organisations: list[Organisation]) -> None:
        """Fill in what can be chosen; the only one there is stands chosen already."""
        named = [SelectChoice(str(one.id), one.name) for one in organisations]
        self.organisation.choices = [SelectChoice("", _l("Please choose")), *named]
        if len(named) == 1 and not self.is_submitted():
            self.organisation.data = named[0].value


class StandForm(OrganisationsForm):
    """Ask for a stand."""

    wish = StringField(
        _l("What will you show, and what do you need?"),
        [Length(max=300)],
        filters=[stripped],
        description=_l("For the organisers only: a table, electricity, a wall."),
    )


class StandsForm(FlaskForm):
    """How many stands there are."""

    places = count(_l("Stands"), 0, 1_000, _l("Leave it empty if this is no fair."))


class PublishLaterForm(FlaskForm):
    """When a draft publishes itself."""

    day = DateField(_l("On this day"), [InputRequired(_l("Please choose a day."))])
    at = TimeField(_l("At this time"), [InputRequired(_l("Please choose a time."))])

    def start_from(self, wall_time: datetime) -> None:
        """Start from the time that was chosen, or the next morning."""
        self.day.data, self.at.data = wall_time.date(), wall_time.time()

    def wall_time(self) -> datetime:
        """Return the time by the clock on the wall."""
        return datetime.combine(self.day.data, self.at.data)


def next_morning(wall_time: datetime) -> datetime:
    """Return nine o'clock of the next day."""
    return wall_time.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
