"""Report something, see what became of it, and ask for a second look at a decision about oneself."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from welcome.accounts import staff_log, tokens
from welcome.accounts.access import Policy, access, current_member
from welcome.accounts.service import LinkExpired
from welcome.accounts.tokens import Purpose
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.i18n import gettext as _
from welcome.moderation import measures, service
from welcome.moderation.forms import AppealForm, ReportForm
from welcome.moderation.models import About, Category
from welcome.moderation.rules import HOUSE_RULES

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
    return _raise(subject, Category(form.category.data), form.words.data or "", reporter_id)


@bp.post("/conversations/<public_id>/flirting")
@access(Policy.MEMBER)
def flirting(public_id: str) -> Response:
    """Tell the moderators with one tap that somebody takes this for a dating site."""
    member_id = current_member().id
    subject = service.find_subject(db.session(), About.MESSAGE, public_id, member_id)
    return _raise(subject, Category.FLIRTING, "", member_id)


def _raise(subject: service.Subject, category: Category, words: str, reporter_id: int | None) -> Response:
    with writing() as session:
        raised = service.raise_report(session, subject, category, words, reporter_id, now=now())
        receipt = tokens.sign(Purpose.RECEIPT, raised.public_id)
    flash(_("Thank you. A moderator will look at it. The other person will not learn that it was you."), "success")
    return redirect(url_for("moderation.received", token=receipt), 303)


@bp.get("/report/received/<token>")
@access(Policy.PUBLIC)
def received(token: str) -> Answer:
    """Say that a report has arrived, and what became of it: a receipt for those without an account too."""
    words = tokens.read(Purpose.RECEIPT, token)
    if not words:
        raise LinkExpired
    return render_template("moderation/received.html", report=service.get_report(db.session(), words[0]))


@bp.route("/appeal/<token>", methods=["GET", "POST"])
@access(Policy.PUBLIC)
def appeal(token: str) -> Answer:
    """Ask for a second look at a decision, by the link of the letter about it: also while suspended."""
    words = tokens.read(Purpose.APPEAL, token)
    if not words:
        raise LinkExpired
    measure, form = measures.get_measure(db.session(), words[0]), AppealForm()
    if not form.validate_on_submit():
        house_rule = HOUSE_RULES.get(measure.house_rule)
        page = render_template("moderation/appeal.html", form=form, measure=measure, house_rule=house_rule)
        return page, 422 if form.errors else 200
    with writing() as session:
        measures.appeal(session, words[0], form.words.data or "", now=now())
    flash(_("Thank you. Another moderator will look at it and write to you."), "success")
    return redirect(url_for("moderation.appeal", token=token), 303)


@bp.get("/me/record")
@access(Policy.MEMBER)
def record() -> Answer:
    """Show who of the staff looked at one's data and why, and what was decided about oneself."""
    session, member_id = db.session(), current_member().id
    mine = measures.measures_of(session, member_id)
    appeals = {measure.id: tokens.sign(Purpose.APPEAL, measure.public_id) for measure in mine}
    entries = staff_log.entries_about(session, member_id)
    return render_template("moderation/record.html", measures=mine, appeals=appeals, entries=entries)
