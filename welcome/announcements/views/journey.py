"""The journey's desk: what newcomers are told on their way, in each language; a journey tried out."""

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.announcements.forms.journey import StepForm
from welcome.announcements.journey import desk, plans, texts
from welcome.announcements.views.blueprint import bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import LOCALES, choose_locale, offered_languages
from welcome.i18n import gettext as _


@bp.route("/desk/journey", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
def journey() -> str | Response:
    """Show coordinators what newcomers are told on their way, and let them switch steps off."""
    if request.method == "GET":
        return render_template("announcements/journey.html", steps=desk.read_steps(db.session()))
    is_on = request.form.get("is_on") == "yes"
    with writing() as session:
        plans.switch_step(session, request.form.get("step", ""), is_on=is_on, now=now())
    flash(_("This step is sent again.") if is_on else _("This step is not sent any more."), "success")
    return redirect(url_for("announcements.journey"), 303)


@bp.route("/desk/journey/<step_code>/<locale>", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
def journey_step(step_code: str, locale: str) -> str | Response | tuple[str, int]:
    """Let coordinators write a step anew in one language, or go back to the text that is built in."""
    step = desk.get_step(step_code, locale)
    readings = desk.readings_of(db.session(), step)
    own = next(reading for reading in readings if reading.locale == locale)
    form = StepForm(subject=own.wording.subject, body=own.wording.body)
    if request.method == "POST" and "built_in" in request.form:
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
