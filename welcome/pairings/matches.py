"""Two people who both said yes: what they see of their match, and how it ends without blame."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.agenda.service import cancel
from welcome.conversations.threads import close_thread
from welcome.database import lock
from welcome.errors import NotFound
from welcome.pairings import letters, pairs, refusals, rules
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.states import MeetingState
from welcome.pairings.suggestions import Face, read_faces
from welcome.post.service import post

END_REASONS = ("no-time", "moved", "different-hopes", "reached", "other")


@dataclass(frozen=True, slots=True)
class Pair:
    """A match as one of its two sees it."""

    match: Match
    me: Face
    other: Face | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen between the two."""
        return self.match.ended_at is not None or self.other is None

    @property
    def current(self) -> Meeting | None:
        """The meeting that is being planned, awaited or asked about."""
        number = self.number
        return next((meeting for meeting in self.match.meetings if meeting.number == number), None)

    @property
    def number(self) -> int:
        """The number of the meeting that is next; after the third it just goes on."""
        states = {meeting.number: meeting.state for meeting in self.match.meetings}
        return rules.next_number(states) or next(
            number for number in range(rules.LAST_NUMBER + 1, 1000) if states.get(number) is not MeetingState.HELD
        )

    @property
    def held(self) -> list[Meeting]:
        """The meetings that both said have happened."""
        return [meeting for meeting in self.match.meetings if meeting.state is MeetingState.HELD]


def other_of(match: Match, member_id: int) -> Member:
    """Return the other of the two."""
    return match.other if match.one_id == member_id else match.one


def get_pair(session: Session, public_id: str, member_id: int) -> Pair:
    """Return a match as this member sees it; NotFound for everybody else."""
    match = session.scalar(sa.select(Match).where(Match.public_id == public_id))
    if match is None or member_id not in (match.one_id, match.other_id):
        raise NotFound
    return pair_of(session, match, member_id)


def pair_of(session: Session, match: Match, member_id: int) -> Pair:
    """Return a match as one of the two sees it; the other is None once closed or kept apart."""
    other = other_of(match, member_id)
    faces = read_faces(session, [member_id, other.id])
    return Pair(match, faces[member_id], None if pairs.is_gone(session, member_id, other) else faces.get(other.id))


def read_pairs(session: Session, member_id: int) -> list[Pair]:
    """Return a member's open matches, the newest first."""
    matches = pairs.open_matches(session, member_id)
    others = [other_of(match, member_id).id for match in matches]
    faces = read_faces(session, [member_id, *others]) if matches else {}
    return [Pair(match, faces[member_id], faces.get(other)) for match, other in zip(matches, others, strict=True)]


def hold_match(session: Session, match_id: int, member_id: int) -> tuple[Match, Member]:
    """Lock both people and an open match, for one of the two; refuse when it has ended or the other is gone."""
    known = session.get(Match, match_id)
    if known is None or member_id not in (known.one_id, known.other_id):
        raise NotFound
    pairs.lock_members(session, known.one_id, known.other_id)
    match = lock(session, Match, match_id)
    if match is None or match.ended_at is not None:
        raise refusals.TooLate
    return match, pairs.check_there(session, member_id, other_of(match, member_id))


def end_match(session: Session, public_id: str, member_id: int, reason: str | None = None, *, now: datetime) -> None:
    """End a match from either side: no blame, both are free for others, the other gets a kind letter."""
    match = session.scalar(sa.select(Match).where(Match.public_id == public_id))
    if match is None or member_id not in (match.one_id, match.other_id):
        raise NotFound
    held = pairs.lock_members(session, match.one_id, match.other_id)
    match = lock(session, Match, match.id)
    if match is None or match.ended_at is not None:
        raise refusals.TooLate
    _close(session, match, held, now)
    match.ended_by_id, match.end_reason = member_id, reason if reason in END_REASONS else None
    other = other_of(match, member_id)
    if not pairs.is_gone(session, member_id, other):
        post(session, letters.MATCH_ENDED, other.id, {"match": match.id}, key=str(match.id), now=now)


def let_rest(session: Session, match: Match, *, now: datetime) -> None:
    """End a match that fell silent, and tell both kindly. Needs the lock."""
    held = pairs.lock_members(session, match.one_id, match.other_id)
    _close(session, match, held, now)
    for person in (match.one_id, match.other_id):
        post(session, letters.MATCH_RESTED, person, {"match": match.id}, key=f"{match.id}:{person}", now=now)


def _close(session: Session, match: Match, held: dict[tuple[int, int], Enrolment], now: datetime) -> None:
    """Let nothing more happen in a match; both wait again, and where it did not get going, as long as they did."""
    match.ended_at = now
    has_gone_on = sum(meeting.state is MeetingState.HELD for meeting in match.meetings) >= rules.LAST_NUMBER
    _call_off_meetings(session, match)
    if match.thread_id is not None:
        close_thread(session, match.thread_id, now=now)
    for person in (match.one_id, match.other_id):
        if (match.programme_id, person) in held:
            held[match.programme_id, person].waiting_since = now if has_gone_on else match.started_at


def end_where_blocked(session: Session, *, now: datetime) -> None:
    """End for good what was open between two who are kept apart: a block that is taken back brings nothing back.

    Until then, every page and letter looks for the block itself.
    """
    apart = pairs.kept_apart(Match.one_id, Match.other_id)
    for match in session.scalars(sa.select(Match).where(Match.ended_at.is_(None), apart)).all():
        held = pairs.lock_members(session, match.one_id, match.other_id)
        still = lock(session, Match, match.id)
        if still is not None and still.ended_at is None:
            _close(session, still, held, now)
    pairs.lapse_where_blocked(session, now=now)


def _call_off_meetings(session: Session, match: Match) -> None:
    for meeting in match.meetings:
        if meeting.state in (MeetingState.OFFERED, MeetingState.AGREED):
            meeting.state = MeetingState.CANCELLED
            meeting.sequence += 1
            cancel(session, check_key(meeting))


def check_key(meeting: Meeting) -> str:
    """Name the due work of asking after a meeting."""
    return f"meeting_check:{meeting.id}:{meeting.agreed_at:%Y%m%d%H%M%S}" if meeting.agreed_at else ""
