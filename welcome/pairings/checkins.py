"""Mentors and mentees are asked how it goes, after one week, two and six; a match that fell silent ends kindly.

Silence is three months without a message or a meeting. The first two questions are only for those who have no meeting
in sight.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.agenda.service import schedule
from welcome.conversations.models import Message
from welcome.database import lock
from welcome.pairings import letters, matches, pairs, rules
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.states import MeetingState
from welcome.post.service import post

CHECK_IN = rules.CHECK_IN
NUDGES = rules.CHECK_IN_DAYS[:-1]


def check_in(session: Session, match_id: int, now: datetime) -> None:
    """Do what is due in a match: a nudge, a question, or its end."""
    known = session.get(Match, match_id)
    if known is None or known.ended_at is not None:
        return
    pairs.lock_members(session, known.one_id, known.other_id)
    match = lock(session, Match, match_id)
    if match is None or match.ended_at is not None or pairs.is_gone(session, match.one_id, match.other):
        return
    days = (now - match.started_at).days
    if days >= rules.QUIET_DAYS:
        _end_if_silent(session, match, now)
        return
    mark = max((day for day in rules.CHECK_IN_DAYS if days >= day), default=None)
    if mark is None or (mark in NUDGES and _has_met(match)):
        return
    for person in (match.one_id, match.other_id):
        args = {"match": match.id, "days": mark}
        post(session, letters.CHECK_IN, person, args, key=f"{match.id}:{mark}:{person}", now=now)


def _has_met(match: Match) -> bool:
    return any(meeting.state in (MeetingState.AGREED, MeetingState.HELD) for meeting in match.meetings)


def _end_if_silent(session: Session, match: Match, now: datetime) -> None:
    """End a match of which nothing was heard for three months, or look again when it would be three months."""
    said = sa.select(sa.func.max(Message.sent_at)).where(Message.thread_id == match.thread_id)
    met = sa.select(sa.func.max(Meeting.starts_at)).where(Meeting.match_id == match.id)
    signs = [match.started_at, session.scalar(said), session.scalar(met)]
    quiet_from = max(sign for sign in signs if sign is not None) + timedelta(days=rules.QUIET_DAYS)
    if quiet_from > now:
        schedule(session, f"{CHECK_IN}:{match.id}:{quiet_from.date()}", CHECK_IN, match.id, quiet_from)
    else:
        matches.let_rest(session, match, now=now)
