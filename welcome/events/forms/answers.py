"""How members answer to an event."""

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from welcome.events.rules import MOST_IN_PARTY
from welcome.i18n import lazy_gettext as _l


class JoinForm(FlaskForm):
    """How many come, and on which side."""

    party = RadioField(
        _l("How many places?"),
        coerce=int,
        default=1,
        choices=[SelectChoice(str(number), str(number)) for number in range(1, MOST_IN_PARTY + 1)],
        description=_l("You, your partner, your children: one place for each person."),
    )
    side = RadioField(
        _l("Which places would you like?"),
        choices=[
            SelectChoice("newcomer", _l("I'm new here")),
            SelectChoice("local", _l("I live here")),
            SelectChoice("both", _l("A bit of both")),
        ],
        validate_choice=False,
        default="",
    )

    def validate_side(self, field: RadioField) -> None:
        """Take only sides that there are."""
        if field.data not in {None, "", "newcomer", "local", "both"}:
            raise ValidationError(_l("Please choose one of the sides."))
