"""Say to a coordinator how far a round is, and why somebody was left out."""

# gettext comes without types, and every function here returns what it says.
# mypy: disable-error-code="no-any-return"

from collections.abc import Mapping
from datetime import date
from typing import Any

from welcome.i18n import day_in_words, language_name, ngettext
from welcome.i18n import gettext as _
from welcome.matching.pairs.constraints import Rule
from welcome.matching.pairs.openings import Change
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds.outcomes import NOT_BALANCED, TOO_FEW
from welcome.pairings.rounds.tallies import FEW
from welcome.pairings.states import RoundState
from welcome.profiles.vocabulary import interest_label, slot_label


def say_rule(rule: str) -> str:
    """Say to a coordinator why somebody was left out."""
    return {
        Rule.EXCHANGE.value: _("Nobody to exchange their languages with"),
        Rule.LANGUAGE.value: _("No common language at the needed level"),
        Rule.TIME.value: _("No free time in common"),
        Rule.REACH.value: _("Too far away"),
        Rule.LIMITS.value: _("Their own limits, or those of others"),
        Rule.INTEREST.value: _("No interest in common"),
        Rule.ROLE.value: _("Nobody on the other side"),
        Rule.CAPACITY.value: _("Everybody who fits has no place left"),
        Rule.FORBIDDEN.value: _("They have met, asked or blocked each other"),
        Rule.PLACES.value: _("Those who fit were needed by others"),
        Rule.FLOOR.value: _("Only pairs that are too weak"),
        TOO_FEW: _("Too few people around who like the same at the same time"),
        NOT_BALANCED: _("The circles around are full, or would be one-sided"),
    }.get(rule, _("A reason that stays theirs"))


def say_rhythm(programme: Programme, next_day: date | None) -> str:
    """Say when a programme's rounds begin."""
    if next_day is None or not programme.every_weeks:
        return _("When you begin one")
    day = day_in_words(next_day)
    weeks = programme.every_weeks
    if weeks == 1:
        return _("Every week; next on %(day)s", day=day)
    return ngettext("Every %(num)s week; next on %(day)s", "Every %(num)s weeks; next on %(day)s", weeks, day=day)


def say_change(reason: Mapping[str, Any]) -> str:
    """Say to a coordinator which one change of somebody would help most."""
    many, code = reason["people"], reason["code"]
    people = ngettext("%(num)s person", "%(num)s people", many) if many >= FEW else _("a few people")
    change = Change(reason["change"])
    if change is Change.SLOT:
        return _("Time on %(slot)s would open %(people)s.", slot=slot_label(int(code or 0)), people=people)
    if change is Change.ONLINE:
        return _("Meeting online would open %(people)s.", people=people)
    if change is Change.TEACH:
        return _("Helping with %(language)s would open %(people)s.", language=language_name(str(code)), people=people)
    if change is Change.LEARN:
        return _("Learning %(language)s would open %(people)s.", language=language_name(str(code)), people=people)
    if change is Change.INTEREST:
        return _("Liking %(interest)s would open %(people)s.", interest=interest_label(str(code)), people=people)
    return _("Writing instead of meeting would open %(people)s.", people=people)


def say_round(kept: Round) -> str:
    """Say how far a round is."""
    if kept.state is RoundState.RUNNING:
        return {
            "reading": _("We read who takes part."),
            "most people": _("We look for the most people who can be matched."),
            "highest floor": _("We make the least good pair as good as it can be."),
            "largest total": _("We make all pairs together as good as they can be."),
            "pairs": _("We look at who could meet whom."),
            "prices": _("We reckon how sought-after everybody is."),
            "reasons": _("We look why people are left out."),
            "circles": _("We look for circles."),
            "present": _("We hold it against the present settings."),
            "free": _("We hold it against a round without what you arranged."),
        }.get(kept.step or "", _("We begin."))
    return {
        RoundState.READY: _("It is done, and waits until you send it."),
        RoundState.WAITING: _("It waits for its turn and begins within seconds."),
        RoundState.PROPOSED: _("It is done, and the proposals are sent."),
        RoundState.PREVIEWED: _("It is done, and nothing was sent."),
        RoundState.STOPPED: _("It was stopped. Nobody got a letter."),
        RoundState.FAILED: _("It could not be made. Nobody got a letter. The log of the server says why."),
    }[kept.state]
