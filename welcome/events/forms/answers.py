"""How members answer to an event."""

from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, ValidationError

from welcome.events.forms.fields import stripped
from welcome.events.rules import MOST_IN_PARTY
from welcome.i18n import lazy_gettext as _l


class PartyForm(FlaskForm):
    """How many come."""

    party = RadioField(
        _l("How many places?"),
        coerce=int,
        default=1,
        choices=[SelectChoice(str(number), str(number)) for number in range(1, MOST_IN_PARTY + 1)],
        description=_l("You, your partner, your children: one place for each person."),
    )


class JoinForm(PartyForm):
    """How many come, and on which side."""

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


class GuestForm(JoinForm):
    """Who comes without an account."""

    first_name = StringField(
        _l("First name"),
        [
            DataRequired(_l("Please tell us your first name.")),
            Length(max=60, message=_l("Please use at most 60 letters.")),
        ],
        filters=[stripped],
    )
    email = EmailField(
        _l("E-mail address"),
        [
            DataRequired(_l("Please tell us your e-mail address.")),
            Length(max=254, message=_l("This does not look like an e-mail address.")),
            Email(_l("This does not look like an e-mail address.")),
        ],
        filters=[lambda text: (text or "").strip().lower()],
    )
