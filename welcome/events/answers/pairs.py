"""Two who come together: places for both or for neither, also when they have to wait, in one turn.

Each takes a place of their own side. Whoever is asked along says yes or no when there is a place, not before.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.events import rules, seats
from welcome.events.answers.company import may_come_with
from welcome.events.answers.models import OUT, Attendance
from welcome.events.answers.offers import hold, tell
from welcome.events.answers.standing import find_attendance, side_of
from welcome.events.letters import INVITED_ALONG
from welcome.events.models import Occurrence

HELD_FOR = timedelta(hours=24)


def along(session: Session, answer: Attendance) -> list[Attendance]:
    """Return the answer to be of whoever somebody waits with: nobody's, once they have one of their own or part."""
    other = session.get(Member, answer.waits_with_id) if answer.waits_with_id else None
    if other is None or not may_come_with(session, answer.member_id, other):
        return []
    known = find_attendance(session, answer.occurrence_id, other.id)
    if not may_be_asked(known, answer.member_id):
        return []
    found = known or Attendance(occurrence_id=answer.occurrence_id, member_id=other.id)
    found.side, found.party, found.children = side_of(session, other.id) or "both", 1, 0
    return [found]


def may_be_asked(known: Attendance | None, member_id: int) -> bool:
    """Whether somebody can be asked along: who has said no to the same person is not asked again."""
    return known is None or (known.state in OUT and known.brought_by_id != member_id)


def ask_along(session: Session, occurrence: Occurrence, other: Attendance, member_id: int, *, now: datetime) -> None:
    """Hold the place that was taken for somebody, and ask whether they come along; they have a day to say so."""
    other.turn, other.brought_by_id = seats.draw_turn(session, occurrence.id), member_id
    other.joined_at = other.changed_at = now
    session.add(other)
    hold(session, other, rules.hold_until(HELD_FOR // timedelta(hours=1), occurrence.starts_at, now))
    tell(session, INVITED_ALONG, other, now=now)
