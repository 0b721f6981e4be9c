"""How members answer to an event."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, ValidationError

from welcome.errors import Refusal
from welcome.events.answers.models import Greeting, Listed
from welcome.events.plans import Manner
from welcome.events.rules import MOST_IN_PARTY, SideNotSaid
from welcome.i18n import lazy_gettext as _l
from welcome.validation import stripped


class PartyForm(FlaskForm):
    """How many come: two numbers."""

    adults = RadioField(
        _l("Adults, you included"),
        coerce=int,
        default=1,
        choices=[SelectChoice(str(number), str(number)) for number in range(1, MOST_IN_PARTY + 1)],
    )
    children = RadioField(
        _l("Children"),
        coerce=int,
        default=0,
        choices=[SelectChoice(str(number), str(number)) for number in range(MOST_IN_PARTY)],
        description=_l("One place for each person, babies too."),
    )

    def validate_children(self, field: RadioField) -> None:
        """A party has its limit."""
        if isinstance(self.adults.data, int) and self.adults.data + (field.data or 0) > MOST_IN_PARTY:
            raise ValidationError(
                _l("You can come with at most %(most)s people, yourself included.", most=MOST_IN_PARTY)
            )

    def say(self, refusal: Refusal) -> None:
        """Put a refusal beside the field that it is about."""
        field = self["side"] if isinstance(refusal, SideNotSaid) else self.children
        field.errors = [*field.errors, str(refusal)]

    def party(self) -> dict[str, int]:
        """Return how many come, and how many of them are children."""
        return {"party": self.adults.data + self.children.data, "children": self.children.data}

    def show(self, party: int, children: int) -> None:
        """Start from an answer that was given before."""
        self.adults.data, self.children.data = party - children, children


class SidePart(Form):
    """On which side one is, and whether all dates of a series are meant."""

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
    whole_series = BooleanField(_l("For all dates from this one on"))

    def validate_side(self, field: RadioField) -> None:
        """Take only sides that there are."""
        if field.data not in {None, "", "newcomer", "local", "both"}:
            raise ValidationError(_l("Please choose one of the sides."))


class JoinForm(SidePart, PartyForm):
    """How many come, on which side, and how one is seen and met."""

    listed = RadioField(
        _l("How do the other guests see you?"),
        choices=[
            SelectChoice(Listed.FIRST_NAME.value, _l("With my first name")),
            SelectChoice(Listed.NAME.value, _l("With the name that I write here")),
            SelectChoice(Listed.HIDDEN.value, _l("Not at all")),
        ],
        default=Listed.FIRST_NAME.value,
        description=_l("Only people who come themselves see the list."),
    )
    listed_name = StringField(_l("Name on the list"), [Length(max=80)], filters=[stripped])
    greeting = RadioField(
        _l("At the door"),
        choices=[
            SelectChoice("", _l("Nothing special")),
            SelectChoice(Greeting.WANTED.value, _l("I come alone and would like somebody to meet me")),
            SelectChoice(Greeting.OFFERED.value, _l("I can meet people who come alone")),
        ],
        default="",
    )

    def validate_listed_name(self, field: StringField) -> None:
        """A name is written where one is wanted."""
        if self.listed.data == Listed.NAME and not field.data:
            raise ValidationError(_l("Please write the name that the others may see."))

    def manner(self) -> Manner:
        """Return how somebody comes."""
        listed = Listed(self.listed.data)
        name = self.listed_name.data or "" if listed is Listed.NAME else ""
        return Manner(listed, name, Greeting(self.greeting.data) if self.greeting.data else None)


class GuestForm(SidePart, PartyForm):
    """Who comes without an account."""

    first_name = StringField(
        _l("First name"),
        [
            DataRequired(_l("Please tell us your first name.")),
            Length(max=60),
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
