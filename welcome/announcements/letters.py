"""Every letter of this room."""

from welcome.announcements.announcing.letter import ANNOUNCEMENT, ANNOUNCEMENT_DECIDED, ANNOUNCEMENT_WAITS, HELP_WANTED
from welcome.announcements.invitations import BRIDGING_MEETUP, EVENT_PUBLISHED, WELCOME_EVENT
from welcome.announcements.journey.letter import JOURNEY
from welcome.announcements.outbox.letter import WORK_STUCK
from welcome.announcements.weekly import WEEKLY_LETTER

LETTERS = (
    *(WELCOME_EVENT, BRIDGING_MEETUP, EVENT_PUBLISHED, WEEKLY_LETTER, JOURNEY),
    *(ANNOUNCEMENT, HELP_WANTED, ANNOUNCEMENT_WAITS, ANNOUNCEMENT_DECIDED, WORK_STUCK),
)
