"""From three offered times to "did you meet?": how a match becomes meetings."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.agenda.service import cancel, schedule
from welcome.database import lock
from welcome.directory.models import AreaCloseness, Venue
from welcome.directory.service import public_venues
from welcome.errors import NotFound
from welcome.pairings import letters, pairs, refusals, rules, slots
from welcome.pairings.matches import Pair, check_key, hold_match, other_of
from welcome.pairings.models.matches import Match, Meeting, MeetingAnswer
from welcome.pairings.states import MeetingState
from welcome.post.letters import Letter
from welcome.post.service import post, withdraw
from welcome.profiles.models import Profile

CHECK = "meeting_check"
ASKED_AT = 10  #: o'clock, on the day after
ASKED_IN = (MeetingState.AGREED, MeetingState.MISSED)
VENUES = 4
REACH = 0.25  #: the smallest closeness of two areas that still counts as easy to reach


def candidate_times(session: Session, match: Match, zone: str, *, now: datetime) -> list[datetime]:
    """Return wall-clock times of the next two weeks that suit both; the first three are offered."""
    wanted = sa.select(Profile.slots).where(Profile.member_id.in_((match.one_id, match.other_id)))
    free = list(session.scalars(wanted))
    mine, theirs = free if len(free) == 2 else (0, 0)
    meeting = next((one for one in match.meetings if one.state is MeetingState.OFFERED), None)
    offered = {datetime.fromisoformat(slot) for slot in meeting.slots} if meeting else set()
    return slots.shared_times(mine, theirs, now.astimezone(ZoneInfo(zone)).date(), without=offered)


def candidate_venues(session: Session, match: Match) -> list[Venue]:
    """Return a few public places, those that are near both of them first."""
    return venues_near(session, (match.one_id, match.other_id))


def venues_near(session: Session, people: Collection[int]) -> list[Venue]:
    """Return a few public places, those that are near all of these people first."""
    wanted = sa.select(Profile.area_id).where(Profile.member_id.in_(people), Profile.area_id.is_not(None))
    areas = list(session.scalars(wanted))
    near = {
        (row.area_id, row.other_id): row.closeness
        for row in session.execute(
            sa.select(AreaCloseness.area_id, AreaCloseness.other_id, AreaCloseness.closeness).where(
                AreaCloseness.area_id.in_(areas)
            )
        )
    }

    def ease(venue: Venue) -> tuple[float, str]:
        if venue.area_id is None:
            return 0.0, venue.name
        here = [1.0 if area == venue.area_id else near.get((area, venue.area_id), 0.0) for area in areas]
        return -min(here, default=0.0), venue.name

    best = sorted(public_venues(session), key=ease)[:VENUES]
    reachable = [venue for venue in best if -ease(venue)[0] >= REACH]
    return reachable or best


def offer_times(
    session: Session,
    match_public_id: str,
    member_id: int,
    times: Collection[datetime],
    venue_public_id: str | None = None,
    *,
    now: datetime,
) -> Meeting:
    """Offer one to three times and a place for the next meeting, or other ones than before."""
    match_id = session.scalar(sa.select(Match.id).where(Match.public_id == match_public_id))
    match, other = hold_match(session, match_id or 0, member_id)
    zone = session.get_one(Member, member_id).timezone
    venue = _venue(session, venue_public_id)
    meeting = _meeting_to_plan(session, match, zone, now)
    _check_offer(times, zone, now)
    if venue is None and meeting.number == 1 and public_venues(session):
        raise refusals.PublicPlaceNeeded
    offered = [time.isoformat(timespec="minutes") for time in sorted(set(times))]
    if _is_offered(meeting, offered, venue, member_id):
        return meeting
    meeting.state = rules.move_meeting(meeting.state, MeetingState.OFFERED)
    cancel(session, check_key(meeting))
    meeting.slots = offered
    meeting.zone, meeting.venue_id, meeting.proposed_by_id = zone, venue.id if venue else None, member_id
    meeting.starts_at = meeting.ends_at = None
    session.flush()
    _forget_answers(session, meeting)
    args, key = {"meeting": meeting.id}, f"{meeting.id}:{now:%Y%m%d%H%M%S%f}"
    post(session, letters.MEETING_OFFERED, other.id, args, key=key, now=now)
    return meeting


def _is_offered(meeting: Meeting, offered: list[str], venue: Venue | None, member_id: int) -> bool:
    """Whether a button pressed twice has offered just this already."""
    known = (meeting.state, meeting.slots, meeting.venue_id, meeting.proposed_by_id)
    return known == (MeetingState.OFFERED, offered, venue.id if venue else None, member_id)


def _check_offer(times: Collection[datetime], zone: str, now: datetime) -> None:
    if not 1 <= len(set(times)) <= slots.OFFERED:
        raise refusals.OneToThreeTimes
    here = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if any(time <= here or time > here + timedelta(days=60) for time in times):
        raise refusals.NoSuchTime


def _venue(session: Session, public_id: str | None) -> Venue | None:
    return session.scalar(sa.select(Venue).where(Venue.public_id == public_id, Venue.is_public))


def _meeting_to_plan(session: Session, match: Match, zone: str, now: datetime) -> Meeting:
    """Return the row of the next meeting: one that was called off is planned anew, with the same name in calendars."""
    session.refresh(match, ["meetings"])
    states = {meeting.number: meeting.state for meeting in match.meetings}
    number = rules.next_number(states) or max(states) + (states[max(states)] is MeetingState.HELD)
    known = next((meeting for meeting in match.meetings if meeting.number == number), None)
    if known is not None:
        return known
    meeting = Meeting(match_id=match.id, number=number, state=MeetingState.OFFERED, zone=zone, created_at=now)
    meeting.sequence, meeting.slots = 0, []
    session.add(meeting)
    return meeting


def _forget_answers(session: Session, meeting: Meeting) -> None:
    session.execute(sa.delete(MeetingAnswer).where(MeetingAnswer.meeting_id == meeting.id))


def get_meeting(session: Session, public_id: str, member_id: int) -> Meeting:
    """Return a meeting of one's own; NotFound for everybody else."""
    meeting = session.scalar(sa.select(Meeting).where(Meeting.public_id == public_id))
    if meeting is None or member_id not in (meeting.match.one_id, meeting.match.other_id):
        raise NotFound
    return meeting


