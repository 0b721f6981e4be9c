"""The blueprint that all pages of this room share, so that they share the name of their endpoints."""

from flask import Blueprint
from flask_babel import format_percent

from welcome.pairings import wording
from welcome.pairings.times import say_time

bp = Blueprint("pairings", __name__)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"say_time": say_time, "format_percent": format_percent} | {
        name: getattr(wording, name)
        for name in (
            "say_why",
            "say_kind",
            "say_role",
            "say_step",
            "say_opening",
            "say_nobody",
            "say_rule",
            "say_round",
        )
    }
