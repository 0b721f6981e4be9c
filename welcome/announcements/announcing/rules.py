"""What may be announced: decisions on plain values."""

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

FEWEST_SHOWN = 5
STEP = 5  #: counts are shown in steps, so that one more answer in the form does not point at one person
MANY = 50
LARGE_PART = 3


class NotOpen(Refusal):
    """An announcement of something that nobody can come to."""

    message = _l("This event is not open. Publish it, or give it a date, before you tell people.")


class Announced(Refusal):
    """The second announcement of a series."""

    message = _l("People were told of this already. An event, and all dates of a series, is announced once.")


class Decided(Refusal):
    """Somebody was quicker."""

    message = _l("This has been decided already.")


class OwnAnnouncement(Refusal):
    """A second yes from the first person."""

    message = _l("You wrote this announcement yourself. Another moderator decides about it.")


class NobodyThere(Refusal):
    """An audience without people."""

    message = _l("Nobody is left who would hear of this. Choose a larger audience.")


class TooMany(Refusal):
    """More people than a new organisation may tell."""

    message = _l("Your organisation is new here, and this would reach too many people. Please choose fewer.")


def check_reach(reach: int, most: int | None) -> None:
    """Refuse an audience without people, or one that is too large for this organisation."""
    if not reach:
        raise NobodyThere
    if most is not None and reach > most:
        raise TooMany


def needs_second_yes(reach: int, everybody: int, *, is_narrow: bool) -> bool:
    """Whether a moderator agrees first: what is for no one in particular, or for a third of everybody."""
    return not is_narrow or (reach >= MANY and reach * LARGE_PART > everybody)


def shown(reach: int) -> int | None:
    """Return about how many people are reached, rounded down; None is fewer than five, and zero stays zero."""
    if 0 < reach < FEWEST_SHOWN:
        return None
    return reach - reach % STEP
