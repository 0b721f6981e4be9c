"""Due work of this room: questions and proposals lapse, and the day after a meeting both are asked."""

from welcome.agenda.jobs import Handler
from welcome.pairings import meetings, requests, rounds

HANDLERS: dict[str, Handler] = {
    requests.LAPSE: requests.lapse,
    rounds.LAPSE: rounds.lapse,
    meetings.CHECK: meetings.ask_whether_they_met,
}
