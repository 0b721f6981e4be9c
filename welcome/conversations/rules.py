"""What may be written, and to whom: decisions on plain values."""

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
