"""What organisers send: a calendar, or the address of one."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import DataRequired, Length, ValidationError

from welcome.i18n import lazy_gettext as _l
from welcome.validation import stripped


class ImportForm(FlaskForm):
    """A calendar file."""

    file = FileField(_l("Calendar file (.ics)"))

    def validate_file(self, field: FileField) -> None:
        """There is a file."""
        if not field.data:
            raise ValidationError(_l("Please choose a file."))


class FollowForm(FlaskForm):
    """The address of a calendar."""

    address = StringField(
        _l("Address of your calendar"),
        [
            DataRequired(_l("Please give the address of your calendar.")),
            Length(max=500),
        ],
        filters=[stripped],
        render_kw={"dir": "ltr"},
    )
