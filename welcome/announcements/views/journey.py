"""The journey's desk: what newcomers are told on their way, step by step."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.announcements.journey import desk, plans
from welcome.announcements.views.blueprint import bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _


@bp.route("/desk/journey", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
def journey() -> str | Response:
    """Show coordinators what newcomers are told on their way, and let them switch steps off."""
    if request.method == "GET":
        return render_template("announcements/journey.html", steps=desk.read_steps(db.session()))
    is_on = request.form.get("is_on") == "yes"
    with writing() as session:
        plans.switch_step(session, request.form.get("step", ""), is_on=is_on, now=now())
    flash(_("This step is sent again.") if is_on else _("This step is not sent any more."), "success")
    return redirect(url_for("announcements.journey"), 303)
