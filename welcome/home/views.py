"""The first page, and the pages that explain this place. All of them can be read without an account."""

from flask import Blueprint, render_template

from welcome.accounts.access import Policy, access

bp = Blueprint("home", __name__)


@bp.get("/how-it-works")
@access(Policy.PUBLIC)
def how_it_works() -> str:
    """Explain how people are brought together."""
    return render_template("home/how_it_works.html")


@bp.get("/safety")
@access(Policy.PUBLIC)
def safety() -> str:
    """Explain how to meet safely, and what to do when something is wrong."""
    return render_template("home/safety.html")


@bp.get("/emergency")
@access(Policy.PUBLIC)
def emergency() -> str:
    """Show whom to call."""
    return render_template("home/emergency.html")


@bp.get("/privacy")
@access(Policy.PUBLIC)
def privacy() -> str:
    """Explain what is kept of whom, why and how long."""
    return render_template("home/privacy.html")


@bp.get("/accessibility")
@access(Policy.PUBLIC)
def accessibility() -> str:
    """Say what was done so that everybody can use this place, and what was not."""
    return render_template("home/accessibility.html")
