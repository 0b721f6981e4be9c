"""What organisers send: a calendar."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms.validators import ValidationError

from welcome.i18n import lazy_gettext as _l


class ImportForm(FlaskForm):
    """A calendar file."""

    file = FileField(_l("Calendar file (.ics)"))

    def validate_file(self, field: FileField) -> None:
        """There is a file."""
        if not field.data:
            raise ValidationError(_l("Please choose a file."))
