"""What the people of a circle are told. Each letter looks again before it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.events.calendar import CALENDAR_TYPE, Entry, calendar_file
from welcome.i18n import gettext as _
from welcome.i18n import in_locale
from welcome.pairings.models.circles import Circle, CircleAnswer, CircleMeeting, Seat
from welcome.pairings.states import CircleState, SeatState
from welcome.pairings.times import say_time
from welcome.post.letters import Attachment, Context, Letter, Recipient, Unwanted
from welcome.post.message import public_url
from welcome.profiles.vocabulary import interest_label

CHANGED = Unwanted("this is no longer how things stand")


def _letter(kind: str, circle_states: set[CircleState], seat_states: set[SeatState], *, with_file: bool) -> Letter:
    """Make the letter about a circle in one of these states, for those whose seat is in one of these."""

    def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
        circle = session.get(Circle, args["circle"])
        mine = None if circle is None else seat_of(circle, reader.id)
        if circle is None or mine is None or circle.state not in circle_states or mine.state not in seat_states:
            return CHANGED
        context: Context = {"link": f"/circles/{circle.public_id}", **about(circle)}
        if with_file and circle.meeting is not None:
            context["needed_by"] = circle.meeting.starts_at
            context["attachments"] = (_file(reader, circle.meeting),)
        return context

    return Letter(kind, compose)


def _file(reader: Recipient, meeting: CircleMeeting) -> Attachment:
    with in_locale(reader.locale, reader.timezone):
        return Attachment("circle.ics", calendar_file([entry_of(meeting)]), CALENDAR_TYPE)


def _check(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Ask about a meeting that has been, and tell of the one that is planned."""
    context = CIRCLE_CHANGED.compose(session, reader, args)
    meeting = session.get(CircleMeeting, args["meeting"])
    said = sa.select(CircleAnswer.id).where(CircleAnswer.meeting_id == args["meeting"])
    if isinstance(context, Unwanted) or meeting is None:
        return CHANGED
    if session.scalar(said.where(CircleAnswer.member_id == reader.id)) is not None:
        return CHANGED
    context |= {"link": f"/circles/{meeting.circle.public_id}/check", "held_at": wall_time(meeting), "needed_by": None}
    if meeting is meeting.circle.meeting:
        return {**context, "starts_at": None, "place": "", "attachments": ()}
    return context


def seat_of(circle: Circle, member_id: int) -> Seat | None:
    """Return a member's seat."""
    return next((seat for seat in circle.seats if seat.member_id == member_id), None)


def wall_time(meeting: CircleMeeting) -> datetime:
    """Return when a meeting is, by the clock on the wall where its circle meets."""
    return meeting.starts_at.astimezone(ZoneInfo(meeting.circle.zone)).replace(tzinfo=None)


def place_of(meeting: CircleMeeting) -> str:
    """Return where a circle meets, in one line."""
    venue = meeting.venue
    return ", ".join(part for part in (venue.name, venue.address) if part) if venue else ""


def about(circle: Circle) -> Context:
    """Return what every letter and page says of a circle."""
    meeting = circle.meeting
    return {
        "circle": circle,
        "programme": circle.programme,
        "activity": interest_label(circle.activity),
        "starts_at": wall_time(meeting) if meeting else None,
        "place": place_of(meeting) if meeting else "",
        "say_time": say_time,
    }


def entry_of(meeting: CircleMeeting) -> Entry:
    """Return a meeting of a circle as an appointment."""
    circle = meeting.circle
    return Entry(
        uid=f"{circle.public_id}-{meeting.number}@welcome",
        title=_("Your circle: %(activity)s", activity=interest_label(circle.activity)),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=circle.zone,
        changed_at=circle.formed_at or circle.created_at,
        sequence=circle.sequence,
        is_cancelled=False,
        place=place_of(meeting),
        url=public_url(f"/circles/{circle.public_id}"),
    )


_OFFERED, _TAKEN = {SeatState.OFFERED}, {SeatState.TAKEN}

CIRCLE_PROPOSED = _letter("circle_proposed", {CircleState.PROPOSED, CircleState.FORMED}, _OFFERED, with_file=False)
CIRCLE_FORMED = _letter("circle_formed", {CircleState.FORMED}, _TAKEN, with_file=True)
CIRCLE_CHANGED = _letter("circle_changed", {CircleState.FORMED}, _TAKEN, with_file=True)
CIRCLE_LAPSED = _letter("circle_lapsed", {CircleState.LAPSED, CircleState.ENDED}, _TAKEN, with_file=False)
CIRCLE_CHECK = Letter("circle_check", _check)

LETTERS = (CIRCLE_PROPOSED, CIRCLE_FORMED, CIRCLE_CHANGED, CIRCLE_CHECK, CIRCLE_LAPSED)
