"""What the city guide asks: a search, an organisation, a place, an organiser."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length

from welcome.directory.models import Area, Organisation, Venue
from welcome.directory.service import Listing, Place
from welcome.directory.vocabulary import THEMES
from welcome.i18n import lazy_gettext as _l

STEP_FREE = {"yes": True, "no": False, "unknown": None}


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def area_choices(areas: list[Area], nowhere: str) -> list[SelectChoice]:
    """Return areas to choose from, after a first choice that names none."""
    return [SelectChoice("", nowhere), *(SelectChoice(str(area.id), area.name) for area in areas)]


class OrganisationForm(FlaskForm):
    """What an organisation says about itself."""

    name = StringField(
        _l("Name"),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Please write the name.")),
            Length(max=100, message=_l("Please use at most 100 letters.")),
        ],
    )
    about = TextAreaField(
        _l("What do you do, and for whom?"),
        filters=[_stripped],
        validators=[Length(max=3000, message=_l("Please use at most 3000 letters."))],
    )
    website = StringField(
        _l("Website"),
        filters=[_stripped],
        validators=[Length(max=300, message=_l("This address is too long."))],
    )
    area = SelectField(_l("Area"))
    themes = SelectMultipleField(_l("Themes"), choices=[SelectChoice(*theme) for theme in THEMES.items()])
    languages = SelectMultipleField(_l("Languages in which you can help people"))

    def offer(self, areas: list[Area], languages: list[tuple[str, str]]) -> "OrganisationForm":
        """Fill in what can be chosen."""
        self.area.choices = area_choices(areas, str(_l("The whole city")))
        self.languages.choices = [SelectChoice(*language) for language in languages]
        return self

    def show(self, organisation: Organisation) -> None:
        """Start from what is known."""
        self.name.data, self.about.data, self.website.data = organisation.name, organisation.about, organisation.website
        self.area.data = str(organisation.area_id or "")
        self.themes.data, self.languages.data = organisation.themes, organisation.languages

    def listing(self) -> Listing:
        """Return what was filled in."""
        return Listing(
            name=self.name.data,
            about=self.about.data,
            website=self.website.data,
            area_id=int(self.area.data) if self.area.data else None,
            languages=self.languages.data,
            themes=self.themes.data,
        )


class VenueForm(FlaskForm):
    """A place where people can meet."""

    name = StringField(
        _l("Name of the place"),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Please write the name.")),
            Length(max=100, message=_l("Please use at most 100 letters.")),
        ],
    )
    address = StringField(
        _l("Address"),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Please write the address, so that people can find it.")),
            Length(max=200, message=_l("Please use at most 200 letters.")),
        ],
    )
    area = SelectField(_l("Area"))
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
        self.is_public.data = venue.is_public

    def place(self) -> Place:
        """Return what was filled in."""
        return Place(
            name=self.name.data,
            address=self.address.data,
            area_id=int(self.area.data) if self.area.data else None,
            is_step_free=STEP_FREE[self.step_free.data],
            is_public=self.is_public.data,
        )


class OrganiserForm(FlaskForm):
    """Who is to keep an organisation's pages."""

    email = EmailField(
        _l("E-mail address of their account"),
        filters=[_stripped],
        validators=[DataRequired(_l("Please write an e-mail address.")), Email(_l("This is no e-mail address."))],
    )
