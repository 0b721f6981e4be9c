"""A profile in short sentences, part by part, for its own member."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from welcome.i18n import format_day, format_list, language_name, ngettext
from welcome.i18n import gettext as _
from welcome.profiles import vocabulary as words
from welcome.profiles.models import Profile, Spoken
from welcome.profiles.steps import STEPS, Step


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a profile: no lines where nothing is said."""

    step: Step
    lines: tuple[str, ...]


def summarise(profile: Profile, languages: Sequence[Spoken], interests: Mapping[str, int]) -> list[Part]:
    """Return every part in the order of the steps."""
    tell: dict[str, Callable[[], list[str]]] = {
        "side": lambda: _side(profile),
        "languages": lambda: [_language(spoken) for spoken in languages],
        "interests": lambda: [format_list([words.interest_label(code) for code in interests])] if interests else [],
        "availability": lambda: _availability(profile),
        "area": lambda: _area(profile),
        "family": lambda: _family(profile),
        "offers": lambda: _offers(profile),
        "limits": lambda: _limits(profile),
    }
    return [Part(step, tuple(tell[code]())) for code, step in STEPS.items()]


def _side(profile: Profile) -> list[str]:
    lines = [str(words.SIDES[profile.side])] if profile.side else []
    if profile.arrived_on:
        month = format_day(profile.arrived_on, "yMMMM")
        lines.append(_("Arrived in %(month)s", month=month))
    return lines


def _language(spoken: Spoken) -> str:
    values = {"language": language_name(spoken.language), "level": words.level_label(spoken.level)}
    if spoken.teaches and spoken.learns:
        return str(_("%(language)s (%(level)s): you help others and practise it", **values))
    if spoken.teaches:
        return str(_("%(language)s (%(level)s): you help others with it", **values))
    if spoken.learns:
        return str(_("%(language)s (%(level)s): you practise it", **values))
    return str(_("%(language)s (%(level)s)", **values))


def _availability(profile: Profile) -> list[str]:
    number = len(words.slots_of(profile.slots))
    return [ngettext("%(num)s part of the week", "%(num)s parts of the week", number)] if number else []


def _area(profile: Profile) -> list[str]:
    lines = [profile.area.name] if profile.area else []
    return [*lines, _("Meeting online is fine, too")] if profile.meets_online else lines


def _family(profile: Profile) -> list[str]:
    lines = [words.situation_label(code) for code in profile.situations]
    if profile.children:
        ages = format_list([str(words.CHILDREN[code]) for code in profile.children])
        lines.append(_("Children: %(ages)s", ages=ages))
    if profile.planned_stay:
        lines.append(_("Planned stay: %(stay)s", stay=str(words.STAYS[profile.planned_stay])))
    return lines


def _offers(profile: Profile) -> list[str]:
    lines = []
    if profile.offers:
        lines.append(_("You help with: %(topics)s", topics=format_list([*map(words.topic_label, profile.offers)])))
    if profile.wishes:
        lines.append(_("You would like: %(topics)s", topics=format_list([*map(words.topic_label, profile.wishes)])))
    return [*lines, profile.about] if profile.about else lines


def _limits(profile: Profile) -> list[str]:
    return [str(words.SHOWN_TO[profile.shown_to])] if "limits" in profile.steps_done else []
