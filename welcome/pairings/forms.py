"""The shape of what members and coordinators send in this room."""

from flask_wtf import FlaskForm
from wtforms import EmailField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from welcome.i18n import lazy_gettext as _l
from welcome.pairings.states import Part

NEEDED = InputRequired(_l("Choose one of these."))


class AskForm(FlaskForm):
    """A question to somebody, with a few first words."""

    note = TextAreaField(_l("A few words"), render_kw={"rows": 4, "maxlength": 500})


class JoinForm(FlaskForm):
    """Join a programme."""

    role = RadioField(_l("What would you like?"), validators=[Optional()])
    capacity = RadioField(
        _l("How many people at the same time?"),
        choices=[SelectChoice(str(number)) for number in range(1, 5)],
        default="1",
        validators=[Optional()],
    )

    def capacity_chosen(self) -> int:
        """Return for how many there is room; whoever says nothing has room for one."""
        return int(self.capacity.data) if self.capacity.data in {"1", "2", "3", "4"} else 1

    def role_chosen(self) -> Part:
        """Return the role, if the form asked for one."""
        return Part(self.role.data) if self.role and self.role.data in set(Part) else Part.PARTNER


class TimesForm(FlaskForm):
    """One to three times, and a place."""

    times = SelectMultipleField(_l("Times that suit you"))
    venue = RadioField(_l("Where"), validators=[Optional()], validate_choice=False)


class CheckForm(FlaskForm):
    """The private question the day after."""

    did_meet = RadioField(
        _l("Did you meet?"), choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))], validators=[NEEDED]
    )
    would_again = RadioField(
        _l("Would you like to meet again?"),
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("Rather not"))],
        validators=[Optional()],
    )


class EndForm(FlaskForm):
    """End a match; a reason helps us, and nobody else sees it."""

    reason = RadioField(
        _l("Why? Only if you like to say it"),
        choices=[
            SelectChoice("no-time", _l("I have too little time at the moment")),
            SelectChoice("moved", _l("One of us moves away")),
            SelectChoice("different-hopes", _l("We hoped for different things")),
            SelectChoice("reached", _l("We have reached what we wanted")),
            SelectChoice("other", _l("Something else")),
        ],
        validators=[Optional()],
    )


class ProgrammeForm(FlaskForm):
    """What a programme offers, and how long people have to answer."""

    name = StringField(_l("Name"), validators=[InputRequired(_l("Give it a name.")), Length(max=80)])
    about = TextAreaField(_l("What members read about it"), render_kw={"rows": 3}, validators=[Length(max=1000)])
    kind = RadioField(_l("What is it for?"), validators=[NEEDED])
    status = RadioField(
        _l("Can members join?"),
        choices=[
            SelectChoice("open", _l("Yes, it is open")),
            SelectChoice("draft", _l("Not yet")),
            SelectChoice("closed", _l("Not any more")),
        ],
        default="open",
        validators=[NEEDED],
    )
    request_days = IntegerField(_l("Days to answer a question"), default=7, validators=[NumberRange(1, 60)])
    hold_days = IntegerField(_l("Days to answer a proposal"), default=5, validators=[NumberRange(1, 60)])
    waves = IntegerField(_l("Waves in a round"), default=3, validators=[NumberRange(1, 6)])


class CoordinatorForm(FlaskForm):
    """Who looks after a programme."""

    email = EmailField(_l("E-mail address of a member"), validators=[InputRequired(_l("Whose?"))])
