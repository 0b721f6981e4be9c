"""The desk for single dates and for series: move or change one, this and later, or all; add one.

The organiser sees beforehand how many guests will be told.
"""

from flask import Blueprint, current_app, flash, redirect, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.service import venues_open_to
from welcome.events import series
from welcome.events.desk import lists
from welcome.events.desk.sharing import Page, form_page, keep, own_date, own_event
from welcome.events.forms.organising import AddDateForm, EditDateForm, MoveForm
from welcome.i18n import gettext as _
from welcome.i18n import known_languages, ngettext

bp = Blueprint("events_series", __name__, url_prefix="/desk")


@bp.route("/dates/<public_id>/move", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def move(public_id: str) -> Page:
    """Give a date, or several of its series, another time or place."""
    occurrence = own_date(public_id)
    event, zone = occurrence.event, occurrence.zone
    form = MoveForm(data=lists.date_data(occurrence))
    form.offer_venues(venues_open_to(db.session(), event.organisation_id))
    form.offer_reaches(series.reaches(db.session(), occurrence, now=now()))
    if form.validate_on_submit():
        occurrence_id, event_id = occurrence.id, event.public_id
        when, place, reach = form.when(zone), form.place(), form.chosen_reach()
        if keep(form, lambda session: series.move_dates(session, occurrence_id, when, place, reach, now=now())):
            return _done(event_id, _("It is moved, and everyone who wanted to come is told."))
        occurrence = own_date(public_id)
    return form_page("events_desk/move.html", form, event=occurrence.event, occurrence=occurrence)


@bp.route("/dates/<public_id>/edit", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def edit_date(public_id: str) -> Page:
    """Let a date, or several of its series, say something else."""
    occurrence = own_date(public_id)
    event = own_event(occurrence.event.public_id)
    form = EditDateForm(data=lists.form_data(event))
    form.offer(known_languages())
    form.offer_reaches(series.reaches(db.session(), occurrence, now=now()))
    if form.validate_on_submit():
        occurrence_id, facts, reach = occurrence.id, form.facts(), form.chosen_reach()
        if keep(form, lambda session: series.edit_dates(session, occurrence_id, facts, reach, now=now())):
            return _done(own_date(public_id).event.public_id, _("Your changes are kept."))
        occurrence = own_date(public_id)
    return form_page("events_desk/edit.html", form, event=occurrence.event, occurrence=occurrence)


@bp.route("/events/<public_id>/dates/new", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def add_date(public_id: str) -> Page:
    """Add a date that the rule of the series does not have."""
    event = own_event(public_id)
    last = event.occurrences[-1]
    form = AddDateForm(data={**lists.date_data(last), "day": None, "last_day": None})
    form.offer_venues(venues_open_to(db.session(), event.organisation_id))
    if form.validate_on_submit():
        event_id, place = event.id, form.place()
        when = form.when(last.zone or current_app.config["DEFAULT_TIMEZONE"])
        if keep(form, lambda session: series.add_date(session, event_id, when, place, now=now())):
            return _done(public_id, _("The date is added."))
        event = own_event(public_id)
    return form_page("events_desk/add_date.html", form, event=event)


@bp.post("/events/<public_id>/renew")
@access(Policy.ORGANISER)
def renew(public_id: str) -> Page:
    """Let a series go on."""
    event_id = own_event(public_id).id
    with writing() as session:
        added = len(series.renew(session, event_id, now=now()))
    return _done(public_id, ngettext("%(num)s date is added.", "%(num)s dates are added.", added))


def _done(event_id: str, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for("events_desk.show", public_id=event_id), 303)
