"""The shape of what is sent in a conversation."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length

from welcome.conversations.rules import Step
from welcome.i18n import lazy_gettext as _l


class MessageForm(FlaskForm):
    """One message."""

    body = TextAreaField(_l("Your message"), render_kw={"rows": 3, "maxlength": 4000, "required": False})


LABELS = {
    Step.SURNAME: _l("Your surname"),
    Step.CONTACT: _l("Your telephone number, or another way to reach you"),
}


class StepForm(FlaskForm):
    """One of the things that can be told."""

    step = HiddenField(validators=[AnyOf(list(Step))])


class TellForm(StepForm):
    """Tell one more thing about oneself."""

    words = StringField(validators=[DataRequired(_l("Please tell us in a few words.")), Length(max=120)])
