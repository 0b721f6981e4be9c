"""Letters about an event: you are in, it moved, it is off, it is tomorrow, a place is free."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, object_session

from welcome.accounts import tokens
from welcome.accounts.service import LinkExpired
from welcome.accounts.tokens import Purpose
from welcome.directory.models import Venue
from welcome.events.answers.company import bringer, company_of
from welcome.events.answers.models import Attendance, AttendanceState, Greeting
from welcome.events.calendar import CALENDAR_TYPE, calendar_file, entry_of, path_of
from welcome.events.models import Event, Occurrence
from welcome.events.places import has_place, place_of
from welcome.events.telling import still_told
from welcome.events.times import wall_time
from welcome.post.letters import Attachment, Context, Letter, Recipient, Unwanted
from welcome.post.message import public_url
from welcome.post.models import Channel

Composer = Callable[[Session, Recipient, Mapping[str, Any]], Context | Unwanted]


def _about(*states: AttendanceState, cancelled: bool = False, with_file: bool = False) -> Composer:
    """Make the composer of a letter for members whose answer is one of these, about a date that is on (or off)."""

    def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
        every = [_answer(session, reader.id, date_id) for date_id in (args["occurrence_id"], *args.get("others", ()))]
        answers = [answer for answer in every if answer is not None and answer.state in states]
        if not answers:
            return Unwanted("the member does not come any more")
        told = [answer for answer in answers if answer.occurrence.is_open is not cancelled]
        if not told:
            return Unwanted("the date is on again" if cancelled else "the date is cancelled")
        return _context(told, reader, with_file)

    return compose


def _answer(session: Session, member_id: int, occurrence_id: int) -> Attendance | None:
    date = joinedload(Attendance.occurrence)
    event = date.joinedload(Occurrence.event).joinedload(Event.organisation)
    place = date.joinedload(Occurrence.venue).joinedload(Venue.area)
    mine = (Attendance.occurrence_id == occurrence_id, Attendance.member_id == member_id)
    return session.scalar(sa.select(Attendance).where(*mine).options(event, place))


def _context(answers: list[Attendance], reader: Recipient, with_file: bool) -> Context:
    """Tell of the first date in full; of the others, which were changed by the same stroke, in one line."""
    answer, dates = answers[0], [one.occurrence for one in answers]
    occurrence, is_in = dates[0], has_place(answer)
    is_held = answer.state is AttendanceState.OFFERED
    context: Context = {
        "occurrence": occurrence,
        "event": occurrence.event,
        "organisation": occurrence.event.organisation,
        "thread": f"event:{occurrence.event_id}",
        "starts_at": occurrence.local_start,
        "ends_at": occurrence.local_end,
        "needed_by": (answer.hold_until if is_held else None) or occurrence.starts_at,
        "holds": still_told(occurrence),
        "hold_until": wall_time(answer.hold_until, occurrence.zone) if answer.hold_until else None,
        "greeters": _greeters(answer),
        "place": place_of(occurrence, is_in=is_in),
        "hides_address": occurrence.event.hides_address and not is_in,
        "party": answer.party,
        "is_waiting": not is_in,
        "others": [(date.local_start, date.local_end) for date in dates[1:]],
        "link": guest_path(answer) if answer.member.is_guest or is_held else path_of(occurrence),
    }
    if with_file:
        file = calendar_file([entry_of(date, public_url(path_of(date)), is_in=is_in) for date in dates])
        context["attachments"] = (Attachment("event.ics", file, CALENDAR_TYPE),)
    return context


def _greeters(answer: Attendance) -> str:
    """Return the first names of those who meet somebody at the door who asked for it."""
    session = object_session(answer)
    if session is None or answer.greeting is not Greeting.WANTED:
        return ""
    greeters = company_of(session, answer.occurrence_id, answer.member_id).greeters
    return ", ".join(one.member.first_name for one in greeters)


def guest_path(answer: Attendance) -> str:
    """Return the path under which a guest changes or takes back one answer; it is made anew for each letter."""
    return f"/guests/{tokens.sign(Purpose.GUEST, str(answer.id), answer.member.fs_uniquifier)}"


def read_guest_path(token: str) -> tuple[int, str]:
    """Return which answer such a path is about, and the secret that proves it. Raises LinkExpired."""
    words = tokens.read(Purpose.GUEST, token)
    if len(words) != 2 or not words[0].isdecimal():
        raise LinkExpired
    return int(words[0]), words[1]


def _ask_guest(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Ask the owner of an address whether they mean to come; without the name, which anybody may have typed."""
    answer = session.get(Attendance, args["attendance_id"])
    if answer is None or answer.member_id != reader.id:
        return Unwanted("the answer is gone")
    if not answer.occurrence.is_open:
        return Unwanted("the date is cancelled")
    together = [answer, *asked_together(session, answer)]
    return _context(together, reader, with_file=False) | {"is_new": answer.state is AttendanceState.ASKED}


def asked_together(session: Session, answer: Attendance) -> list[Attendance]:
    """Return the answers to other dates of the series that a guest gave by the same stroke, by date."""
    same = (Attendance.member_id == answer.member_id, Attendance.joined_at == answer.joined_at)
    chosen = (
        sa.select(Attendance)
        .join(Attendance.occurrence)
        .where(*same, Occurrence.event_id == answer.occurrence.event_id, Attendance.id != answer.id)
        .where(Attendance.state == AttendanceState.ASKED)
        .order_by(Occurrence.starts_at)
    )
    return list(session.scalars(chosen))


def _invite(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Say who would like to come with the reader; nothing, when the two were kept apart since."""
    told = _about(AttendanceState.OFFERED)(session, reader, args)
    answer = _answer(session, reader.id, args["occurrence_id"])
    other = bringer(session, answer) if answer else None
    if isinstance(told, Unwanted):
        return told
    return {**told, "brought_by": other.first_name} if other else Unwanted("the two are kept apart")


GOING, WAITING, OFFERED = AttendanceState.GOING, AttendanceState.WAITING, AttendanceState.OFFERED
HOPING = (WAITING, OFFERED, AttendanceState.APPLIED)

EVENT_JOINED = Letter("event_joined", _about(GOING, with_file=True))
WAITING_PLACE_FREED = Letter("waiting_place_freed", _about(GOING, with_file=True))
EVENT_MOVED = Letter("event_moved", _about(GOING, *HOPING, with_file=True))
EVENT_CANCELLED = Letter("event_cancelled", _about(GOING, *HOPING, cancelled=True, with_file=True))
PLACE_OFFERED = Letter("place_offered", _about(OFFERED))
INVITED_ALONG = Letter("invited_along", _invite)
EVENT_WAITING = Letter("event_waiting", _about(WAITING))
APPLICATION_DECLINED = Letter("application_declined", _about(AttendanceState.DECLINED))
EVENT_REMINDER = Letter("event_reminder", _about(GOING))
#: Essential: somebody has just asked for it, perhaps at night, and it holds for two hours.
GUEST_ANSWER = Letter("guest_answer", _ask_guest, channels=(Channel.MAIL,), is_essential=True)

LETTERS = (
    *(GUEST_ANSWER, EVENT_JOINED, WAITING_PLACE_FREED, EVENT_MOVED, EVENT_CANCELLED, EVENT_REMINDER),
    *(PLACE_OFFERED, INVITED_ALONG, EVENT_WAITING, APPLICATION_DECLINED),
)
