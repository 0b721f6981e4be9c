"""What a member was told, when, on which way, and why something was not sent: in plain words, about nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from sqlalchemy.orm import Session

from welcome.i18n import lazy_gettext as _l
from welcome.post.models import Channel, Notice, Outcome

MOST_SHOWN = 60

NAMES: tuple[tuple[LazyString, tuple[str, ...]], ...] = (
    (
        _l("An event that may suit you"),
        ("welcome_event", "bridging_meetup", "event_published", "announcement", "help_wanted"),
    ),
    (
        _l("Your place at an event"),
        (
            *("event_joined", "event_moved", "event_cancelled", "event_reminder", "event_waiting", "guest_answer"),
            *(
                "waiting_place_freed",
                "place_offered",
                "invited_along",
                "event_thanks",
                "application_received",
                "application_declined",
            ),
        ),
    ),
    (
        _l("Somebody whom you could meet"),
        (
            *("proposal", "request_received", "request_accepted", "request_lapsed", "matched", "match_ended", "paused"),
            *("match_rested", "check_in", "circle_proposed", "circle_formed", "circle_changed", "circle_lapsed"),
        ),
    ),
    (
        _l("A meeting"),
        ("meeting_offered", "meeting_agreed", "meeting_cancelled", "meeting_check", "next_meeting"),
    ),
    (_l("A message to you"), ("new_message",)),
    (_l("Your weekly letter"), ("weekly_letter",)),
    (_l("The first year"), ("journey",)),
    (_l("Several notices in one letter"), ("digest",)),
    (
        _l("Your task here"),
        (
            *("report_raised", "report_overdue", "appeal_raised", "appeal_overdue"),
            *("announcement_waits", "announcement_decided"),
            *("self_published", "series_ends", "co_host_invited", "stand_asked", "stand_answered", "work_stuck"),
            *("round_ready", "guide_check", "correction_received"),
            *("shift_taken", "shift_moved", "shift_cancelled", "shift_reminder"),
        ),
    ),
)
OTHER = _l("Your account")
NAME_OF = {kind: name for name, kinds in NAMES for kind in kinds}

WHY_NOT = {
    "the event is cancelled": _l("The event was cancelled before."),
    "the date is cancelled": _l("The event was cancelled before."),
    "the event is over or cancelled": _l("The event was over or cancelled."),
    "the event is full": _l("No place was left."),
    "it would have come too late": _l("It would have come too late."),
    "the member has answered already": _l("You had answered already."),
    "the member does not come any more": _l("You did not come any more."),
    "the member's arrival does not fit any more": _l("It did not fit the month of your arrival any more."),
    "the member has switched letters of this kind off": _l("You want no e-mails of this kind."),
    "the member has read it in the app": _l("You had read it here already."),
    "the reader has seen it": _l("You had read it here already."),
    "letters to this address come back": _l("Letters to your address come back."),
    "there is nothing to tell this week": _l("There was nothing to tell you."),
    "nobody asked for it on a device": _l("No device of yours shows notices any more."),
}
NOT_TRUE = _l("It was not true any more when its turn came.")


@dataclass(frozen=True, slots=True)
class Way:
    """What became of one copy: by e-mail, in the app, on a device."""

    channel: Channel
    outcome: Outcome | None
    at: datetime  #: when it ended, or when it is due
    why_not: LazyString | None
    said: str | None  #: by a mail server that did not take it


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a member was told."""

    name: LazyString
    at: datetime
    ways: list[Way]


def what_we_told(session: Session, member_id: int) -> list[Told]:
    """Return what a member was told lately, the newest first, with every way that it took."""
    mine = sa.select(Notice).where(Notice.member_id == member_id)
    newest = mine.order_by(Notice.created_at.desc(), Notice.key, Notice.id).limit(MOST_SHOWN)
    by_key: dict[str, list[Notice]] = {}
    for notice in session.scalars(newest):
        by_key.setdefault(notice.key, []).append(notice)
    return [_told(copies) for copies in by_key.values()]


def _told(copies: Sequence[Notice]) -> Told:
    first = copies[0]
    return Told(NAME_OF.get(first.kind, OTHER), first.created_at, [_way(copy) for copy in copies])


def _way(copy: Notice) -> Way:
    is_not_sent = copy.outcome is Outcome.WITHDRAWN
    why_not = WHY_NOT.get(copy.reason or "", NOT_TRUE) if is_not_sent else None
    said = copy.reason if copy.outcome is Outcome.FAILED else None
    return Way(copy.channel, copy.outcome, copy.done_at or copy.due_at, why_not, said)
