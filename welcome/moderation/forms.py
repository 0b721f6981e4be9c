"""The shape of a report, of a decision, and of a second look."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, StopValidation

from welcome.i18n import lazy_gettext as _l
from welcome.moderation.models import Category, Decision, HouseRule
from welcome.moderation.rules import HOUSE_RULES


class ReportForm(FlaskForm):
    """Say what is wrong."""

    category = RadioField(
        _l("What is it?"),
        choices=[
            SelectChoice(Category.DANGER.value, _l("Somebody is in danger")),
            SelectChoice(Category.THREAT.value, _l("Something sexual, a threat, or hate")),
            SelectChoice(Category.FLIRTING.value, _l("This felt like flirting")),
            SelectChoice(Category.OTHER.value, _l("Something else that is not right")),
        ],
        validators=[InputRequired(_l("Please choose one."))],
    )
    words = TextAreaField(
        _l("What happened?"),
        validators=[InputRequired(_l("Please tell us in a few words.")), Length(max=4000)],
    )


class ReadingForm(FlaskForm):
    """Say why something private has to be read."""

    reason = TextAreaField(
        _l("Why do you need to read it? The member can see this."),
        validators=[InputRequired(_l("Please give a reason.")), Length(max=500)],
    )


class NeededForMeasures(InputRequired):
    """A measure stands on something; where nothing needs to be done, nothing is asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.field_flags: dict[str, Any] = {}  # the browser would ask for it in any case

    def __call__(self, form: Any, field: Any) -> None:
        """Let the field be empty where no measure is taken."""
        if form.decision.data == Decision.NOTHING:
            field.errors[:] = []
            raise StopValidation
        super().__call__(form, field)


class DecisionForm(FlaskForm):
    """Decide, and say why."""

    decision = RadioField(
        _l("What do you decide?"),
        choices=[
            SelectChoice(Decision.NOTHING.value, _l("Nothing needs to be done")),
            SelectChoice(Decision.WARNING.value, _l("Warn the member")),
            SelectChoice(Decision.LIMIT.value, _l("No first contacts for two weeks")),
            SelectChoice(Decision.PAUSE.value, _l("Pause the account for 30 days")),
            SelectChoice(Decision.SUSPENSION.value, _l("Suspend the member")),
        ],
        validators=[InputRequired(_l("Please choose one."))],
    )
    house_rule = RadioField(
        _l("Which rule of the house is it about?"),
        choices=[
            *(SelectChoice(code, words) for code, words in HOUSE_RULES.items()),
            SelectChoice(HouseRule.OTHER.value, _l("Something else")),
        ],
        validators=[NeededForMeasures(_l("Please choose one."))],
    )
    reason = TextAreaField(
        _l("Why? The member will read this."),
        validators=[InputRequired(_l("Please give a reason.")), Length(max=2000)],
    )


class AppealForm(FlaskForm):
    """Ask for a second look."""

    words = TextAreaField(
        _l("Why do you think the decision is wrong?"),
        validators=[InputRequired(_l("Please tell us in a few words.")), Length(max=4000)],
    )


class AnswerForm(FlaskForm):
    """Answer an appeal."""

    outcome = RadioField(
        _l("What do you decide?"),
        choices=[
            SelectChoice("upheld", _l("The member is right: the measure ends now")),
            SelectChoice("kept", _l("The decision stays as it is")),
        ],
        validators=[InputRequired(_l("Please choose one."))],
    )
    answer = TextAreaField(
        _l("Why? The member will read this."),
        validators=[InputRequired(_l("Please give a reason.")), Length(max=2000)],
    )
