"""The shape of a report, of a decision, and of a second look."""

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from welcome.i18n import lazy_gettext as _l
from welcome.moderation.models import Category, Decision


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
