"""The blueprint that all pages of this room share, so that they share the name of their endpoints."""

from flask import Blueprint
from flask_babel import format_percent

from welcome.pairings import wording
from welcome.pairings.rounds import wording as rounds
from welcome.pairings.times import say_time
from welcome.pairings.vetting import wording as vetting
from welcome.profiles.vocabulary import interest_label, slot_label

bp = Blueprint("pairings", __name__)


@bp.context_processor
def _words() -> dict[str, object]:
    labels = {
        "interest_label": interest_label,
        "slot_label": slot_label,
        "say_rule": rounds.say_rule,
        "say_change": rounds.say_change,
        "say_round": rounds.say_round,
        "say_rhythm": rounds.say_rhythm,
        "say_steps": vetting.say_steps,
        "say_vetting_step": vetting.say_vetting_step,
    }
    return {"say_time": say_time, "format_percent": format_percent, **labels} | {
        name: getattr(wording, name)
        for name in (
            "say_why",
            "say_kind",
            "say_role",
            "say_step",
            "say_opening",
            "say_nobody",
            "say_open_to",
        )
    }
