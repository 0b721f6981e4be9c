"""What a count may say, and when the two questions are open: decisions on plain values, and their refusals."""

from datetime import datetime, timedelta

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

FEWEST = 5
ANSWERED_WITHIN = timedelta(days=7)
DOOR_STAYS_OPEN = timedelta(hours=12)


class DoorIsClosed(Refusal):
    """The address of a door list works for one evening, or until there is a newer one."""

    status = 404
    message = _l("This door list is closed. Please ask the organisers for a new link.")


class TooLateToAnswer(Refusal):
    """Answers are counted once."""

    message = _l("The two questions were open for seven days. Thank you for thinking of it.")


def at_least(count: int, whole: int) -> int | None:
    """Return what may be said of a count out of a whole: "at least 10 of 14", or nothing (None).

    Only multiples of five are said, and never one that leaves so few over that these could be told: whatever is said,
    five counts or more are possible.
    """
    said = FEWEST * (min(count, whole - FEWEST + 1) // FEWEST)
    return said if said >= FEWEST else None


def may_answer(ends_at: datetime, now: datetime) -> bool:
    """Whether the two questions about an event are open."""
    return ends_at <= now < ends_at + ANSWERED_WITHIN