def _hold_meeting(session: Session, public_id: str, member_id: int) -> tuple[Meeting, Match, Member]:
    meeting = get_meeting(session, public_id, member_id)
    match, other = hold_match(session, meeting.match_id, member_id)
    session.refresh(meeting)
    return meeting, match, other


def agree(session: Session, public_id: str, member_id: int, time: datetime, *, now: datetime) -> Meeting:
    """Take one of the offered times: both get the letter with the calendar file."""
    meeting, match, _other = _hold_meeting(session, public_id, member_id)
    if meeting.state is not MeetingState.OFFERED or meeting.proposed_by_id == member_id:
        raise refusals.TooLate
    if time.isoformat(timespec="minutes") not in meeting.slots:
        raise refusals.NoSuchTime
    starts_at = time.replace(tzinfo=ZoneInfo(meeting.zone)).astimezone(UTC)
    if starts_at <= now:
        raise refusals.NoSuchTime
    meeting.state = rules.move_meeting(meeting.state, MeetingState.AGREED)
    meeting.sequence += meeting.agreed_at is not None
    meeting.starts_at, meeting.ends_at, meeting.agreed_at = starts_at, starts_at + slots.LENGTH, now
    ask_at = (time + timedelta(days=1)).replace(hour=ASKED_AT, minute=0)
    due_at = ask_at.replace(tzinfo=ZoneInfo(meeting.zone)).astimezone(UTC)
    schedule(session, check_key(meeting), CHECK, meeting.id, due_at, wall_time=ask_at, zone=meeting.zone)
    _tell_both(session, letters.MEETING_AGREED, meeting, match, now)
    return meeting


