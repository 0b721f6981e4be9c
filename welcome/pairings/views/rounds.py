"""The coordinator's rounds: start one, follow it, stop it, see what became of it."""

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, require
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.i18n import gettext as _
from welcome.pairings import programmes, rules, running, tallies
from welcome.pairings.states import RoundKind
from welcome.pairings.views.blueprint import bp

LOOK_AGAIN_SECONDS = 3


def following(page: str, *, is_under_way: bool) -> FlaskResponse:
    """Let a page about work that goes on be asked for again by itself: by a header, so without a script."""
    answer = make_response(page)
    if is_under_way:
        answer.headers["Refresh"] = LOOK_AGAIN_SECONDS
    return answer


@bp.post("/desk/programmes/<slug>/round")
@access(Policy.COORDINATOR)
def run_round(slug: str) -> Response:
    """Ask for a round; the scheduler makes it."""
    programme = programmes.get_programme(db.session(), slug)
    require(Role.COORDINATOR, programme.id)
    programme_id = programme.id
    try:
        with writing() as session:
            path = running.start(session, slug, now=now()).public_id
    except rules.RoundUnderWay as refusal:
        flash(str(refusal), "info")
        found = running.find_under_way(db.session(), programme_id)
        if found is None:
            return redirect(url_for("pairings.show_programme", slug=slug), 303)
        path = found.public_id
    return redirect(url_for("pairings.show_round", public_id=path), 303)


@bp.get("/desk/rounds/<public_id>")
@access(Policy.COORDINATOR)
def show_round(public_id: str) -> FlaskResponse:
    """Show how far a round is, or what it came to; small counts are hidden."""
    tally = tallies.get_tally(db.session(), public_id)
    require(Role.COORDINATOR, tally.round.programme_id)
    if tally.round.kind is RoundKind.PREVIEW:
        raise NotFound
    page = render_template("pairings/show_round.html", tally=tally, few=tallies.FEW)
    return following(page, is_under_way=tally.is_under_way)


@bp.post("/desk/rounds/<public_id>/stop")
@access(Policy.COORDINATOR)
def stop_round(public_id: str) -> Response:
    """Stop a round that is not done, or the waves that would follow it."""
    require(Role.COORDINATOR, running.get_round(db.session(), public_id).programme_id)
    with writing() as session:
        is_stopped = running.stop(session, public_id, now=now()).digest is None
    flash(
        _("The round is stopped. Nobody gets a letter.")
        if is_stopped
        else _("No wave follows. What has been proposed stays open until it is answered or lapses."),
        "success",
    )
    return redirect(url_for("pairings.show_round", public_id=public_id), 303)
