"""The moderators' desk: the queue, one report, one appeal."""

from flask import flash, redirect, render_template, url_for

from welcome.accounts import staff_log
from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.moderation import measures, service
from welcome.moderation.forms import AnswerForm, DecisionForm, ReadingForm
from welcome.moderation.models import Decision, HouseRule
from welcome.moderation.rules import HOUSE_RULES
from welcome.moderation.views import Answer
from welcome.moderation.views import bp as bp


@bp.get("/desk/reports")
@access(Policy.MODERATOR)
def list_reports() -> Answer:
    """Show what waits for a decision."""
    session = db.session()
    reports, appeals = service.open_reports(session), measures.open_appeals(session)
    return render_template("moderation/list_reports.html", reports=reports, appeals=appeals, now=now())


@bp.route("/desk/reports/<public_id>", methods=["GET", "POST"])
@access(Policy.MODERATOR)
def decide(public_id: str) -> Answer:
    """Decide a report, once its evidence was read."""
    found, form = service.get_report(db.session(), public_id), DecisionForm()
    if not form.validate_on_submit():
        return _report_page(public_id, form=form), 422 if form.errors else 200
    with writing() as session:
        decision, reason = Decision(form.decision.data), form.reason.data or ""
        house_rule = HouseRule(form.house_rule.data or HouseRule.OTHER)
        service.decide(session, found.id, current_member(), decision, reason, house_rule=house_rule, now=now())
    flash(_("Your decision is written down, and those concerned are told."), "success")
    return redirect(url_for("moderation.list_reports"), 303)


@bp.post("/desk/reports/<public_id>/evidence")
@access(Policy.MODERATOR)
def open_evidence(public_id: str) -> Answer:
    """Open what was reported, with a reason that the member concerned can see."""
    found, form = service.get_report(db.session(), public_id), ReadingForm()
    if not form.validate_on_submit():
        return _report_page(public_id, reading=form), 422
    with writing() as session:
        service.open_evidence(session, found.id, current_member(), form.reason.data or "", now=now())
    return redirect(url_for("moderation.decide", public_id=public_id), 303)


def _report_page(public_id: str, form: DecisionForm | None = None, reading: ReadingForm | None = None) -> str:
    found = service.get_report(db.session(), public_id)
    return render_template(
        "moderation/decide.html",
        report=found,
        is_open=staff_log.has_read(db.session(), current_member(), public_id),
        form=form or DecisionForm(formdata=None),
        reading=reading or ReadingForm(formdata=None),
        now=now(),
    )


@bp.route("/desk/appeals/<public_id>", methods=["GET", "POST"])
@access(Policy.MODERATOR)
def decide_appeal(public_id: str) -> Answer:
    """Look a second time at a decision that somebody else took."""
    found, form = measures.get_appeal(db.session(), public_id), AnswerForm()
    if form.validate_on_submit():
        is_upheld, answer = form.outcome.data == "upheld", form.answer.data or ""
        with writing() as session:
            measures.decide_appeal(session, public_id, current_member(), answer, is_upheld=is_upheld, now=now())
        flash(_("Your decision is written down, and those concerned are told."), "success")
        return redirect(url_for("moderation.list_reports"), 303)
    house_rule = HOUSE_RULES.get(found.measure.house_rule)
    page = render_template("moderation/decide_appeal.html", appeal=found, house_rule=house_rule, form=form)
    return page, 422 if form.errors else 200
