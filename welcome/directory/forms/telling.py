"""What keepers write of something in the guide in another language."""

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from welcome.i18n import lazy_gettext as _l
from welcome.validation import stripped


class PlaceTextForm(FlaskForm):
    """What is said of a place."""

    title = StringField(_l("Name"), [Length(max=100)], filters=[stripped])
    hours = StringField(_l("When is it open?"), [Length(max=300)], filters=[stripped])


class TextForm(PlaceTextForm):
    """What an organisation says, or is said of something that it has for people."""

    about = TextAreaField(_l("What is it about?"), [Length(max=3000)], filters=[stripped])
