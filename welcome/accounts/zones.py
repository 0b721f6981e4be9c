"""Time zones as people know them: by a city, in the reader's language."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location


@lru_cache(maxsize=16)
def named_zones(locale: str) -> tuple[tuple[str, str], ...]:
    """Return (zone, its city in that language), by the city's name."""
    known = sorted(set(get_global("zone_territories")) & available_timezones())
    language = Locale.parse(locale)
    named = ((zone, get_timezone_location(zone, locale=language, return_city=True)) for zone in known if "/" in zone)
    return tuple(sorted(named, key=lambda pair: pair[1].casefold()))
