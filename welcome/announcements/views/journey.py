"""The journey's desk: what newcomers are told on their way, in each language; a journey tried out."""

from collections.abc import Callable
from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.announcements.forms.journey import MomentForm, NewStepForm, StepForm
from welcome.announcements.journey import course, desk, texts
from welcome.announcements.journey.steps import Step
from welcome.announcements.views.blueprint import bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import LOCALES, choose_locale, offered_languages
from welcome.i18n import gettext as _

Page = str | Response | tuple[str, int]


@bp.route("/desk/journey", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
def journey() -> str | Response:
    """Show coordinators what newcomers are told on their way, and let them switch steps off."""
    if request.method == "GET":
        return render_template("announcements/journey.html", steps=desk.read_steps(db.session()))
    is_on = request.form.get("is_on") == "yes"
    with writing() as session:
        course.switch_step(session, request.form.get("step", ""), is_on=is_on, now=now())
    flash(_("This step is sent again.") if is_on else _("This step is not sent any more."), "success")
    return redirect(url_for("announcements.journey"), 303)


@bp.route("/desk/journey/new", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
def add_journey_step() -> Page:
    """Let coordinators add a step of their own, with its words in the first language."""
    form = NewStepForm()

    def add() -> str:
        with writing() as session:
            code = course.add_step(session, form.name.data, form.month.data, form.themes.data or [], now=now())
            step = desk.get_step(session, code)
            texts.keep_text(session, step, texts.source_locale(), form.subject.data, form.body.data, now=now())
        flash(_("The step is there. It can be written in every other language, too."), "success")
        return code

    return _keep_moment(form, None, add)


@bp.route("/desk/journey/<step_code>", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
def journey_moment(step_code: str) -> Page:
    """Let coordinators move a step to another month, and rename or remove one of their own."""
    step = desk.get_step(db.session(), step_code)
    form = MomentForm(obj=step)
    if step.is_built_in:
        del form.name, form.themes
    elif request.method == "POST" and "remove" in request.form:
        with writing() as session:
            course.remove_step(session, step_code)
        flash(_("The step is removed. Letters of it that have not gone out are not sent."), "success")
        return redirect(url_for("announcements.journey"), 303)

    def move() -> str:
        with writing() as session:
            course.move_step(session, step_code, form.month.data, now=now())
            if not step.is_built_in:
                course.edit_own(session, step_code, form.name.data, form.themes.data or [], now=now())
        flash(_("Saved."), "success")
        return step_code

    return _keep_moment(form, step, move)


def _keep_moment(form: MomentForm, step: Step | None, keep: Callable[[], str]) -> Page:
    """Keep when a step comes and show it, or show the form with what stands against it."""
    if form.validate_on_submit():
        try:
            return redirect(url_for("announcements.journey", _anchor=keep()), 303)
        except course.MonthTaken as refusal:
            form.month.errors = [str(refusal)]
    page = render_template("announcements/journey_moment.html", form=form, step=step)
    return (page, 422) if form.errors or form.month.errors else page


@bp.route("/desk/journey/<step_code>/<locale>", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
def journey_step(step_code: str, locale: str) -> Page:
    """Let coordinators write a step anew in one language, or go back to the text that is built in."""
    step = desk.get_step(db.session(), step_code, locale)
    readings = desk.readings_of(db.session(), step)
    own = next(reading for reading in readings if reading.locale == locale)
    form = StepForm(subject=own.wording.subject, body=own.wording.body)
    if step.is_built_in and request.method == "POST" and "built_in" in request.form:
        with writing() as session:
            texts.drop_text(session, step, locale)
        flash(_("The built-in text is used again."), "success")
        return redirect(url_for("announcements.journey", _anchor=step.code), 303)
    if form.validate_on_submit():
        with writing() as session:
            texts.keep_text(session, step, locale, form.subject.data or "", form.body.data or "", now=now())
        flash(_("Saved. Letters that have not gone out yet say it."), "success")
        return redirect(url_for("announcements.journey", _anchor=step.code), 303)
    page = render_template("announcements/journey_step.html", form=form, step=step, own=own, first=readings[0])
    return (page, 422) if form.errors else page


@bp.get("/desk/journey/try")
@access(Policy.COORDINATOR)
def try_journey() -> str:
    """Show the journey of somebody who does not exist: they join now and arrive in a month that one chooses."""
    moment, zone = now(), current_app.config["DEFAULT_TIMEZONE"]
    months = desk.months_to_try(moment.date())
    chosen = request.args.get("month", "")
    month = chosen if chosen in dict(months) else f"{moment:%Y-%m}"
    asked = request.args.get("locale", "")
    locale = asked if asked in LOCALES else choose_locale()
    stations = desk.try_out(db.session(), date.fromisoformat(f"{month}-01"), locale, zone, now=moment)
    words = {"months": months, "month": month, "reader_locale": locale, "languages": offered_languages()}
    return render_template("announcements/try_journey.html", stations=stations, **words)
