"""The desk for answers: how people get a place, and the organisers' yes or no where they want to be asked."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import writing
from welcome.events import service
from welcome.events.answers import approving
from welcome.events.desk.sharing import Page, change_page, own_date, own_event
from welcome.events.forms.terms import TermsForm
from welcome.i18n import gettext as _
from welcome.web import whole

bp = Blueprint("events_answers", __name__, url_prefix="/desk")


@bp.route("/events/<public_id>/joining", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def joining(public_id: str) -> Page:
    """Choose how people get a place."""
    event = own_event(public_id)
    event_id, form = event.id, TermsForm(data=TermsForm.data_of(event))
    return change_page(
        public_id,
        "events_desk/joining.html",
        form,
        lambda session: service.change_terms(session, event_id, form.terms(), now=now()),
    )


@bp.post("/dates/<public_id>/answers")
@access(Policy.ORGANISER)
def answer(public_id: str) -> Response:
    """Say yes or no to somebody who asked for a place."""
    occurrence_id = own_date(public_id).id
    attendance_id = request.form.get("guest", 0, type=whole)
    is_yes = request.form.get("answer") == "yes"
    with writing() as session:
        decide = approving.approve if is_yes else approving.decline
        decide(session, occurrence_id, attendance_id, now=now())
    flash(_("They get your answer by letter."), "success")
    return redirect(url_for("events_desk.guests", public_id=public_id), 303)
