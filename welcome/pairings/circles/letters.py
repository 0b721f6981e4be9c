"""What the people of a circle are told. Each letter looks again before it goes."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from welcome.events.calendar import CALENDAR_TYPE, Entry, calendar_file
from welcome.i18n import gettext as _
from welcome.i18n import in_locale
from welcome.pairings.models.circles import Circle, Seat
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
        discreet = getattr(reader, "is_discreet", False)
        context: Context = {"link": f"/circles/{circle.public_id}", "discreet": discreet, **about(circle)}
        context["needed_by"] = circle.starts_at if with_file else None
        if with_file and not discreet and circle.starts_at is not None:
            with in_locale(reader.locale, reader.timezone):
                file = calendar_file([entry_of(circle)])
            context["attachments"] = (Attachment("circle.ics", file, CALENDAR_TYPE),)
        return context

    return Letter(kind, compose)


def seat_of(circle: Circle, member_id: int) -> Seat | None:
    """Return a member's seat."""
    return next((seat for seat in circle.seats if seat.member_id == member_id), None)


def about(circle: Circle) -> Context:
    """Return what every letter and page says of a circle."""
    zone = ZoneInfo(circle.zone)
    venue = circle.venue
    return {
        "circle": circle,
        "programme": circle.programme,
        "activity": interest_label(circle.activity),
        "starts_at": circle.starts_at.astimezone(zone).replace(tzinfo=None) if circle.starts_at else None,
        "place": ", ".join(part for part in (venue.name, venue.address) if part) if venue else "",
        "say_time": say_time,
    }


def entry_of(circle: Circle) -> Entry:
    """Return a circle's first meeting as an appointment."""
    assert circle.starts_at is not None and circle.ends_at is not None  # noqa: S101 (asked of formed circles only)
    told = about(circle)
    return Entry(
        uid=f"{circle.public_id}@welcome",
        title=_("Your circle: %(activity)s", activity=told["activity"]),
        starts_at=circle.starts_at,
        ends_at=circle.ends_at,
        zone=circle.zone,
        changed_at=circle.formed_at or circle.created_at,
        sequence=circle.sequence,
        is_cancelled=False,
        place=str(told["place"]),
        url=public_url(f"/circles/{circle.public_id}"),
    )


_OFFERED, _TAKEN = {SeatState.OFFERED}, {SeatState.TAKEN}

CIRCLE_PROPOSED = _letter("circle_proposed", {CircleState.PROPOSED, CircleState.FORMED}, _OFFERED, with_file=False)
CIRCLE_FORMED = _letter("circle_formed", {CircleState.FORMED}, _TAKEN, with_file=True)
CIRCLE_CHANGED = _letter("circle_changed", {CircleState.FORMED}, _TAKEN, with_file=True)
CIRCLE_LAPSED = _letter("circle_lapsed", {CircleState.LAPSED, CircleState.ENDED}, _TAKEN, with_file=False)

LETTERS = (CIRCLE_PROPOSED, CIRCLE_FORMED, CIRCLE_CHANGED, CIRCLE_LAPSED)
