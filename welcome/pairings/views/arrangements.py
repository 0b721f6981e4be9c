"""The coordinator pins two people together for the next round, or keeps two apart."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.pairings import programmes, refusals
from welcome.pairings.forms import ArrangementForm
from welcome.pairings.rounds import arrangements
from welcome.pairings.states import ArrangementKind
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done, of_programme


@bp.route("/desk/programmes/<slug>/arrangements", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
@of_programme
def arrange(slug: str) -> Response | tuple[str, int]:
    """Show what is arranged, and arrange more."""
    form = ArrangementForm()
    if not programmes.get_programme(db.session(), slug).pairs_two:
        labels = {"pin": _("Let these two sit in one circle"), "forbid": _("Never let these two sit in one circle")}
        form.kind.choices = [SelectChoice(value, label) for value, label in labels.items()]
    if form.validate_on_submit():
        emails = (form.one.data or "", form.other.data or "")
        try:
            with writing() as session:
                programme = programmes.get_programme(session, slug)
                two = arrangements.find_two(session, programme, emails)
                arrangements.arrange(session, programme, ArrangementKind(form.kind.data), two, now=now())
        except (refusals.NotEnrolled, refusals.TwoNeeded, refusals.CannotPair) as refusal:
            form.form_errors.append(str(refusal))
        else:
            flash(_("It is arranged. Try the settings to see what it costs."), "success")
            return redirect(url_for("pairings.arrange", slug=slug), 303)
    programme = programmes.get_programme(db.session(), slug)
    found = arrangements.read_arrangements(db.session(), programme.id)
    page = render_template("pairings/arrange.html", programme=programme, arrangements=found, form=form)
    return page, 422 if form.errors else 200


@bp.post("/desk/programmes/<slug>/arrangements/<public_id>/remove")
@access(Policy.COORDINATOR)
@of_programme
def remove_arrangement(slug: str, public_id: str) -> Response:
    """Take an arrangement back."""
    with writing() as session:
        arrangements.remove(session, programmes.get_programme(session, slug), public_id)
    return done(_("It is taken back."), "arrange", slug=slug)
