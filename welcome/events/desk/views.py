"""The organisers' desk: write, publish, move and call off events; see who comes."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.service import venues_open_to
from welcome.errors import Refusal
from welcome.events import finding, service
from welcome.events.audiences import reaches
from welcome.events.crew.access import require_host, shared_events
from welcome.events.desk import lists
from welcome.events.desk.sharing import (
    Page,
    change_page,
    choose_organisation,
    form_page,
    own_date,
    own_event,
    own_organisations,
    say,
)
from welcome.events.finding import Seats
from welcome.events.forms.organising import CancelForm, EditForm, NewForm
from welcome.events.models import Event, EventStatus
from welcome.events.renewing import RENEWED_BEFORE, next_dates, series_end
from welcome.events.starters import STARTERS, fill, finish
from welcome.events.wording import rule_in_words, words_of
from welcome.i18n import gettext as _
from welcome.i18n import known_languages, lazy_gettext

bp = Blueprint("events_desk", __name__, url_prefix="/desk")

PUBLISHED = lazy_gettext("Your event is published. Everybody can see it and join.")


@bp.get("/events")
@access(Policy.ORGANISER)
def list_mine() -> Page:
    """Show the events of all organisations that the reader organises for."""
    organisations, moment = own_organisations(), now()
    rows = lists.rows(db.session(), [one.id for one in organisations], shared=shared_events(), now=moment)
    limited = [one for one in reaches(db.session(), organisations, now=moment) if one.most is not None]
    words = {"organisations": organisations, "starters": STARTERS, "reaches": limited}
    return render_template("events_desk/list_mine.html", rows=rows, **words)


@bp.route("/events/new", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def new() -> Page:
    """Write a draft, from a template or from nothing."""
    choice, template = choose_organisation(), request.values.get("template", "")
    form = NewForm()
    form.offer(known_languages())
    form.offer_venues(venues_open_to(db.session(), choice.organisation.id))
    if request.method == "GET":
        fill(form, template, lists.habits(db.session(), choice.organisation), now())
    words: dict[str, Any] = {"chosen": template, "starters": STARTERS}
    if form.validate_on_submit():
        try:
            if request.form.get("then") == "look":
                return form_page("events_desk/new.html", form, choice=choice, foreseen=_foresee(form), **words)
            event = _write(form, choice.organisation.id, template)
        except Refusal as refusal:
            say(form, refusal)
            choice = choose_organisation()
        else:
            is_draft = event.status is EventStatus.DRAFT
            flash(_("Your draft is kept. Look at it, then publish it.") if is_draft else PUBLISHED, "success")
            return redirect(url_for("events_desk.show", public_id=event.public_id), 303)
    return form_page("events_desk/new.html", form, choice=choice, **words)


def _foresee(form: NewForm) -> tuple[str | None, list[datetime]]:
    """Return how it repeats, in words, and all its dates."""
    when = form.when(current_app.config["DEFAULT_TIMEZONE"])
    rule, starts = service.foresee(when, form.repeat(), now=now())
    return words_of(rule, when.start), starts


def _write(form: NewForm, organisation_id: int, template: str) -> Event:
    """Keep a new event, and publish it if that is wished."""
    said = (form.facts(), form.when(current_app.config["DEFAULT_TIMEZONE"]), form.place())
    repeat, member_id = form.repeat(), current_member().id
    with writing() as session:
        event = service.create_event(session, organisation_id, *said, repeat=repeat, by=member_id, now=now())
        finish(session, event, template, now())
        if request.form.get("then") == "publish":
            service.publish_event(session, event.id, now=now())
    return event


@bp.get("/events/<public_id>")
@access(Policy.ORGANISER)
def show(public_id: str) -> Page:
    """Show one event with all its dates, and what can be done."""
    event = own_event(public_id)
    seats = finding.seats_of(db.session(), [one.id for one in event.occurrences])
    return render_template(
        "events_desk/show.html",
        event=event,
        seats=seats,
        nobody=Seats(),
        moment=now(),
        cancel=CancelForm(),
        **_series(event),
    )


@bp.route("/events/<public_id>/edit", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def edit(public_id: str) -> Page:
    """Change what an event says."""
    event = own_event(public_id)
    event_id, form = event.id, EditForm(data=lists.form_data(event))
    form.offer(known_languages())
    return change_page(
        public_id,
        "events_desk/edit.html",
        form,
        lambda session: service.edit_event(session, event_id, form.facts(), now=now()),
    )


@bp.post("/events/<public_id>/publish")
@access(Policy.ORGANISER)
def publish(public_id: str) -> Page:
    """Show it to everybody."""
    event_id = own_event(public_id).id
    with writing() as session:
        service.publish_event(session, event_id, now=now())
    flash(PUBLISHED, "success")
    return redirect(url_for("events_desk.show", public_id=public_id), 303)


@bp.post("/events/<public_id>/copy")
@access(Policy.ORGANISER)
def copy(public_id: str) -> Page:
    """Write a draft like this one, a week after its last date or a week from today."""
    event = own_event(public_id)
    last, member_id, event_id = event.occurrences[-1], current_member().id, event.id
    when = lists.when_of(last)
    weeks = max(1, -(-(now() - last.starts_at) // timedelta(weeks=1)) + 1)
    later = lists.later(when, timedelta(weeks=weeks))
    with writing() as session:
        new_id = service.copy_event(session, event_id, later, by=member_id, now=now()).public_id
    flash(_("This is a copy, and still a draft. Please check its day."), "info")
    return redirect(url_for("events_desk.show", public_id=new_id), 303)


@bp.route("/events/<public_id>/cancel", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def cancel(public_id: str) -> Page:
    """Call an event off with all its dates."""
    event = own_event(public_id)
    require_host(event)
    form = CancelForm()
    if not form.validate_on_submit():
        return form_page("events_desk/cancel.html", form, event=event, occurrence=None)
    event_id, reason = event.id, form.reason.data or ""
    with writing() as session:
        service.cancel_event(session, event_id, reason=reason, now=now())
    flash(_("The event is cancelled, and everyone who wanted to come is told."), "success")
    return redirect(url_for("events_desk.show", public_id=public_id), 303)


@bp.route("/dates/<public_id>/cancel", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def cancel_date(public_id: str) -> Page:
    """Call one date off."""
    occurrence = own_date(public_id)
    form, event = CancelForm(), occurrence.event
    if not form.validate_on_submit():
        return form_page("events_desk/cancel.html", form, event=event, occurrence=occurrence)
    occurrence_id, event_id, reason = occurrence.id, event.public_id, form.reason.data or ""
    with writing() as session:
        service.cancel_occurrence(session, occurrence_id, reason=reason, now=now())
    flash(_("This date is cancelled, and everyone who wanted to come is told."), "success")
    return redirect(url_for("events_desk.show", public_id=event_id), 303)


@bp.get("/dates/<public_id>/guests")
@access(Policy.ORGANISER)
def guests(public_id: str) -> Page:
    """Show the organiser who comes and who waits."""
    occurrence = own_date(public_id)
    seats = finding.seats_of(db.session(), [occurrence.id]).get(occurrence.id, Seats())
    answers = finding.guests(db.session(), occurrence.id, seen_by=current_member().id)
    return render_template("events_desk/guests.html", occurrence=occurrence, seats=seats, answers=answers)


def _series(event: Event) -> dict[str, Any]:
    """Return what is said of a series: its rule, and how it could go on."""
    last, moment = series_end(event), now()
    is_near = last is not None and event.status is EventStatus.PUBLISHED and last.starts_at < moment + RENEWED_BEFORE
    more = len(next_dates(event)) if is_near else 0
    parts = lists.other_parts(db.session(), event)
    return {"rule": rule_in_words(event), "series_end": last, "more_dates": more, "parts_of_series": parts}
