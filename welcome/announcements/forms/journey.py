"""The forms in which coordinators write a step of the journey, and say when it comes."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from welcome.announcements.journey.course import FIRST_MONTH, LAST_MONTH
from welcome.announcements.journey.desk import say_month
from welcome.directory.vocabulary import THEMES
from welcome.i18n import lazy_gettext as _l

LONGEST_SUBJECT = 60
LONGEST_BODY = 2000
EMPTY = _l("Please write a few words.")


class MomentForm(FlaskForm):
    """When a step comes; and of a step of their own, what it is called and what of the guide belongs to it."""

    month = SelectField(_l("When it comes"), coerce=int, description=_l("On the eighth day of that month."))
    name = StringField(
        _l("Name of the step"),
        [InputRequired(EMPTY), Length(max=LONGEST_SUBJECT)],
        description=_l("Only coordinators read it."),
    )
    themes = SelectMultipleField(
        _l("Themes of the city guide"), [Optional()], choices=[SelectChoice(*theme) for theme in THEMES.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.month.choices = [SelectChoice(month, say_month(month)) for month in range(FIRST_MONTH, LAST_MONTH + 1)]


class StepForm(FlaskForm):
    """What a step says in one language."""

    subject = StringField(_l("Subject"), [InputRequired(EMPTY), Length(max=LONGEST_SUBJECT)])
    body = TextAreaField(
        _l("Text"),
        [InputRequired(EMPTY), Length(max=LONGEST_BODY)],
        description=_l("An empty line begins a new paragraph. The greeting, the guide and the next event are added."),
    )


class NewStepForm(MomentForm, StepForm):
    """A step of the coordinators' own, with its words in the language that the others follow."""
