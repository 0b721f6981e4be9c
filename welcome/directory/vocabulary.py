"""What organisations are about: the themes by which the city guide is ordered."""

from collections.abc import Mapping

from flask_babel import LazyString

from welcome.i18n import lazy_gettext as _l

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


def theme_label(code: str) -> str:
    """Return a theme's name."""
    return str(THEMES.get(code, code))
