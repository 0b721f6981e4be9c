"""The shape of what is sent in a conversation."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField

from welcome.i18n import lazy_gettext as _l


class MessageForm(FlaskForm):
    """One message."""

    body = TextAreaField(_l("Your message"), render_kw={"rows": 3, "maxlength": 4000, "required": False})
