"""Letters to those who make an event together: helpers, co-organisers, organisations with a stand."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from welcome.accounts.models import Member
from welcome.accounts.service import is_blocked
from welcome.events.calendar import CALENDAR_TYPE, Entry, calendar_file, path_of
from welcome.events.crew.models import CoHost, Helper, InvitationState, Shift, Stand, StandState
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.places import place_of
from welcome.post.letters import Attachment, Context, Letter, Recipient, Unwanted
from welcome.post.message import public_url

Composer = Callable[[Session, Recipient, Mapping[str, Any]], Context | Unwanted]


def shift_entry(shift: Shift) -> Entry:
    """Return a shift as an appointment. Its number rises when it moves within the date, and when the date moves."""
    date = shift.occurrence
    return Entry(
        uid=f"shift-{shift.public_id}@welcome",
        title=f"{shift.name}: {date.title}",
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        zone=date.zone,
        changed_at=date.changed_at,
        sequence=date.sequence + shift.sequence,
        is_cancelled=not date.is_open,
        place=place_of(date, is_in=True),
        about=shift.note,
        url=public_url(path_of(date)),
    )


def _about_shift(*, is_off: bool = False, with_file: bool = True) -> Composer:
    """Make the composer of a letter for whoever still helps in a shift of a date that is on (or off)."""

    def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
        whole = joinedload(Shift.occurrence).joinedload(Occurrence.event).joinedload(Event.organisation)
        mine = sa.exists().where(Helper.shift_id == Shift.id, Helper.member_id == reader.id)
        shift = session.scalar(sa.select(Shift).where(Shift.id == args["shift_id"], mine).options(whole))
        if shift is None:
            return Unwanted("the member does not help any more")
        date = shift.occurrence
        if date.is_open is is_off:
            return Unwanted("the date is on again" if is_off else "the date is cancelled")
        context: Context = {
            "shift": shift,
            "event": date.event,
            "entry": shift_entry(shift),
            "cancel_reason": date.cancel_reason,
            "needed_by": shift.starts_at,
            "link": path_of(date),
        }
        if with_file:
            file = calendar_file([context["entry"]])
            context["attachments"] = (Attachment("shift.ics", file, CALENDAR_TYPE),)
        return context

    return compose


def _invite(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    asked = session.get(CoHost, args["co_host_id"], options=[joinedload(CoHost.event).joinedload(Event.organisation)])
    if asked is None or asked.state is not InvitationState.INVITED:
        return Unwanted("the invitation was taken back or answered")
    by = session.get(Member, asked.invited_by) if asked.invited_by else None
    if by is None or not by.is_present or is_blocked(session, by.id, reader.id):
        return Unwanted("who asked is gone, or kept apart from the reader")
    return {"event": asked.event, "organisation": asked.organisation, "link": "/organising"}


def _ask_for_stand(session: Session, _reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    stand = _stand(session, args)
    if stand is None or stand.state is not StandState.ASKED:
        return Unwanted("the wish was taken back or answered")
    return {"stand": stand, "event": stand.event, "link": f"/desk/events/{stand.event.public_id}/crew"}


def _answer_stand(session: Session, _reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    stand = _stand(session, args)
    if stand is None or stand.state is StandState.ASKED:
        return Unwanted("the answer was taken back")
    return {"stand": stand, "event": stand.event, "link": f"/events/{stand.event.public_id}"}


def _stand(session: Session, args: Mapping[str, Any]) -> Stand | None:
    return session.get(Stand, args["stand_id"], options=[joinedload(Stand.event), joinedload(Stand.organisation)])


def _tell_of_publishing(session: Session, _reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    event = session.get(Event, args["event_id"])
    if event is None:
        return Unwanted("the event is gone")
    is_out = event.status is EventStatus.PUBLISHED
    return {"event": event, "is_out": is_out, "link": f"/desk/events/{event.public_id}"}


SHIFT_TAKEN = Letter("shift_taken", _about_shift())
SHIFT_MOVED = Letter("shift_moved", _about_shift())
SHIFT_CANCELLED = Letter("shift_cancelled", _about_shift(is_off=True))
SHIFT_REMINDER = Letter("shift_reminder", _about_shift(with_file=False))
CO_HOST_INVITED = Letter("co_host_invited", _invite)
STAND_ASKED = Letter("stand_asked", _ask_for_stand)
STAND_ANSWERED = Letter("stand_answered", _answer_stand)
SELF_PUBLISHED = Letter("self_published", _tell_of_publishing)

LETTERS = (
    *(SHIFT_TAKEN, SHIFT_MOVED, SHIFT_CANCELLED, SHIFT_REMINDER),
    *(CO_HOST_INVITED, STAND_ASKED, STAND_ANSWERED, SELF_PUBLISHED),
)
