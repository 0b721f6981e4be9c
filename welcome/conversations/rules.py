"""What may be written, and to whom: decisions on plain values."""

from collections.abc import Collection
from enum import StrEnum

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

LONGEST = 4000


class EmptyMessage(Refusal):
    """Nothing was written."""

    message = _l("Write something first.")


class LongMessage(Refusal):
    """More was written than a message holds."""

    message = _l("This message is too long. Please make it shorter than %(most)s signs, or send it in two parts.")


class ThreadIsOver(Refusal):
    """Nobody is there to read it any more."""

    message = _l("You cannot write here any more.")


class NotYet(Refusal):
    """Trust grows step by step."""

    message = _l("That comes later: first you both write, then you can tell your surname, then how to reach you.")


class Step(StrEnum):
    """What two people who talk can tell about themselves, in this order."""

    SURNAME = "surname"
    CONTACT = "contact"


class Standing(StrEnum):
    """How things are between the reader and the others of a thread."""

    OPEN = "open"
    GONE = "gone"  # closed, suspended, or blocked the reader: these look the same
    KEPT_AWAY = "kept-away"  # the reader blocked the other
    OVER = "over"  # somebody left, or the match has ended


def check_message(body: str) -> str:
    """Return the words to be sent, or refuse."""
    words = body.replace("\r\n", "\n").strip()
    if not words:
        raise EmptyMessage
    if len(words) > LONGEST:
        raise LongMessage(most=LONGEST)
    return words


def standing(*, is_present: bool, blocked_me: bool, blocked_by_me: bool, is_over: bool) -> Standing:
    """Decide how a thread reads; a closed account and a block must not be told apart."""
    if blocked_by_me:
        return Standing.KEPT_AWAY
    if blocked_me or not is_present:
        return Standing.GONE
    return Standing.OVER if is_over else Standing.OPEN


def excerpt(body: str, most: int = 90) -> str:
    """Return the first words on one line."""
    words = " ".join(body.split())
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"


def next_step(told: Collection[Step], *, writers: int) -> Step | None:
    """Return what a member could tell next, once both of two have written; None where there is nothing more."""
    return next((step for step in Step if step not in told), None) if writers > 1 else None


def from_step(step: Step) -> tuple[Step, ...]:
    """Return a step and those that come after it."""
    steps = tuple(Step)
    return steps[steps.index(step) :]
