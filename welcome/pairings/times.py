"""Say when two people meet, by the clock on the wall where they do."""

from datetime import datetime

from flask_babel import format_time

from welcome.i18n import day_in_words
from welcome.i18n import gettext as _


def say_time(at: datetime) -> str:
    """Say a wall-clock time with its day."""
    return str(_("%(day)s at %(time)s", day=day_in_words(at.date()), time=format_time(at, "short", rebase=False)))
