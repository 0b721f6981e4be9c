"""When a report must be answered, and by whom."""

from datetime import datetime, timedelta

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

HOURS = {"danger": 1, "threat": 4, "other": 24}


class OwnCase(Refusal):
    """Nobody decides about themselves."""

    message = _l("This report is about you or comes from you: another moderator decides it.")
    status = 403


class AlreadyDecided(Refusal):
    """A report is decided once."""

    message = _l("Another moderator has decided this report already.")


def due_at(category: str, now: datetime) -> datetime:
    """Return by when a moderator must have looked."""
    return now + timedelta(hours=HOURS[category])


def check_may_decide(moderator_id: int, accused_id: int | None, reporter_id: int | None, *, is_decided: bool) -> None:
    """Refuse a decision about oneself, or a second one."""
    if moderator_id in (accused_id, reporter_id):
        raise OwnCase
    if is_decided:
        raise AlreadyDecided
