"""What this room does later: erase accounts that were left, never confirmed or long unused; forget looks of staff."""

from datetime import datetime

from welcome.accounts import staff_log
from welcome.accounts.closing import erase_account, erase_unconfirmed
from welcome.accounts.unused import ask_unused, close_unused
from welcome.agenda.jobs import Handler
from welcome.database import writing

HANDLERS: dict[str, Handler] = {"erase_account": erase_account, "close_unused": close_unused}


def forget_old(*, now: datetime) -> None:
    """Forget what staff looked at long ago, and who never came, or comes no more."""
    with writing() as session:
        erase_unconfirmed(session, now=now)
        ask_unused(session, now=now)
        staff_log.forget_beginning(session, now=now)
