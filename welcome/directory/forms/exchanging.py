"""What comes to the guide from outside: a reader's correction, and a table."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from welcome.directory.vocabulary import PARTS
from welcome.i18n import lazy_gettext as _l
from welcome.validation import stripped


class CorrectionForm(FlaskForm):
    """What is wrong, and how it should read."""

    part = RadioField(
        _l("What is wrong?"),
        choices=[SelectChoice(*part) for part in PARTS.items()],
        validators=[DataRequired(_l("Please choose what is wrong."))],
    )
    words = TextAreaField(
        _l("How should it read?"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Please write how it should read.")),
            Length(max=500),
        ],
    )


class SheetForm(FlaskForm):
    """A table of the guide."""

    file = FileField(_l("Table (.csv)"))
    is_trial = BooleanField(_l("Only try: show what would change, and change nothing"))

    def validate_file(self, field: FileField) -> None:
        """There is a file."""
        if not field.data:
            raise ValidationError(_l("Please choose a file."))
