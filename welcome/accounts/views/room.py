"""Everything that hangs on this room's blueprint: the app takes it from here."""

from welcome.accounts.views import account, keeping_away, notices
from welcome.accounts.views.blueprint import bp as bp

PAGES = (account, keeping_away, notices)
