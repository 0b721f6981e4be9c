"""The questions of the profile, one form for each step."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, FormField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.form import Form
from wtforms.validators import InputRequired, Length, ValidationError

from welcome.i18n import lazy_gettext as _l
from welcome.profiles import vocabulary as words
from welcome.profiles.models import ShownTo, Side
from welcome.profiles.rules import LONGEST_ABOUT, MOST_LANGUAGES, Language

YEARS_BACK = 30
#: The other levels are called by their code; the page describes each in plain words.
LEVEL_NAMES = {"native": words.LEVELS[7]}


def _choices(labels: Any) -> list[SelectChoice]:
    return [SelectChoice(str(getattr(code, "value", code)), label) for code, label in labels.items()]


class SideForm(FlaskForm):
    """I'm new here, I live here, or both."""

    side = RadioField(
        _l("Which is you?"), choices=_choices(words.SIDES), validators=[InputRequired(_l("Please choose one."))]
    )
    month = SelectField(_l("Month of arrival"))
    year = SelectField(_l("Year of arrival"))
    arrived_on_consent = BooleanField(
        _l("You may use my month of arrival to tell me what helps then, and about welcome events")
    )

    def offer(self, months: list[str], this_year: int) -> None:
        """Fill in the months and years that can be chosen."""
        numbers = [SelectChoice(str(number), name) for number, name in enumerate(months, start=1)]
        years = [SelectChoice(str(year)) for year in range(this_year + 1, this_year - YEARS_BACK, -1)]
        self.month.choices = [SelectChoice("", _l("Month")), *numbers]
        self.year.choices = [SelectChoice("", _l("Year")), *years]

    def validate_year(self, field: Any) -> None:
        """A month needs its year, and a year its month."""
        if bool(self.month.data) != bool(field.data):
            raise ValidationError(_l("Please choose both the month and the year, or neither."))

    @property
    def arrived_on(self) -> date | None:
        """Return the month that was chosen."""
        return date(int(self.year.data), int(self.month.data), 1) if self.month.data and self.year.data else None


class LanguageForm(Form):
    """One language."""

    code = SelectField(_l("Language"), default="")
    level = RadioField(
        _l("How well?"),
        choices=[SelectChoice(code, LEVEL_NAMES.get(code, code)) for code in words.LEVEL_CODES.values()],
        validate_choice=False,
    )
    teaches = BooleanField(_l("I can help others with it"))
    learns = BooleanField(_l("I want to practise it"))

    @property
    def language(self) -> Language:
        """Return what was filled in; level 0 stands for none."""
        levels = {code: level for level, code in words.LEVEL_CODES.items()}
        return Language(self.code.data, levels.get(self.level.data, 0), self.teaches.data, self.learns.data)


class LanguagesForm(FlaskForm):
    """Every language of a member, a row each."""

    rows = FieldList(FormField(LanguageForm), _l("Languages"), max_entries=MOST_LANGUAGES)

    def offer(self, languages: list[tuple[str, str]]) -> None:
        """Fill in the languages that can be chosen."""
        choices = [SelectChoice("", _l("Choose a language")), *(SelectChoice(*one) for one in languages)]
        for row in self.rows:
            row.form.code.choices = choices

    def chosen(self) -> list[LanguageForm]:
        """Return the rows in which a language is named."""
        return [row.form for row in self.rows if row.form.code.data]

    def is_complete(self) -> bool:
        """Ask for the level where it is missing."""
        wanting = [row for row in self.chosen() if not row.language.level]
        for row in wanting:
            self.blame(row.level, str(_l("Please choose how well you speak it.")))
        return not wanting

    def blame(self, field: Any, sentence: str) -> None:
        """Say what is wrong beside the field and in the summary."""
        field.errors = self.rows.errors = [sentence]


class InterestsForm(FlaskForm):
    """What a member likes, and loves."""

    likes = SelectMultipleField(_l("I like it"), choices=_choices(words.INTERESTS))
    loves = SelectMultipleField(_l("I love it"), choices=_choices(words.INTERESTS))

    def strengths(self, known: dict[str, int]) -> dict[str, int]:
        """Return a strength for each interest; what was ticked before keeps its own, love always wins."""
        liked = {code: min(known.get(code, 2), 2) for code in self.likes.data}
        return {**liked, **dict.fromkeys(self.loves.data, 3)}


class AvailabilityForm(FlaskForm):
    """When a member has time."""

    slots = SelectMultipleField(
        _l("I often have time"), choices=[SelectChoice(str(slot)) for slot in range(words.SLOT_COUNT)]
    )


class AreaForm(FlaskForm):
    """Where a member is."""

    area = RadioField(_l("My area"))
    meets_online = BooleanField(_l("Meeting online is fine, too"))

    def offer(self, areas: list[tuple[str, str]]) -> None:
        """Fill in the areas that can be chosen."""
        nowhere = SelectChoice("", _l("I'd rather not say"))
        self.area.choices = [*(SelectChoice(*area) for area in areas), nowhere]


class FamilyForm(FlaskForm):
    """A member's situation: each answer with a consent of its own."""

    situations = SelectMultipleField(_l("What fits you?"), choices=_choices(words.SITUATIONS))
    situations_consent = BooleanField(_l("You may keep this and use it to find people in a similar situation"))
    children = SelectMultipleField(_l("Do you have children?"), choices=_choices(words.CHILDREN))
    children_consent = BooleanField(_l("You may keep this and use it to find parents and events that fit"))
    planned_stay = RadioField(
        _l("How long do you think you will stay?"),
        choices=[*_choices(words.STAYS), SelectChoice("", _l("I'd rather not say"))],
        default="",
    )
    planned_stay_consent = BooleanField(_l("You may keep this and use it to find people with similar plans"))


class OffersForm(FlaskForm):
    """What a member can help with, and what would help them."""

    offers = SelectMultipleField(_l("I can help with"), choices=_choices(words.TOPICS))
    wishes = SelectMultipleField(_l("I would like help with"), choices=_choices(words.TOPICS))
    about = TextAreaField(
        _l("A few words about you"),
        validators=[Length(max=LONGEST_ABOUT)],
    )


class LimitsForm(FlaskForm):
    """To whom a member is shown."""

    shown_to = RadioField(
        _l("Show me to, and show me"),
        choices=_choices(words.SHOWN_TO),
        default=ShownTo.EVERYONE.value,
        validators=[InputRequired(_l("Please choose one."))],
    )
    gender = RadioField(
        _l("How do you describe yourself?"),
        choices=[*_choices(words.GENDERS), SelectChoice("", _l("I'd rather not say"))],
        default="",
    )
    gender_consent = BooleanField(_l("You may keep this and use it for these limits, and for nothing else"))


def side_of_form(form: SideForm) -> Side:
    """Return the side that was chosen."""
    return Side(form.side.data)
