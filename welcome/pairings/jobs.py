"""Due work of this room: questions and proposals lapse, the day after a meeting both are asked, blocks end matches."""

from datetime import datetime

from welcome.agenda.jobs import Handler
from welcome.database import writing
from welcome.pairings import matches, meetings, requests, rounds

HANDLERS: dict[str, Handler] = {
    requests.LAPSE: requests.lapse,
    rounds.LAPSE: rounds.lapse,
    meetings.CHECK: meetings.ask_whether_they_met,
}


def end_where_blocked(now: datetime) -> None:
    """End what was open between two who are kept apart."""
    with writing() as session:
        matches.end_where_blocked(session, now=now)
