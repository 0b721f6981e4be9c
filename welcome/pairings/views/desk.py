"""The coordinator's desk: programmes, and rounds with what became of them."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, require
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.pairings import programmes, rounds
from welcome.pairings.views.blueprint import bp


@bp.get("/desk/programmes")
@access(Policy.COORDINATOR)
def desk() -> str:
    """Show the programmes that the member coordinates."""
    session = db.session()
    mine = programmes.coordinated_by(session, current_member().id)
    counts = {programme.id: rounds.count_enrolled(session, programme.id) for programme in mine}
    return render_template("pairings/desk.html", programmes=mine, counts=counts)


@bp.get("/desk/programmes/<slug>")
@access(Policy.COORDINATOR)
def show_programme(slug: str) -> str:
    """Show one programme to its coordinator."""
    session = db.session()
    programme = programmes.get_programme(session, slug)
    require(Role.COORDINATOR, programme.id)
    return render_template(
        "pairings/show_programme.html",
        programme=programme,
        counts=rounds.count_enrolled(session, programme.id),
        rounds=rounds.read_rounds(session, programme.id),
        few=rounds.FEW,
    )


@bp.post("/desk/programmes/<slug>/round")
@access(Policy.COORDINATOR)
def run_round(slug: str) -> Response:
    """Run a round: read, compute with no transaction open, then keep and propose."""
    programme = programmes.get_programme(db.session(), slug)
    require(Role.COORDINATOR, programme.id)
    drafted = rounds.draft(db.session(), slug, now=now())
    db.session.rollback()
    outcome = rounds.compute(drafted)
    with writing() as session:
        path = rounds.propose(session, drafted, outcome, now=now()).public_id
    flash(_("The round is done, and everybody who was matched gets a letter."), "success")
    return redirect(url_for("pairings.show_round", public_id=path), 303)


@bp.get("/desk/rounds/<public_id>")
@access(Policy.COORDINATOR)
def show_round(public_id: str) -> str:
    """Show what a round came to; small counts are hidden."""
    tally = rounds.get_tally(db.session(), public_id)
    require(Role.COORDINATOR, tally.round.programme_id)
    return render_template("pairings/show_round.html", tally=tally, few=rounds.FEW)
