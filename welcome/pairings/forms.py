"""The shape of what members and coordinators send in this room."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    IntegerRangeField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from welcome.i18n import lazy_gettext as _l
from welcome.matching.programme import Part as Weight
from welcome.pairings.states import Part, VettingStep

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
SLIDER = {"min": 0, "max": 100, "step": 5}
NEEDED = InputRequired(_l("Choose one of these."))


STEPS = [
    SelectChoice(VettingStep.TALK.value, _l("A talk")),
    SelectChoice(VettingStep.REFERENCES.value, _l("References")),
    SelectChoice(VettingStep.CHECK.value, _l("An official check, where the law allows it")),
    SelectChoice(VettingStep.TRAINING.value, _l("A training")),
]


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
        return int(self.capacity.data) if self.capacity and self.capacity.data in {"1", "2", "3", "4"} else 1

    def role_chosen(self) -> Part:
        """Return the role, if the form asked for one."""
        return Part(self.role.data) if self.role and self.role.data in set(Part) else Part.PARTNER


class TimesForm(FlaskForm):
    """One to three times, and a place."""

    times = SelectMultipleField(_l("Times that suit you"))
    venue = RadioField(_l("Where"), validators=[Optional()], validate_choice=False)


class MoveForm(FlaskForm):
    """Another time, and perhaps another place, for a circle's meeting."""

    times = RadioField(_l("Times that suit you"), validators=[NEEDED])
    venue = RadioField(_l("Where"), validators=[Optional()])


class CheckForm(FlaskForm):
    """The private question the day after."""

    did_meet = RadioField(
        _l("Did you meet?"), choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))], validators=[NEEDED]
    )
    felt_right = RadioField(
        _l("Did it feel right?"),
        choices=[
            SelectChoice("yes", _l("Yes")),
            SelectChoice("no", _l("Not quite")),
        ],
        validators=[Optional()],
    )
    would_again = RadioField(
        _l("Would you like to meet again?"),
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("Rather not"))],
        validators=[Optional()],
    )

    def told(self) -> dict[str, Any]:
        """Return what was said."""
        again = {"yes": True, "no": False}.get(self.would_again.data or "")
        return {"did_meet": self.did_meet.data == "yes", "would_again": again}


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
    open_to = RadioField(
        _l("Whom is it for?"),
        choices=[
            SelectChoice("everyone", _l("Everybody")),
            SelectChoice("newcomers", _l("Newcomers among themselves")),
            SelectChoice("women", _l("Women")),
        ],
        default="everyone",
        validators=[NEEDED],
    )
    every_weeks = RadioField(
        _l("When do rounds begin?"),
        choices=[
            SelectChoice("0", _l("When I say so")),
            SelectChoice("1", _l("Every week")),
            SelectChoice("2", _l("Every two weeks")),
            SelectChoice("4", _l("Every four weeks")),
        ],
        default="0",
        validators=[NEEDED],
    )
    weekday = SelectField(_l("On which day of the week?"), default="0", coerce=str)
    is_reviewed = BooleanField(_l("I look at each round before it is sent"))
    mentor_steps = SelectMultipleField(_l("What is done before somebody is a mentor?"), choices=STEPS)


class CoordinatorForm(FlaskForm):
    """Who looks after a programme."""

    email = EmailField(_l("E-mail address of a member"), validators=[InputRequired(_l("Whose?"))])


class VettingForm(FlaskForm):
    """What was done of the way to mentor, and until when it holds."""

    person = HiddenField()
    step = RadioField(_l("What was done?"), choices=STEPS, validators=[NEEDED])
    done_on = DateField(_l("On which day?"), validators=[Optional()])
    valid_until = DateField(_l("Until when does it hold?"), validators=[Optional()])
    note = StringField(_l("How do you know?"), validators=[InputRequired(_l("Please give a reason.")), Length(max=300)])

    def validate_valid_until(self, field: Field) -> None:
        """Let nothing end before it was done."""
        if field.data and self.done_on.data and field.data < self.done_on.data:
            raise ValidationError(_l("It cannot end before it was done."))


class ArrangementForm(FlaskForm):
    """Two people whom a coordinator wants paired, or never paired."""

    one = EmailField(_l("E-mail address of one person"), validators=[InputRequired(_l("Whose?"))])
    other = EmailField(_l("E-mail address of the other"), validators=[InputRequired(_l("Whose?"))])
    kind = RadioField(
        _l("What should happen?"),
        choices=[
            SelectChoice("pin", _l("Pair these two in the next round")),
            SelectChoice("forbid", _l("Never pair these two in this programme")),
        ],
        validators=[NEEDED],
    )


def _slider(label: object) -> IntegerRangeField:
    return IntegerRangeField(label, validators=[InputRequired(), NumberRange(0, 100)], render_kw=SLIDER)


class TrialForm(FlaskForm):
    """Settings of a programme, to be tried before they are kept."""

    language = _slider(_l("Help with a language"))
    interests = _slider(_l("Interests"))
    time = _slider(_l("Free time in common"))
    nearness = _slider(_l("Living near each other"))
    situation = _slider(_l("A similar situation in life"))
    goals = _slider(_l("Help with what somebody wishes for"))
    bridging = _slider(_l("Pairs of a newcomer and a local"))
    floor = _slider(_l("How good a pair is at least"))
    minimum_level = RadioField(
        _l("A common language, at least"),
        choices=[SelectChoice(str(level), name) for level, name in enumerate(LEVELS, start=1)],
        validators=[NEEDED],
    )
    least_each = RadioField(
        _l("Newcomers, and locals, in each circle, at least"),
        choices=[SelectChoice(str(number)) for number in range(4)],
        validators=[NEEDED],
    )
    hold_days = IntegerField(_l("Days to answer a proposal"), validators=[NumberRange(1, 60)])

    def weights(self) -> list[Field]:
        """Return the sliders for what counts."""
        return [self[part.value] for part in Weight]

    def validate_goals(self, field: Field) -> None:
        """Let something count."""
        if not any(slider.data for slider in self.weights()):
            raise ValidationError(_l("At least one of these must count."))