def call_off(session: Session, public_id: str, member_id: int, *, now: datetime) -> None:
    """Call a meeting off; the two may plan it anew."""
    meeting, match, _other = _hold_meeting(session, public_id, member_id)
    was_agreed = meeting.state is MeetingState.AGREED
    meeting.state = rules.move_meeting(meeting.state, MeetingState.CANCELLED)
    cancel(session, check_key(meeting))
    if was_agreed:
        meeting.sequence += 1
        withdraw(session, letters.MEETING_AGREED, f"{meeting.id}:", now=now, reason="the meeting is off")
        _tell_both(session, letters.MEETING_CANCELLED, meeting, match, now)


def _tell_both(session: Session, letter: Letter, meeting: Meeting, match: Match, now: datetime) -> None:
    for person in (match.one_id, match.other_id):
        key = f"{meeting.id}:{meeting.sequence}:{person}"
        post(session, letter, person, {"meeting": meeting.id}, key=key, now=now)


def ask_whether_they_met(session: Session, meeting_id: int, now: datetime) -> None:
    """Ask both in private, the day after; not when it was moved, called off, or the two are apart."""
    meeting = lock(session, Meeting, meeting_id)
    if meeting is None or meeting.state is not MeetingState.AGREED or (meeting.ends_at or now) >= now:
        return
    match = meeting.match
    if match.ended_at is None and not pairs.is_gone(session, match.one_id, match.other) and match.one.is_present:
        _tell_both(session, letters.MEETING_CHECK, meeting, match, now)


def answer_check(
    session: Session,
    public_id: str,
    member_id: int,
    *,
    did_meet: bool,
    would_again: bool | None = None,
    now: datetime,
) -> Meeting:
    """Keep what one of the two says in private; a yes from both marks the meeting held and prompts the next."""
    meeting, match, _other = _hold_meeting(session, public_id, member_id)
    if meeting.state not in ASKED_IN:
        raise refusals.TooLate
    if meeting.starts_at is None or meeting.starts_at > now:
        raise refusals.NotYet
    mine = sa.select(MeetingAnswer).where(MeetingAnswer.meeting_id == meeting.id, MeetingAnswer.member_id == member_id)
    answer = session.scalar(mine) or MeetingAnswer(meeting_id=meeting.id, member_id=member_id)
    answer.did_meet, answer.would_again, answer.answered_at = did_meet, would_again, now
    session.add(answer)
    session.flush()
    said = sa.select(MeetingAnswer.did_meet).where(MeetingAnswer.meeting_id == meeting.id)
    meeting.state = rules.after_answers(meeting.state, tuple(session.scalars(said)))
    if meeting.state is MeetingState.HELD and meeting.number < rules.LAST_NUMBER:
        _tell_both(session, letters.NEXT_MEETING, meeting, match, now)
    return meeting


def answer_of(session: Session, meeting_id: int, member_id: int) -> MeetingAnswer | None:
    """Return what a member said about a meeting."""
    return session.scalar(
        sa.select(MeetingAnswer).where(MeetingAnswer.meeting_id == meeting_id, MeetingAnswer.member_id == member_id)
    )


def waits_for_answer(session: Session, pair: Pair, member_id: int, *, now: datetime) -> Meeting | None:
    """Return the meeting that has been and of which a member has not said whether it happened.

    A no of the other changes nothing here: what they said is theirs.
    """
    meeting = pair.current
    if meeting is None or meeting.state not in ASKED_IN or (meeting.ends_at or now) >= now:
        return None
    return None if answer_of(session, meeting.id, member_id) else meeting


def partner_in(meeting: Meeting, member_id: int) -> Member:
    """Return whom a member meets."""
    return other_of(meeting.match, member_id)
