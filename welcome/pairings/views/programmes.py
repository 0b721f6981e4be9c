"""Programmes: what there is, join, take a break, leave."""

from flask import render_template, request
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.pairings import programmes, wording
from welcome.pairings.forms import JoinForm
from welcome.pairings.models.programmes import Programme
from welcome.pairings.states import Part, ProgrammeKind
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done


@bp.get("/programmes")
@access(Policy.MEMBER)
def list_programmes() -> str:
    """Show the programmes and where the member stands in each."""
    places = programmes.read_places(db.session(), current_member().id)
    return render_template("pairings/list_programmes.html", places=places)


@bp.route("/programmes/<slug>/join", methods=["GET", "POST"])
@access(Policy.MEMBER)
def join_programme(slug: str) -> Response | str | tuple[str, int]:
    """Join a programme, or change how one takes part."""
    programme = programmes.get_programme(db.session(), slug)
    form = _join_form(programme)
    if not form.validate_on_submit():
        return render_template(
            "pairings/join_programme.html", programme=programme, form=form
        ), 422 if form.errors else 200
    role, capacity = form.role_chosen(), form.capacity_chosen()
    with writing() as session:
        programmes.join_programme(session, slug, current_member().id, role=role, capacity=capacity, now=now())
    return done(_("You take part. Here are people whom you could meet."), "people", _anchor="suggestions")


def _join_form(programme: Programme) -> JoinForm:
    mine = programmes.read_enrolments(db.session(), current_member().id)
    known = next((row for row in mine if row.programme_id == programme.id), None)
    form = JoinForm(role=known.role.value if known else None, capacity=str(known.capacity if known else 1))
    if programme.kind is ProgrammeKind.MENTORSHIP:
        form.role.choices = [SelectChoice(part.value, wording.say_role(part)) for part in (Part.MENTEE, Part.MENTOR)]
    else:
        del form.role
    if not programme.pairs_two:
        del form.capacity  # one circle at a time
    return form


@bp.post("/programmes/<slug>/leave")
@access(Policy.MEMBER)
def leave_programme(slug: str) -> Response:
    """Leave a programme."""
    with writing() as session:
        programmes.leave_programme(session, slug, current_member().id, now=now())
    return done(_("You have left the programme. Your open questions in it are taken back."), "list_programmes")


@bp.post("/programmes/<slug>/pause")
@access(Policy.MEMBER)
def pause_programme(slug: str) -> Response:
    """Take a break from a programme, or come back."""
    is_paused = request.form.get("pause") == "yes"
    with writing() as session:
        programmes.pause_programme(session, slug, current_member().id, is_paused=is_paused, now=now())
    return done(
        _("You take a break: nobody new sees you here.") if is_paused else _("Welcome back."), "list_programmes"
    )
