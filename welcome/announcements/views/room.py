"""Everything that hangs on this room's blueprint: the app takes it from here."""

from welcome.announcements.views import announcing, devices, journey, letters, outbox
from welcome.announcements.views.blueprint import bp as bp

PAGES = (announcing, devices, journey, letters, outbox)
