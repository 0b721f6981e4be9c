"""When a report must be answered, by whom, and how long a measure lasts."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import LazyString

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

HOURS = {"danger": 1, "threat": 4, "flirting": 4, "other": 24}
APPEAL_TIME = timedelta(days=3)
APPEAL_CALLS = timedelta(days=1)  #: how often a late one is called out
TIME_TO_APPEAL = timedelta(days=180)
#: How long a measure lasts; a warning is only said, a suspension lasts until it is lifted.
DAYS = {"limit": 14, "pause": 30}
#: On what a measure may stand, in the words of /help/house-rules; anything else stands in the moderator's own alone.
HOUSE_RULES: Mapping[str, LazyString] = {
    "kind": _l("Be kind, and be yourself"),
    "no": _l("Ask, and accept a no"),
    "come": _l("Come when you said that you would"),
    "dating": _l("Dating and flirting."),
    "selling": _l("Selling, advertising, recruiting for a faith or a party, or asking for money."),
    "hate": _l("Hate, threats, or mocking where people come from, what they believe or whom they love."),
    "telling": _l("Passing on what others told you, or pictures of them, without asking."),
}


class OwnCase(Refusal):
    """Nobody decides about themselves."""

    message = _l("This report is about you or comes from you: another moderator decides it.")
    status = 403


class AlreadyDecided(Refusal):
    """A report is decided once."""

    message = _l("Another moderator has decided this report already.")


class OwnDecision(Refusal):
    """A second look is another person's."""

    message = _l("You took this measure, or it concerns you: another moderator looks at it again.")
    status = 403


class NoAppeal(Refusal):
    """There is one appeal against a measure, and not years later."""

    message = _l("You have asked for a second look already, or it is too long ago.")


class NotRead(Refusal):
    """A decision without a look at what was reported."""

    message = _l("Please open what was reported, and read it, before you decide.")


def due_at(category: str, now: datetime) -> datetime:
    """Return by when a moderator must have looked."""
    return now + timedelta(hours=HOURS[category])


def ends_at(kind: str, now: datetime) -> datetime | None:
    """Return until when a measure lasts, if it ends by itself."""
    return now + timedelta(days=DAYS[kind]) if kind in DAYS else None


def check_may_decide(moderator_id: int, accused_id: int | None, reporter_id: int | None, *, is_decided: bool) -> None:
    """Refuse a decision about oneself, or a second one."""
    if moderator_id in (accused_id, reporter_id):
        raise OwnCase
    if is_decided:
        raise AlreadyDecided


def check_may_appeal(taken_at: datetime, now: datetime, *, has_appealed: bool) -> None:
    """Refuse a second appeal, and one that comes very late."""
    if has_appealed or now > taken_at + TIME_TO_APPEAL:
        raise NoAppeal


def check_may_look_again(moderator_id: int, taken_by_id: int | None, member_id: int, *, is_decided: bool) -> None:
    """Refuse a second look by whoever took the measure or is concerned."""
    if moderator_id in (taken_by_id, member_id):
        raise OwnDecision
    if is_decided:
        raise AlreadyDecided
