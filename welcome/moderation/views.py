"""Report something; for moderators, the queue."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.i18n import gettext as _
from welcome.moderation import service
from welcome.moderation.forms import DecisionForm, ReportForm
from welcome.moderation.models import About, Category, Decision

bp = Blueprint("moderation", __name__)

Answer = str | tuple[str, int] | Response


@bp.route("/report/<about>/<ref>", methods=["GET", "POST"])
@access(Policy.PUBLIC)
def report(about: str, ref: str) -> Answer:
    """Tell the moderators that something is wrong, with or without an account."""
    if about not in set(About):
        raise NotFound
    reporter_id = current_user.id if current_user.is_authenticated else None
    subject = service.find_subject(db.session(), About(about), ref, reporter_id)
    form = ReportForm()
    if not form.validate_on_submit():
        return render_template("moderation/report.html", form=form, subject=subject), 422 if form.errors else 200
    with writing() as session:
        category, words = Category(form.category.data), form.words.data or ""
        service.raise_report(session, subject, category, words, reporter_id, now=now())
    flash(_("Thank you. A moderator will look at it. The other person will not learn that it was you."), "success")
    return redirect(url_for("moderation.received"), 303)


@bp.get("/report/received")
@access(Policy.PUBLIC)
def received() -> Answer:
    """Say that a report has arrived, and what happens next."""
    return render_template("moderation/received.html")


@bp.get("/desk/reports")
@access(Policy.MODERATOR)
def list_reports() -> Answer:
    """Show what waits for a decision."""
    return render_template("moderation/list_reports.html", reports=service.open_reports(db.session()), now=now())


@bp.route("/desk/reports/<public_id>", methods=["GET", "POST"])
@access(Policy.MODERATOR)
def decide(public_id: str) -> Answer:
    """Read one report and decide it."""
    found = service.get_report(db.session(), public_id)
    form = DecisionForm()
    if not form.validate_on_submit():
        return render_template(
            "moderation/decide.html", form=form, report=found, now=now()
        ), 422 if form.errors else 200
    moderator_id = current_member().id
    with writing() as session:
        decision, reason = Decision(form.decision.data), form.reason.data or ""
        service.decide(session, found.id, moderator_id, decision, reason, now=now())
    flash(_("Your decision is written down, and those concerned are told."), "success")
    return redirect(url_for("moderation.list_reports"), 303)
