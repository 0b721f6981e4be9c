"""The pages that explain this place, each in full and in easy words; which of the two is kept on this device."""

from typing import Any

from flask import Blueprint, has_request_context, redirect, render_template, request, session
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.web import safe_path

bp = Blueprint("help", __name__)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"reads_easily": has_request_context() and session.get("words") == "easy"}


@bp.get("/help")
@access(Policy.PUBLIC)
def index() -> str:
    """Show all that is explained."""
    return render_template("help/index.html")


@bp.get("/help/matching")
@access(Policy.PUBLIC)
def matching() -> str:
    """Explain what the program looks at, and what it never looks at."""
    return render_template("help/matching.html")


@bp.get("/help/house-rules")
@access(Policy.PUBLIC)
def house_rules() -> str:
    """Say how people treat each other here."""
    return render_template("help/house_rules.html")


@bp.get("/help/organisers")
@access(Policy.PUBLIC)
def organisers() -> str:
    """Explain how one publishes an event."""
    return render_template("help/organisers.html")


@bp.get("/help/coordinators")
@access(Policy.PUBLIC)
def coordinators() -> str:
    """Explain how one runs a programme."""
    return render_template("help/coordinators.html")


@bp.post("/help/words")
@access(Policy.PUBLIC)
def choose_words() -> Response:
    """Read long texts in easy words, or in full, from now on, on this device."""
    if request.form.get("words") == "easy":
        session["words"] = "easy"
    else:
        session.pop("words", None)
    return redirect(safe_path(request.form.get("next")), 303)
