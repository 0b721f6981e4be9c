"""What this room does later: erase the accounts whose owners left, forget the beginning of the staff log."""

from datetime import datetime

from welcome.accounts import staff_log
from welcome.accounts.closing import erase_account
from welcome.agenda.jobs import Handler
from welcome.database import writing

HANDLERS: dict[str, Handler] = {"erase_account": erase_account}


def forget_old(*, now: datetime) -> None:
    """Forget what staff looked at long ago."""
    with writing() as session:
        staff_log.forget_beginning(session, now=now)
