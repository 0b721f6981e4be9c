"""What this room does later: erase accounts that were left or never confirmed, forget old looks of staff."""

from datetime import datetime

from welcome.accounts import staff_log
from welcome.accounts.closing import erase_account, erase_unconfirmed
from welcome.agenda.jobs import Handler
from welcome.database import writing

HANDLERS: dict[str, Handler] = {"erase_account": erase_account}


def forget_old(*, now: datetime) -> None:
    """Forget what staff looked at long ago, and who never said that an address is theirs."""
    with writing() as session:
        erase_unconfirmed(session, now=now)
        staff_log.forget_beginning(session, now=now)
