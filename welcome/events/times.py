"""Time as organisers say it: by the clock on the wall, in a zone. Instants follow from it, also when clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l


class TimeDoesNotExist(Refusal):
    """The clocks jump over this time."""

    message = _l("On %(day)s the clocks go forward, and %(time)s does not exist. Please choose another time.")


class TimeComesTwice(Refusal):
    """The clocks go back over this time."""

    message = _l("On %(day)s the clocks go back, and %(time)s comes twice. Please choose another time.")


def said_instant(wall: datetime, zone: str) -> datetime:
    """Return the one instant that a person meant; refuse a time that does not exist or comes twice."""
    first, second = _instant(wall, zone, fold=0), _instant(wall, zone, fold=1)
    if first == second:
        return first
    words = {"day": wall.date().isoformat(), "time": f"{wall:%H:%M}"}
    if wall_time(first, zone) != wall:
        raise TimeDoesNotExist(**words)
    raise TimeComesTwice(**words)


def computed_instant(wall: datetime, zone: str) -> datetime:
    """Return the instant of a time that a rule arrived at: past the gap where there is one, the first of two."""
    return _instant(wall, zone, fold=0)


def wall_time(instant: datetime, zone: str) -> datetime:
    """Return what the clock on the wall shows."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _instant(wall: datetime, zone: str, fold: int) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
