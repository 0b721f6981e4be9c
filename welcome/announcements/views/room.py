"""Everything that hangs on this room's blueprint: the app takes it from here."""

from welcome.announcements.views import journey, letters
from welcome.announcements.views.blueprint import bp as bp

PAGES = (journey, letters)
