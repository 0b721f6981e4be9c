"""The coordinator's desk: who wants to be a mentor, what was done of it, and until when it holds."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.pairings import programmes
from welcome.pairings.forms import VettingForm
from welcome.pairings.states import VettingStep
from welcome.pairings.vetting import service
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done, of_programme


@bp.get("/desk/programmes/<slug>/mentors")
@access(Policy.COORDINATOR)
@of_programme
def list_mentors(slug: str) -> str:
    """Show who wants to be a mentor and how far each has come."""
    return _page(slug, VettingForm(formdata=None, person=request.args.get("person")))


@bp.post("/desk/programmes/<slug>/mentors")
@access(Policy.COORDINATOR)
@of_programme
def vet_mentor(slug: str) -> Response | tuple[str, int]:
    """Write down that a step was done, or that it counts no longer."""
    form = VettingForm()
    if not form.validate_on_submit():
        return _page(slug, form), 422
    moment, by = now(), current_member()
    person, step, note = form.person.data or "", VettingStep(form.step.data), form.note.data or ""
    with writing() as session:
        programme = programmes.get_programme(session, slug)
        if request.form.get("what") == "take-back":
            service.take_back(session, programme, person, step, note=note, by=by, now=moment)
        else:
            days = {"done_on": form.done_on.data or moment.date(), "valid_until": form.valid_until.data}
            service.record(session, programme, person, step, **days, note=note, by=by, now=moment)
    return done(_("It is written down, and counts from now on. The mentor can see it."), "list_mentors", slug=slug)


@bp.post("/desk/programmes/<slug>/mentors/talk")
@access(Policy.COORDINATOR)
@of_programme
def talk_to_mentor(slug: str) -> Response:
    """Open the conversation with somebody who wants to be a mentor."""
    with writing() as session:
        programme = programmes.get_programme(session, slug)
        person = request.form.get("person", "")
        thread = service.talk(session, programme, person, by=current_member(), now=now()).public_id
    return redirect(url_for("conversations.show_thread", public_id=thread), 303)


def _page(slug: str, form: VettingForm) -> str:
    programme = programmes.get_programme(db.session(), slug)
    people = service.read_mentors(db.session(), programme)
    chosen = next((one for one in people if one.member.public_id == form.person.data), None)
    return render_template("pairings/mentors.html", programme=programme, people=people, chosen=chosen, form=form)
