"""What organisers add to the page of an event: texts in other languages, a picture."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from welcome.i18n import lazy_gettext as _l
from welcome.validation import stripped


class TextForm(FlaskForm):
    """What an event says in one language, or in easy words."""

    title = StringField(_l("Title"), [Length(max=200)], filters=[stripped])
    about = TextAreaField(_l("What happens?"), [Length(max=8000)], filters=[stripped])


class AltForm(FlaskForm):
    """What is on a picture."""

    alt = StringField(
        _l("What is on the picture?"),
        [
            DataRequired(_l("Please say what is on the picture, for those who cannot see it.")),
            Length(max=300),
        ],
        filters=[stripped],
    )


class PictureForm(AltForm):
    """A picture, and what is on it."""

    file = FileField(_l("Picture"))

    def validate_file(self, field: FileField) -> None:
        """There is a file."""
        if not field.data:
            raise ValidationError(_l("Please choose a picture."))
