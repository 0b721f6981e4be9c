"""The form on the living style page: one field of every shape, with answers in it."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    IntegerRangeField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Optional

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
INTERESTS = {
    "Music and stage": ("Choir", "Dancing", "Concerts"),
    "Food and drink": ("Baking", "Cooking for many", "Coffee"),
    "Outdoors": ("Running", "Cycling", "Gardens"),
}
ANSWERS = {
    "first_name": "",
    "side": "newcomer",
    "level": "b1",
    "interests": ["choir", "running"],
    "times": ["mon-morning", "tue-evening", "sat-morning"],
    "party": "2",
    "area": "Strijp",
    "weight": 6,
}


class SampleForm(FlaskForm):
    """Nobody sends it; its words are not for translators."""

    class Meta:
        """Shows, never receives."""

        csrf = False

    first_name = StringField(
        "First name",
        [DataRequired("Please tell us how people may call you.")],
        description="This is the name that others see.",
    )
    email = EmailField("E-mail address", [Optional()])
    side = RadioField(
        "Which fits you?",
        choices=[
            SelectChoice("newcomer", "I am new here"),
            SelectChoice("local", "I live here"),
            SelectChoice("both", "A little of both"),
        ],
    )
    level = RadioField(
        "Your Dutch",
        choices=[*(SelectChoice(name.lower(), name) for name in LEVELS), SelectChoice("native", "Mother tongue")],
    )
    interests = SelectMultipleField(
        "What do you like?",
        choices=[
            SelectChoice(name.lower(), name, optgroup=group) for group, names in INTERESTS.items() for name in names
        ],
    )
    times = SelectMultipleField(
        "When are you often free?", choices=[SelectChoice(f"{day}-{part}") for day in DAYS for part in PARTS]
    )
    party = RadioField("With how many do you come?", choices=[SelectChoice(str(number)) for number in range(1, 7)])
    area = SelectField("District", choices=[SelectChoice(name) for name in ("Centrum", "Strijp")])
    about = TextAreaField("A sentence about you", [Optional()])
    weight = IntegerRangeField("How much living close by counts", render_kw={"min": 0, "max": 10})
    is_adult = BooleanField("I am 18 or older")


def sample_form() -> SampleForm:
    """Return the form as somebody sent it who forgot one answer."""
    form = SampleForm(formdata=None, data=ANSWERS)
    form.validate()
    return form
