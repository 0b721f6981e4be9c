"""The coordinator tries settings on everybody who waits; nobody is told, and nothing is kept unless they say so."""

from dataclasses import asdict

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.matching.programme import Part as Weight
from welcome.pairings import programmes
from welcome.pairings.forms import LEVELS, TrialForm
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import previews, running, tallies
from welcome.pairings.rounds.previews import Trial
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done, of_programme
from welcome.pairings.views.rounds import following


@bp.route("/desk/programmes/<slug>/preview", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
@of_programme
def preview(slug: str) -> Response:
    """Try settings, and show what they would bring."""
    programme = programmes.get_programme(db.session(), slug)
    kept = previews.find(db.session(), programme.id)
    form = _form(previews.trial_of(kept) if kept else Trial.of(programme))
    if form.validate_on_submit():
        with writing() as session:
            previews.start(session, slug, _trial(form), now=now())
        return redirect(url_for("pairings.preview", slug=slug), 303)
    return _page(programme, kept, form)


def _page(programme: Programme, kept: Round | None, form: TrialForm) -> FlaskResponse:
    is_under_way = kept is not None and kept.state in running.UNDER_WAY
    figures = kept.figures if kept else {}
    page = render_template(
        "pairings/preview.html",
        figures=figures,
        reasons=tallies.count_reasons(db.session(), kept.id) if kept else {},
        against=figures.get(running.AGAINST),
        programme=programme,
        kept=kept,
        form=form,
        present=Trial.of(programme),
        tried=previews.trial_of(kept) if kept else None,
        is_under_way=is_under_way,
        few=tallies.FEW,
        levels=("–", *LEVELS, LEVELS[-1]),
    )
    # While somebody corrects the form, the page must not be replaced under their hands.
    answer = following(page, is_under_way=is_under_way and not form.errors)
    answer.status_code = 422 if form.errors else 200
    return answer


def _form(trial: Trial) -> TrialForm:
    if request.method == "POST":
        return _fitting(TrialForm(), trial)
    about = {**asdict(trial), "minimum_level": str(trial.minimum_level), "least_each": str(trial.least_each)}
    return _fitting(TrialForm(data={**trial.weights, **about}), trial)


def _fitting(form: TrialForm, trial: Trial) -> TrialForm:
    """Ask only what the programme's kind can be asked: circles have sides, pairs a bridging share and a floor."""
    for name in ("least_each",) if trial.least_each is None else ("bridging", "floor"):
        delattr(form, name)
    return form


def _trial(form: TrialForm) -> Trial:
    return Trial(
        weights={part.value: form[part.value].data for part in Weight},
        minimum_level=int(form.minimum_level.data),
        hold_days=form.hold_days.data,
        **{name: int(form[name].data) for name in ("bridging", "floor", "least_each") if name in form},
    )


@bp.post("/desk/programmes/<slug>/preview/keep")
@access(Policy.COORDINATOR)
@of_programme
def keep_settings(slug: str) -> Response:
    """Keep the settings that were tried."""
    with writing() as session:
        previews.keep_settings(session, slug, request.form.get("preview", ""))
    return done(_("These settings hold from the next round on."), "show_programme", slug=slug)
