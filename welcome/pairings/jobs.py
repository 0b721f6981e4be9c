"""Due work of this room: questions and proposals lapse, rounds begin, mentors and mentees are asked how it goes.

The day after a meeting both are asked, what mentors were vetted for runs out, blocks end what was open, and what was
only looked at is forgotten.
"""

from datetime import datetime

from welcome.agenda.jobs import Handler
from welcome.conversations.telling import forget_what_nobody_reads
from welcome.database import writing
from welcome.pairings import checkins, exposure, matches, meetings, requests
from welcome.pairings.circles import leaving
from welcome.pairings.circles import meetings as circle_meetings
from welcome.pairings.rounds import cadence, opening, previews, running, sending
from welcome.pairings.vetting import service as vetting

HANDLERS: dict[str, Handler] = {
    requests.LAPSE: requests.lapse,
    sending.LAPSE: sending.lapse,
    meetings.CHECK: meetings.ask_whether_they_met,
    circle_meetings.CHECK: circle_meetings.ask_how_it_was,
    cadence.BEGIN: cadence.begin,
    cadence.OPENS: opening.open_round,
    checkins.CHECK_IN: checkins.check_in,
    vetting.RENEW: vetting.announce_renewal,
    vetting.END: vetting.end,
}


def end_where_blocked(now: datetime) -> None:
    """End what was open between two who are kept apart."""
    with writing() as session:
        matches.end_where_blocked(session, now=now)
        leaving.leave_where_blocked(session, now=now)
        forget_what_nobody_reads(session)


def forget_old(now: datetime) -> None:
    """Forget who was shown to whom, what was only tried, what went into a round, and later what it came to."""
    with writing() as session:
        previews.forget_old(session, now=now)
        running.forget_inputs(session, now=now)
        running.forget_old(session, now=now)
        exposure.forget_old(session, now=now)
