"""Everything that hangs on this room's blueprint: the app takes it from here."""

from welcome.pairings.views import (
    arrangements,
    circles,
    desk,
    looking,
    matches,
    mentors,
    people,
    previews,
    programmes,
    recalling,
    requests,
    rounds,
)
from welcome.pairings.views.blueprint import bp as bp

PAGES = (
    *(people, requests, matches, programmes, desk, mentors),
    *(rounds, previews, arrangements, looking, recalling, circles),
)
