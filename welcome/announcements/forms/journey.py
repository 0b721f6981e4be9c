"""The form in which coordinators write a step of the journey."""

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from welcome.i18n import lazy_gettext as _l

LONGEST_SUBJECT = 60
LONGEST_BODY = 2000
EMPTY = _l("Please write a few words.")
TOO_LONG = _l("Please use at most %(max)d characters.")


class StepForm(FlaskForm):
    """What a step says in one language."""

    subject = StringField(_l("Subject"), [InputRequired(EMPTY), Length(max=LONGEST_SUBJECT, message=TOO_LONG)])
    body = TextAreaField(
        _l("Text"),
        [InputRequired(EMPTY), Length(max=LONGEST_BODY, message=TOO_LONG)],
        description=_l("An empty line begins a new paragraph. The greeting, the guide and the next event are added."),
    )
