"""What a profile may say, who may see whom, and which step comes next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l
from welcome.profiles.models import ShownTo

STEPS = ("side", "languages", "availability", "interests", "area", "family", "offers", "limits")
#: After this step somebody can be suggested to others: sides, languages and free time decide who fits at all.
ENOUGH = "availability"
#: What is kept only as long as its member consents to it.
OPTIONAL_FIELDS = ("arrived_on", "situations", "children", "planned_stay", "gender")
NATIVE = 7
TEACHES_FROM = 5
LONGEST_ABOUT = 600
MOST_LANGUAGES = 12
FEWEST_TO_COUNT = 5


class UnknownWord(Refusal):
    """A code that no list offers: the page was old, or somebody tried something."""

    message = _l("One of the answers is no longer offered. Please choose again.")


class SpokenTwice(Refusal):
    """A language stands in two rows."""

    message = _l("You have named %(language)s twice.")


class NotFluentEnough(Refusal):
    """Somebody who practises with others speaks the language very well."""

    message = _l("To help others practise %(language)s you need to speak it nearly perfectly: C1, C2 or mother tongue.")


class NothingToLearn(Refusal):
    """Nobody practises their mother tongue."""

    message = _l("%(language)s is your mother tongue: you cannot practise it as a learner.")


class TooManyLanguages(Refusal):
    """More languages than anybody speaks."""

    message = _l("Please name at most twelve languages.")


class UnlikelyArrival(Refusal):
    """An arrival that lies too far ahead or too far back."""

    message = _l("Please choose a month between 1930 and a year from now.")


class GenderNeeded(Refusal):
    """Own gender as a limit needs one."""

    message = _l("To be shown to people of your own gender, tell us which it is and let us use it.")


class TooLong(Refusal):
    """More words than anybody reads."""

    message = _l("Please use at most 600 letters.")


@dataclass(frozen=True, slots=True)
class Language:
    """A language, how well it is spoken (1 = A1 ... 6 = C2, 7 = mother tongue), and what for."""

    code: str
    level: int
    teaches: bool = False
    learns: bool = False


def check_languages(languages: Sequence[Language], known: Collection[str]) -> None:
    """Refuse languages that contradict each other."""
    if len(languages) > MOST_LANGUAGES:
        raise TooManyLanguages
    seen: set[str] = set()
    for language in languages:
        if language.code not in known or not 1 <= language.level <= NATIVE:
            raise UnknownWord
        if language.code in seen:
            raise SpokenTwice(language=language.code)
        if language.teaches and language.level < TEACHES_FROM:
            raise NotFluentEnough(language=language.code)
        if language.learns and language.level == NATIVE:
            raise NothingToLearn(language=language.code)
        seen.add(language.code)


def check_words(chosen: Collection[str], offered: Collection[str]) -> None:
    """Refuse codes that are not offered."""
    if not set(chosen) <= set(offered):
        raise UnknownWord


def check_arrival(arrived_on: date, today: date) -> date:
    """Return the first of the month of arrival; people may prepare for it up to a year ahead."""
    first = arrived_on.replace(day=1)
    months_ahead = (first.year - today.year) * 12 + first.month - today.month
    if months_ahead > 12 or first.year < 1930:
        raise UnlikelyArrival
    return first


def check_about(about: str) -> str | None:
    """Return the text as it is kept."""
    if len(about) > LONGEST_ABOUT:
        raise TooLong
    return about.strip() or None


def check_limits(shown_to: ShownTo, gender: str | None) -> None:
    """Refuse a limit that would show the member to nobody."""
    if shown_to is ShownTo.OWN_GENDER and gender is None:
        raise GenderNeeded


def permits(shown_to: ShownTo, own_gender: str | None, other_gender: str | None) -> bool:
    """Whether a member lets themselves be shown to another. What the other does not say counts as no."""
    if shown_to is ShownTo.EVERYONE:
        return True
    wanted = "woman" if shown_to is ShownTo.WOMEN else own_gender
    return wanted is not None and other_gender == wanted


def next_step(done: Collection[str]) -> str | None:
    """Return the first step that is still open."""
    return next((step for step in STEPS if step not in done), None)


def step_after(step: str) -> str | None:
    """Return the step that follows another, in order."""
    return next(iter(STEPS[STEPS.index(step) + 1 :]), None)


def step_before(step: str) -> str | None:
    """Return the step before another, in order."""
    at = STEPS.index(step)
    return STEPS[at - 1] if at else None


def completeness(filled: Collection[str]) -> int:
    """Return how much of the profile is filled in, in percent."""
    return round(100 * len(set(filled) & set(STEPS)) / len(STEPS))


def worth_counting(number: int) -> bool:
    """Whether a count is large enough to be shown without pointing at anybody."""
    return number >= FEWEST_TO_COUNT


def shared(mine: Collection[str], theirs: Collection[str]) -> tuple[str, ...]:
    """Return what two people both like, in the order of the first."""
    return tuple(code for code in mine if code in theirs)


def plans(stay: str | None) -> frozenset[str]:
    """Return for how long somebody means to stay, as a situation to share; not to know is none."""
    return frozenset({f"stay:{stay}"} if stay and stay != "unknown" else ())
