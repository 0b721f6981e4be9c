"""Everything that hangs on the guide's blueprint: the app takes it from here."""

from welcome.directory.views import corrections, desk, guide, opportunities, tables, texts
from welcome.directory.views.blueprint import bp as bp

PAGES = (guide, corrections, desk, opportunities, tables, texts)
