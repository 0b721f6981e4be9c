"""What people are told on the way from a question to a third meeting. Each letter looks again before it goes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.events.calendar import CALENDAR_TYPE, Entry, calendar_file
from welcome.i18n import gettext as _
from welcome.i18n import in_locale
from welcome.pairings import pairs, rules
from welcome.pairings.models.matches import Match, Meeting, MeetingAnswer
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.models.requests import Request
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.states import MeetingState, ProposalState, RequestState, RoundState
from welcome.pairings.times import say_time
from welcome.post.letters import Attachment, Context, Letter, Recipient, Unwanted
from welcome.post.message import public_url

Args = Mapping[str, Any]
APART = Unwanted("the two are kept apart, or an account is closed")
CHANGED = Unwanted("this is no longer how things stand")


def _context(session: Session, reader: Recipient, other: Member, link: str, **more: Any) -> Context | Unwanted:
    if pairs.is_gone(session, reader.id, other):
        return APART
    return {"name": other.first_name, "link": link, **more}


def _received(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    request = session.get(Request, args["request"])
    if request is None or request.state not in rules.OPEN_REQUESTS:
        return CHANGED
    link = f"/requests/{request.public_id}"
    return _context(session, reader, request.asker, link, request=request, programme=request.programme)


def _accepted(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    return _of_match(session, reader, args["match"])


def _of_match(session: Session, reader: Recipient, match_id: int, **more: Any) -> Context | Unwanted:
    match = session.get(Match, match_id)
    if match is None or match.ended_at is not None:
        return CHANGED
    other = match.other if match.one_id == reader.id else match.one
    link = f"/matches/{match.public_id}"
    return _context(session, reader, other, link, match=match, programme=match.programme, **more)


def _lapsed(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    request = session.get(Request, args["request"])
    if request is None or request.state not in (RequestState.LAPSED, RequestState.DECLINED):
        return CHANGED
    return _context(session, reader, request.asked, "/people", programme=request.programme)


def _proposed(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    proposal = session.get(Proposal, args["proposal"])
    if proposal is None or proposal.state is not ProposalState.OPEN:
        return CHANGED
    is_one = proposal.one_id == reader.id
    if (proposal.one_answer if is_one else proposal.other_answer) is not None:
        return CHANGED
    other = proposal.other if is_one else proposal.one
    link = f"/proposals/{proposal.public_id}"
    return _context(session, reader, other, link, proposal=proposal, programme=proposal.programme)


def _ended(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    match = session.get(Match, args["match"])
    if match is None or match.ended_at is None:
        return CHANGED
    other = match.other if match.one_id == reader.id else match.one
    return _context(session, reader, other, "/people", programme=match.programme)


def _meeting(*states: MeetingState, path: str = "", with_file: bool = False) -> Callable[..., Context | Unwanted]:
    """Make the composer of a letter about a meeting that is in one of these states."""

    def compose(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
        meeting = session.get(Meeting, args["meeting"])
        if meeting is None or meeting.state not in states:
            return CHANGED
        told = {**times_of(meeting), "needed_by": None if path else _needed_by(meeting)}
        context = _of_match(session, reader, meeting.match_id, meeting=meeting, **told)
        if isinstance(context, Unwanted):
            return context
        if path:
            context["link"] = f"/meetings/{meeting.public_id}/{path}"
        if with_file:
            with in_locale(reader.locale, reader.timezone):
                file = calendar_of(meeting, str(context["name"]))
            context["attachments"] = (Attachment("meeting.ics", file, CALENDAR_TYPE),)
        return context

    return compose


def _needed_by(meeting: Meeting) -> datetime | None:
    """Return when the reader has to know; what is over can wait until the morning."""
    is_coming = meeting.state in (MeetingState.AGREED, MeetingState.CANCELLED)
    return meeting.starts_at if is_coming else None


def times_of(meeting: Meeting) -> Context:
    zone = ZoneInfo(meeting.zone)
    return {
        "times": [datetime.fromisoformat(slot) for slot in meeting.slots],
        "starts_at": meeting.starts_at.astimezone(zone).replace(tzinfo=None) if meeting.starts_at else None,
        "place": place_of(meeting),
        "say_time": say_time,
    }


def place_of(meeting: Meeting) -> str:
    """Return where two people meet, in one line."""
    venue = meeting.venue
    return ", ".join(part for part in (venue.name, venue.address) if part) if venue else ""


def entry_of(meeting: Meeting, name: str) -> Entry:
    """Return an agreed or cancelled meeting as an appointment."""
    assert meeting.starts_at is not None and meeting.ends_at is not None  # noqa: S101 (agreed once, so it has a time)
    return Entry(
        uid=f"{meeting.public_id}@welcome",
        title=_("You meet %(name)s", name=name),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        changed_at=meeting.agreed_at or meeting.created_at,
        sequence=meeting.sequence,
        is_cancelled=meeting.state is MeetingState.CANCELLED,
        place=place_of(meeting),
        url=public_url(f"/matches/{meeting.match.public_id}"),
    )


def calendar_of(meeting: Meeting, name: str) -> bytes:
    """Write the calendar file of a meeting."""
    return calendar_file([entry_of(meeting, name)])


def _check(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    said = sa.select(MeetingAnswer.id).where(
        MeetingAnswer.meeting_id == args["meeting"], MeetingAnswer.member_id == reader.id
    )
    if session.scalar(said) is not None:
        return CHANGED
    return _meeting(MeetingState.AGREED, MeetingState.MISSED, path="check")(session, reader, args)


def _paused(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    enrolment = session.get(Enrolment, args["enrolment"])
    if enrolment is None or enrolment.paused_at is None or enrolment.ignored < rules.IGNORED_IN_A_ROW:
        return CHANGED
    return {"link": "/programmes", "programme": enrolment.programme}


def _check_in(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    return _of_match(session, reader, args["match"], days=args["days"])


def _rested(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    match = session.get(Match, args["match"])
    if match is None or match.ended_at is None:
        return CHANGED
    return _context(session, reader, match.other if match.one_id == reader.id else match.one, "/people", match=match)


def _round_ready(session: Session, reader: Recipient, args: Args) -> Context | Unwanted:
    kept = session.get(Round, args["round"])
    if kept is None or kept.state is not RoundState.READY:
        return CHANGED
    return {"link": f"/desk/rounds/{kept.public_id}", "programme": kept.programme}


REQUEST_RECEIVED = Letter("request_received", _received)
REQUEST_ACCEPTED = Letter("request_accepted", _accepted)
REQUEST_LAPSED = Letter("request_lapsed", _lapsed)
PROPOSAL = Letter("proposal", _proposed)
MATCHED = Letter("matched", _accepted)
MATCH_ENDED = Letter("match_ended", _ended)
MEETING_OFFERED = Letter("meeting_offered", _meeting(MeetingState.OFFERED))
MEETING_AGREED = Letter("meeting_agreed", _meeting(MeetingState.AGREED, with_file=True))
MEETING_CANCELLED = Letter("meeting_cancelled", _meeting(MeetingState.CANCELLED, with_file=True))
MEETING_CHECK = Letter("meeting_check", _check)
NEXT_MEETING = Letter("next_meeting", _meeting(MeetingState.HELD))
PAUSED = Letter("paused", _paused)
CHECK_IN = Letter("check_in", _check_in)
MATCH_RESTED = Letter("match_rested", _rested)
ROUND_READY = Letter("round_ready", _round_ready)

LETTERS = (
    *(CHECK_IN, MATCH_RESTED, ROUND_READY),
    *(REQUEST_RECEIVED, REQUEST_ACCEPTED, REQUEST_LAPSED, PROPOSAL, MATCHED, MATCH_ENDED, PAUSED),
    *(MEETING_OFFERED, MEETING_AGREED, MEETING_CANCELLED, MEETING_CHECK, NEXT_MEETING),
)
