"""The coordinator's rounds: start one, follow it, stop it, see what became of it."""

from collections.abc import Callable

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import format_percent
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, require
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.i18n import gettext as _
from welcome.pairings import programmes, refusals
from welcome.pairings.rounds import running, tallies, telling
from welcome.pairings.rounds.groups import Group
from welcome.pairings.rounds.quality import Quality, read_quality
from welcome.pairings.states import RoundKind, RoundState
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done, of_programme, of_round

LOOK_AGAIN_SECONDS = 3


def following(page: str, *, is_under_way: bool) -> FlaskResponse:
    """Let a page about work that goes on be asked for again by itself: by a header, so without a script."""
    answer = make_response(page)
    if is_under_way:
        answer.headers["Refresh"] = LOOK_AGAIN_SECONDS
    return answer


@bp.post("/desk/programmes/<slug>/round")
@access(Policy.COORDINATOR)
@of_programme
def run_round(slug: str) -> Response:
    """Ask for a round; the scheduler makes it."""
    programme = programmes.get_programme(db.session(), slug)
    programme_id = programme.id
    try:
        with writing() as session:
            path = running.start(session, slug, now=now()).public_id
    except refusals.RoundUnderWay as refusal:
        flash(str(refusal), "info")
        found = running.find_under_way(db.session(), programme_id)
        if found is None:
            return redirect(url_for("pairings.show_programme", slug=slug), 303)
        path = found.public_id
    return redirect(url_for("pairings.show_round", public_id=path), 303)


@bp.get("/desk/rounds/<public_id>")
@access(Policy.COORDINATOR)
@of_round
def show_round(public_id: str) -> FlaskResponse:
    """Show how far a round is, or what it came to; small counts are hidden."""
    tally = tallies.get_tally(db.session(), public_id)
    if tally.round.kind is RoundKind.PREVIEW:
        raise NotFound
    page = render_template("pairings/show_round.html", tally=tally, few=tallies.FEW)
    return following(page, is_under_way=tally.is_under_way)


@bp.post("/desk/rounds/<public_id>/stop")
@access(Policy.COORDINATOR)
@of_round
def stop_round(public_id: str) -> Response:
    """Stop a round that is not done, or the waves that would follow it."""
    with writing() as session:
        is_stopped = running.stop(session, public_id, now=now()).state is RoundState.STOPPED
    return done(
        _("The round is stopped. Nobody gets a letter.")
        if is_stopped
        else _("No wave follows. What has been proposed stays open until it is answered or lapses."),
        "show_round",
        public_id=public_id,
    )


@bp.get("/desk/rounds/<public_id>/quality")
@access(Policy.COORDINATOR)
def show_quality(public_id: str) -> str:
    """Show how good and how fair a round was."""
    measured = _measured(public_id)
    bands = [(_("from %(share)s", share=format_percent(low / 100)), pairs) for low, pairs in measured.bands]
    groups = measured.groups
    charts: list[tuple[str, str, list[Group], Callable[[str], str]]] = [
        (_("Who found somebody, by side"), _("Side"), groups.sides, telling.say_side),
        (_("Who found somebody, by gender, of those who say it"), _("Gender"), groups.genders, telling.say_gender),
        (_("Who found somebody, by level in their new language"), _("Level"), groups.levels, telling.say_level),
        (_("Who found somebody, by district"), _("District"), groups.areas, str),
    ]
    return render_template(
        "pairings/show_quality.html",
        round=measured.round,
        told=telling.say_quality(measured),
        bands=[band for band in bands if band[1] >= tallies.FEW],
        charts=[
            (title, head, [(say(group.name), group.matched, group.took_part) for group in told])
            for title, head, cut, say in charts
            if (told := [group for group in cut if group.is_told])
        ],
    )


@bp.get("/desk/rounds/<public_id>/quality.csv")
@access(Policy.COORDINATOR)
def download_quality(public_id: str) -> FlaskResponse:
    """Hand the same figures over for a spreadsheet."""
    words = telling.as_csv(telling.say_quality(_measured(public_id)))
    headers = {"Content-Disposition": 'attachment; filename="round.csv"'}
    return FlaskResponse(words, mimetype="text/csv", headers=headers)


def _measured(public_id: str) -> Quality:
    measured = read_quality(db.session(), public_id)
    require(Role.COORDINATOR, measured.round.programme_id)
    if measured.round.kind is RoundKind.PREVIEW or not measured.figures:
        raise NotFound
    return measured
