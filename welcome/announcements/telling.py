"""How many were told of an event, and why others were not: numbers for its host, never names, never fewer than five."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import LazyString
from sqlalchemy.orm import Session

from welcome.announcements.invitations import LETTER_OF
from welcome.events.models import Event
from welcome.i18n import lazy_gettext as _l
from welcome.post.letters import Letter
from welcome.post.models import Channel, Notice, Outcome

FEWEST_SHOWN = 5

REASONS = {
    "the event is cancelled": _l("The event was cancelled"),
    "the event is over or cancelled": _l("The date was over or cancelled"),
    "the event is full": _l("No places were left"),
    "it would have come too late": _l("It would have come too late"),
    "the member has answered already": _l("They had answered already"),
    "the member's arrival does not fit any more": _l("They have changed when they arrived"),
    "the member has switched letters of this kind off": _l("They want no e-mails of this kind"),
    "the member has read it in the app": _l("They had read it here already"),
    "the member and the host are kept apart": _l("They want nothing from the host"),
    "letters to this address come back": _l("Letters to their address come back"),
    "nothing that it would have told is true any more": _l("It was not true any more"),
    "the account is closed, suspended or not confirmed": _l("Their account is closed"),
}
OTHER_REASON = _l("Another reason")


@dataclass(frozen=True, slots=True)
class Told:
    """Counts of one event; None is fewer than five."""

    invited: int | None
    mailed: int | None
    waiting: int | None
    failed: int | None
    reasons: list[tuple[LazyString, int | None]]  #: why letters were held back, and how often


def count_told(session: Session, event: Event) -> Told:
    """Count the invitations to an event by what became of them."""
    return count_notices(session, LETTER_OF[event.kind], event.id)


def count_notices(session: Session, letter: Letter, thing_id: int) -> Told:
    """Count the notices about one thing by what became of them."""
    is_its = Notice.key.startswith(f"{letter.kind}:{thing_id}:", autoescape=True)
    columns = (Notice.channel, Notice.outcome, Notice.reason)
    rows = session.execute(sa.select(*columns, sa.func.count()).where(is_its).group_by(*columns)).all()
    mail: dict[Outcome | None, int] = {}
    reasons: dict[str, int] = {}
    for channel, outcome, reason, number in rows:
        if channel is Channel.MAIL:
            mail[outcome] = mail.get(outcome, 0) + number
            if outcome is Outcome.WITHDRAWN:
                reasons[reason or ""] = reasons.get(reason or "", 0) + number
    return Told(
        invited=shown(sum(number for channel, *_rest, number in rows if channel is Channel.APP)),
        mailed=shown(mail.get(Outcome.SENT, 0)),
        waiting=shown(mail.get(None, 0)),
        failed=shown(mail.get(Outcome.FAILED, 0)),
        reasons=[(REASONS.get(reason, OTHER_REASON), shown(number)) for reason, number in sorted(reasons.items())],
    )


def shown(number: int) -> int | None:
    """Hide a count that could point at a person."""
    return number if number == 0 or number >= FEWEST_SHOWN else None
