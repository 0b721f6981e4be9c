"""What may follow from what: requests, proposals and meetings as state machines on plain values."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from welcome.pairings import refusals
from welcome.pairings.states import MeetingState, Part, ProgrammeKind, ProposalState, RequestState

LONGEST_NOTE = 500
MOST_PLACES = 4
LAST_NUMBER = 3  #: after the third meeting two people need no prompting any more
NEW_FOR = timedelta(days=14)
FIRST_CONTACTS_WHEN_NEW = 3
FIRST_CONTACTS = 10
SAME_WORDS = 2  #: people who may get the very same note
NOT_NOW = timedelta(days=30)
ASK_AGAIN = timedelta(days=90)
CHECK_IN = "match_check_in"
CHECK_IN_DAYS = (7, 14, 45)  #: after which mentor and mentee are asked how it goes
QUIET_DAYS = 91  #: without a word or a meeting, and a match ends kindly
IGNORED_IN_A_ROW = 3  #: questions and proposals without a word, and then a break

LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|org|net|info|io|me|nl|be|de|eu|uk|fr|link|app)\b|\S+@\S+", re.IGNORECASE
)
PHONE = re.compile(r"(?:\+|\b)\d(?:[\s().\-/]*\d){6,}")


def check_note(note: str | None) -> str | None:
    """Return the first words to a stranger, or refuse them kindly."""
    words = " ".join((note or "").split())
    if len(words) > LONGEST_NOTE:
        raise refusals.LongNote(most=LONGEST_NOTE)
    if LINK.search(words) or PHONE.search(words):
        raise refusals.HeldBack
    return words or None


def check_quota(asked_today: int, member_since: datetime, now: datetime) -> None:
    """Refuse when a member has asked enough people for one day."""
    most = FIRST_CONTACTS_WHEN_NEW if now - member_since < NEW_FOR else FIRST_CONTACTS
    if asked_today >= most:
        raise refusals.TooManyQuestions(most=most)


OPEN_REQUESTS = (RequestState.REQUESTED, RequestState.SEEN)
REQUEST_MOVES: Mapping[RequestState, frozenset[RequestState]] = {
    RequestState.REQUESTED: frozenset(RequestState) - {RequestState.REQUESTED},
    RequestState.SEEN: frozenset(RequestState) - {RequestState.REQUESTED, RequestState.SEEN},
    # Declining is silent: to the asker the question is still open. They may take it back, or be asked in return.
    RequestState.DECLINED: frozenset({RequestState.WITHDRAWN, RequestState.ACCEPTED, RequestState.LAPSED}),
}


def move_request(state: RequestState, to: RequestState) -> RequestState:
    """Return the new state of a request, or refuse."""
    if to not in REQUEST_MOVES.get(state, frozenset()):
        raise refusals.TooLate
    return to


def shown_to_asker(state: RequestState, *, was_seen: bool, lapses_at: datetime, now: datetime) -> RequestState:
    """Return what the asker is told: declining is silent, so it looks like waiting until the question lapses."""
    if state in (RequestState.REQUESTED, RequestState.SEEN, RequestState.DECLINED):
        if now >= lapses_at:
            return RequestState.LAPSED
        return RequestState.SEEN if was_seen else RequestState.REQUESTED
    return state


def is_waiting(state: RequestState, lapses_at: datetime, now: datetime) -> bool:
    """Whether the asked person may still answer."""
    return state in OPEN_REQUESTS and now < lapses_at


def parts_meet(kind: ProgrammeKind, one: Part, other: Part) -> bool:
    """Whether two roles go together: a mentor with a mentee, partners with partners."""
    if kind is ProgrammeKind.CIRCLES:
        return False
    if kind is ProgrammeKind.MENTORSHIP:
        return {one, other} == {Part.MENTOR, Part.MENTEE}
    return one is other is Part.PARTNER


def places_for(kind: ProgrammeKind, role: Part, wished: int) -> int:
    """Return how many matches at once a member may have in a programme."""
    if kind is ProgrammeKind.MENTORSHIP and role is Part.MENTEE:
        return 1
    return max(1, min(MOST_PLACES, wished))


def answer_proposal(
    state: ProposalState, mine: bool | None, theirs: bool | None, *, yes: bool, expires_at: datetime, now: datetime
) -> ProposalState:
    """Return the state of a proposal after one answer; a no ends it, the second yes makes the match."""
    if state is not ProposalState.OPEN or mine is not None or now >= expires_at:
        raise refusals.TooLate
    if not yes:
        return ProposalState.DECLINED
    return ProposalState.ACCEPTED if theirs else ProposalState.OPEN


MEETING_MOVES: Mapping[MeetingState, frozenset[MeetingState]] = {
    MeetingState.OFFERED: frozenset({MeetingState.OFFERED, MeetingState.AGREED, MeetingState.CANCELLED}),
    MeetingState.AGREED: frozenset(
        {MeetingState.OFFERED, MeetingState.CANCELLED, MeetingState.HELD, MeetingState.MISSED}
    ),
    MeetingState.CANCELLED: frozenset({MeetingState.OFFERED}),
    MeetingState.MISSED: frozenset({MeetingState.OFFERED, MeetingState.HELD}),
    MeetingState.HELD: frozenset(),
}


def move_meeting(state: MeetingState, to: MeetingState) -> MeetingState:
    """Return the new state of a meeting, or refuse."""
    if to not in MEETING_MOVES[state]:
        raise refusals.TooLate
    return to


def after_answers(state: MeetingState, answers: tuple[bool, ...]) -> MeetingState:
    """Return a meeting's state after private answers: a yes from both marks it held, a no that it was missed."""
    if False in answers:
        return MeetingState.MISSED
    return MeetingState.HELD if len(answers) == 2 else state


def next_number(states: Mapping[int, MeetingState]) -> int | None:
    """Return the number of the meeting that is next, or None when the path of three is walked."""
    for number in range(1, LAST_NUMBER + 1):
        if states.get(number) is not MeetingState.HELD:
            return number
    return None
