"""Say in the reader's language what is done before somebody is a mentor."""

from collections.abc import Iterable

from welcome.i18n import format_list
from welcome.i18n import gettext as _
from welcome.pairings.states import VettingStep


def say_vetting_step(step: str) -> str:
    """Say what is done before somebody is a mentor."""
    words: dict[VettingStep, str] = {
        VettingStep.TALK: _("a talk"),
        VettingStep.REFERENCES: _("references"),
        VettingStep.CHECK: _("an official check"),
        VettingStep.TRAINING: _("a training"),
    }
    return words[VettingStep(step)]


def say_steps(steps: Iterable[str]) -> str:
    """Say several steps in one line."""
    return str(format_list([say_vetting_step(step) for step in steps]))
