"""What keepers of the guide write: an organisation, a place, something that it has for people, an organiser."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import DateField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, Optional

from welcome.directory.models import Area, Kind, Opportunity, Organisation, Venue
from welcome.directory.opportunities import Chance
from welcome.directory.service import Listing, Place
from welcome.directory.vocabulary import CHANCES, KEEPERS, KIND_OF_ONE, LEVELS, STEPS, THEMES
from welcome.i18n import lazy_gettext as _l
from welcome.validation import stripped

STEP_FREE = {"yes": True, "no": False, "unknown": None}


def _kinds(kinds: tuple[Kind, ...]) -> list[SelectChoice]:
    return [SelectChoice(kind.value, KIND_OF_ONE[kind]) for kind in kinds]


def area_choices(areas: list[Area], nowhere: str) -> list[SelectChoice]:
    """Return areas to choose from, after a first choice that names none."""
    return [SelectChoice("", nowhere), *(SelectChoice(str(area.id), area.name) for area in areas)]


class OrganisationForm(FlaskForm):
    """What an organisation says about itself."""

    name = StringField(
        _l("Name"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Please write the name.")),
            Length(max=100),
        ],
    )
    about = TextAreaField(
        _l("What do you do, and for whom?"),
        filters=[stripped],
        validators=[Length(max=3000)],
    )
    website = StringField(
        _l("Website"),
        filters=[stripped],
        validators=[Length(max=300)],
    )
    kind = RadioField(_l("What is it?"), choices=_kinds(KEEPERS), default=Kind.ORGANISATION.value)
    opening = StringField(
        _l("When are you there?"),
        filters=[stripped],
        validators=[Length(max=300)],
        description=_l("Opening hours, or the evening on which you meet."),
    )
    phone = StringField(_l("Telephone"), filters=[stripped], validators=[Length(max=40)])
    links = TextAreaField(
        _l("Other pages"), validators=[Length(max=900)], description=_l("One address on each line, three at most.")
    )
    area = SelectField(_l("Area"))
    themes = SelectMultipleField(_l("Themes"), choices=[SelectChoice(*theme) for theme in THEMES.items()])
    steps = SelectMultipleField(_l("When do you help most?"), choices=[SelectChoice(*step) for step in STEPS.items()])
    languages = SelectMultipleField(_l("Languages in which you can help people"))

    def offer(self, areas: list[Area], languages: list[tuple[str, str]]) -> "OrganisationForm":
        """Fill in what can be chosen."""
        self.area.choices = area_choices(areas, str(_l("The whole city")))
        self.languages.choices = [SelectChoice(*language) for language in languages]
        return self

    def show(self, organisation: Organisation) -> None:
        """Start from what is known."""
        self.name.data, self.about.data, self.website.data = organisation.name, organisation.about, organisation.website
        self.area.data, self.kind.data = str(organisation.area_id or ""), organisation.kind.value
        self.themes.data, self.languages.data = organisation.themes, organisation.languages
        self.opening.data, self.phone.data, self.steps.data = (
            organisation.opening,
            organisation.phone,
            organisation.steps,
        )
        self.links.data = "\n".join(organisation.links)

    def listing(self) -> Listing:
        """Return what was filled in."""
        return Listing(
            name=self.name.data,
            about=self.about.data,
            website=self.website.data,
            area_id=int(self.area.data) if self.area.data else None,
            languages=self.languages.data,
            themes=self.themes.data,
            steps=self.steps.data,
            kind=Kind(self.kind.data),
            opening=self.opening.data,
            phone=self.phone.data,
            links=(self.links.data or "").split()[:3],
        )


class VenueForm(FlaskForm):
    """A place where people can meet."""

    name = StringField(
        _l("Name of the place"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Please write the name.")),
            Length(max=100),
        ],
    )
    address = StringField(
        _l("Address"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Please write the address, so that people can find it.")),
            Length(max=200),
        ],
    )
    area = SelectField(_l("Area"))
    opening = StringField(_l("When is it open?"), filters=[stripped], validators=[Length(max=300)])
    step_free = RadioField(
        _l("Can people come in without steps?"),
        choices=[
            SelectChoice("yes", _l("Yes")),
            SelectChoice("no", _l("No")),
            SelectChoice("unknown", _l("I don't know")),
        ],
        default="unknown",
    )
    is_public = BooleanField(_l("This is a public place: two people may agree to meet here for the first time"))

    def offer(self, areas: list[Area]) -> "VenueForm":
        """Fill in what can be chosen."""
        self.area.choices = area_choices(areas, str(_l("Outside the areas")))
        return self

    def show(self, venue: Venue) -> None:
        """Start from what is known."""
        self.name.data, self.address.data, self.area.data = venue.name, venue.address, str(venue.area_id or "")
        self.step_free.data = {True: "yes", False: "no", None: "unknown"}[venue.is_step_free]
        self.is_public.data, self.opening.data = venue.is_public, venue.opening

    def place(self) -> Place:
        """Return what was filled in."""
        return Place(
            name=self.name.data,
            address=self.address.data,
            area_id=int(self.area.data) if self.area.data else None,
            is_step_free=STEP_FREE[self.step_free.data],
            is_public=self.is_public.data,
            opening=self.opening.data,
        )


class OpportunityForm(FlaskForm):
    """Work for volunteers, or an offer to members."""

    kind = RadioField(_l("What is it?"), choices=_kinds(CHANCES), default=Kind.VOLUNTEERING.value)
    name = StringField(
        _l("In a few words"),
        filters=[stripped],
        validators=[DataRequired(_l("Please write the name.")), Length(max=100)],
    )
    about = TextAreaField(_l("What is it about?"), filters=[stripped], validators=[Length(max=3000)])
    hours = StringField(
        _l("How much time does it take?"),
        filters=[stripped],
        validators=[Length(max=100)],
        description=_l("For volunteers: two hours a week, one Saturday a month."),
    )
    level = SelectField(
        _l("How much of the language does one need?"),
        coerce=int,
        default=0,
        choices=[SelectChoice(str(level), label) for level, label in LEVELS.items()],
    )
    languages = SelectMultipleField(_l("Languages in which one can take part"))
    website = StringField(_l("Website"), filters=[stripped], validators=[Length(max=300)])
    area = SelectField(_l("Area"))
    themes = SelectMultipleField(_l("Themes"), choices=[SelectChoice(*theme) for theme in THEMES.items()])
    steps = SelectMultipleField(_l("When does it help most?"), choices=[SelectChoice(*step) for step in STEPS.items()])
    ends_on = DateField(_l("Until which day?"), [Optional()], description=_l("Leave it empty if it goes on."))

    def offer(self, areas: list[Area], languages: list[tuple[str, str]]) -> "OpportunityForm":
        """Fill in what can be chosen."""
        self.area.choices = area_choices(areas, str(_l("The whole city")))
        self.languages.choices = [SelectChoice(*language) for language in languages]
        return self

    def show(self, opportunity: Opportunity) -> None:
        """Start from what is known."""
        for name in ("name", "about", "hours", "level", "languages", "website", "themes", "steps", "ends_on"):
            self[name].data = getattr(opportunity, name)
        self.kind.data, self.area.data = opportunity.kind.value, str(opportunity.area_id or "")

    def chance(self) -> Chance:
        """Return what was filled in."""
        same = ("name", "about", "hours", "level", "languages", "website", "themes", "steps", "ends_on")
        said: dict[str, Any] = {name: self[name].data for name in same}
        area_id = int(self.area.data) if self.area.data else None
        return Chance(**said, kind=Kind(self.kind.data), area_id=area_id)


class OrganiserForm(FlaskForm):
    """Who is to keep an organisation's pages."""

    email = EmailField(
        _l("E-mail address of their account"),
        filters=[stripped],
        validators=[DataRequired(_l("Please write an e-mail address.")), Email(_l("This is no e-mail address."))],
    )
