"""What this room does later: erase the accounts whose owners left."""

from welcome.accounts.closing import erase_account
from welcome.agenda.jobs import Handler

HANDLERS: dict[str, Handler] = {"erase_account": erase_account}
