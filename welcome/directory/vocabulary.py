"""By what the city guide is ordered: themes, steps of a life here, and kinds of things."""

from collections.abc import Mapping

from flask_babel import LazyString

from welcome.directory.models import Kind
from welcome.i18n import lazy_gettext as _l
from welcome.i18n import lazy_pgettext

THEMES: Mapping[str, LazyString] = {
    "arriving": _l("Arriving and registering"),
    "meeting": _l("Meeting people"),
    "language": _l("Learning the language"),
    "work": _l("Work and business"),
    "study": _l("Study and school"),
    "family": _l("Children and family"),
    "health": _l("Health and care"),
    "home": _l("Home and neighbourhood"),
    "sport": _l("Sport and movement"),
    "culture": _l("Culture and making"),
    "faith": _l("Faith and meaning"),
    "giving": _l("Volunteering"),
    "help": _l("Advice and help"),
}

#: When something helps, counted from each person's own arrival.
STEPS: Mapping[str, LazyString] = {
    "before": _l("Before departure"),
    "first_week": _l("The first week"),
    "first_months": _l("The first months"),
    "staying": _l("Staying"),
}
KINDS: Mapping[Kind, LazyString] = {
    Kind.SERVICE: _l("Services"),
    Kind.CLUB: _l("Clubs"),
    Kind.ORGANISATION: _l("Organisations"),
    Kind.PLACE: lazy_pgettext("locations", "Places"),
    Kind.VOLUNTEERING: _l("Volunteering"),
    Kind.OFFER: _l("Offers for members"),
}
KIND_OF_ONE: Mapping[Kind, LazyString] = {
    Kind.SERVICE: _l("Service"),
    Kind.CLUB: _l("Club"),
    Kind.ORGANISATION: _l("Organisation"),
    Kind.PLACE: _l("Place"),
    Kind.VOLUNTEERING: _l("Volunteering"),
    Kind.OFFER: _l("Offer for members"),
}
#: What an organisation can be, and what it can have for people.
KEEPERS = (Kind.ORGANISATION, Kind.SERVICE, Kind.CLUB)
CHANCES = (Kind.VOLUNTEERING, Kind.OFFER)
#: How much of a language a volunteer needs.
LEVELS: Mapping[int, LazyString] = {
    0: _l("A few words are enough"),
    1: _l("A1: simple words"),
    2: _l("A2: simple talk"),
    3: _l("B1: daily life"),
    4: _l("B2: most talks"),
    5: _l("C1: nearly everything"),
    6: _l("C2: like at home"),
}

#: What of a listing can be wrong.
PARTS: Mapping[str, LazyString] = {
    "opening": _l("The opening hours"),
    "phone": _l("The telephone number"),
    "website": _l("The website"),
    "place": _l("The address"),
    "languages": _l("The languages"),
    "about": _l("What it says"),
    "gone": _l("It is not there any more"),
    "other": _l("Something else"),
}


def theme_label(code: str) -> str:
    """Return a theme's name."""
    return str(THEMES.get(code, code))
