"""The coordinator looks at who would meet whom before anybody hears of it: pin, forbid, move, send, check again."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.pairings.rounds import looking, outcomes, running, sending
from welcome.pairings.states import ArrangementKind, RoundKind
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done, of_round, seen_by_staff
from welcome.web import whole

CHANGES = (ArrangementKind.PIN.value, ArrangementKind.FORBID.value, looking.MOVE)


@bp.get("/desk/drafts/<public_id>/people")
@access(Policy.COORDINATOR)
@of_round
def look_at_round(public_id: str) -> str:
    """Show who would meet whom, or who is left out and why."""
    name, left_out = request.args.get("name", "")[:80], request.args.get("show") == "left-out"
    page = max(1, request.args.get("page", 1, type=whole))
    view = looking.look(db.session(), public_id, name=name, left_out=left_out, page=page)
    told = {"view": view, "name": name, "shows_left_out": left_out, "page": page}
    return seen_by_staff(render_template("pairings/look_at_round.html", **told), view.round, view.faces)


@bp.get("/desk/drafts/<public_id>/move/<person>")
@access(Policy.COORDINATOR)
@of_round
def choose_partner(public_id: str, person: str) -> str:
    """Show to whom a person could be moved."""
    found = looking.read_choices(db.session(), public_id, person)
    page = "choose_partner" if found.round.programme.pairs_two else "choose_circle"
    told = render_template(f"pairings/{page}.html", found=found, round=found.round, face=found.face)
    return seen_by_staff(told, found.round, found.faces)


@bp.post("/desk/drafts/<public_id>/change")
@access(Policy.COORDINATOR)
@of_round
def change_round(public_id: str) -> Response:
    """Keep people together or two apart, or move somebody, and let the rest be solved again."""
    what, people = request.form.get("what", ""), [request.form.get("one", ""), *request.form.getlist("other")]
    if what not in CHANGES:
        abort(400)
    with writing() as session:
        kept = looking.change(session, public_id, what, people, now=now())
        is_preview, slug, path = kept.kind is RoundKind.PREVIEW, kept.programme.slug, kept.public_id
    flash(_("It is arranged. Everybody else is matched anew around it; nobody has got a letter."), "success")
    if is_preview:
        return redirect(url_for("pairings.preview", slug=slug), 303)
    return redirect(url_for("pairings.show_round", public_id=path), 303)


@bp.post("/desk/drafts/<public_id>/send")
@access(Policy.COORDINATOR)
@of_round
def send_round(public_id: str) -> Response:
    """Send what a round came to."""
    with writing() as session:
        sending.send_round(session, public_id, now=now())
    return done(_("The proposals are on their way."), "show_round", public_id=public_id)


@bp.post("/desk/rounds/<public_id>/check")
@access(Policy.COORDINATOR)
@of_round
def check_round(public_id: str) -> Response:
    """Run a round again from what went in, and say whether every byte is the same."""
    same = outcomes.is_reproduced(db.session(), running.get_round(db.session(), public_id))
    if same is None:
        flash(_("What went into this round has been forgotten after a week, so it cannot be run again."), "info")
    elif same:
        flash(_("It was run again, and every figure, pair and price is the same, byte for byte."), "success")
    else:
        flash(_("It was run again, and something differs. Please tell those who run this site."), "error")
    return redirect(url_for("pairings.show_round", public_id=public_id), 303)
