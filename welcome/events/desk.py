"""The organisers' desk: write, publish, move and call off events; see who comes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, require, roles
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.models import Organisation
from welcome.directory.service import venues_open_to
from welcome.errors import NotFound, Refusal
from welcome.events import desk_lists, finding, rules, service
from welcome.events.audiences import reaches
from welcome.events.crew.access import require_host, require_organiser, shared_events
from welcome.events.finding import Seats
from welcome.events.forms.organising import CancelForm, EditForm, NewForm
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.recurrence import BeginsInPause, LongerThanAYear, TooManyDates
from welcome.events.renewing import RENEWED_BEFORE, next_dates, series_end
from welcome.events.series import DateTaken, FollowsCalendar
from welcome.events.starters import STARTERS, fill, finish
from welcome.events.times import TimeComesTwice, TimeDoesNotExist
from welcome.events.wording import rule_in_words
from welcome.i18n import gettext as _
from welcome.i18n import known_languages, lazy_gettext

bp = Blueprint("events_desk", __name__, url_prefix="/desk")

Page = str | tuple[str, int] | Response


PUBLISHED = lazy_gettext("Your event is published. Everybody can see it and join.")
#: Beside which field a refusal is said.
FIELDS: dict[type[Refusal], str] = {
    rules.EndBeforeStart: "ends",
    rules.TooLong: "last_day",
    rules.StartIsPast: "day",
    TimeDoesNotExist: "starts",
    TimeComesTwice: "starts",
    rules.CapacityBelowGoing: "capacity",
    rules.SidesMissing: "newcomer_places",
    DateTaken: "day",
    FollowsCalendar: "reach",
    rules.TooFewToKeep: "first_timer_places",
    BeginsInPause: "pauses",
    LongerThanAYear: "until",
    TooManyDates: "until",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a new event belongs."""

    organisation: Organisation
    others: list[Organisation]


@bp.get("/events")
@access(Policy.ORGANISER)
def list_mine() -> Page:
    """Show the events of all organisations that the reader organises for."""
    organisations, moment = _own_organisations(), now()
    rows = desk_lists.rows(db.session(), [one.id for one in organisations], shared=shared_events(), now=moment)
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
        fill(form, template, desk_lists.habits(db.session(), choice.organisation), now())
    if form.validate_on_submit():
        organisation_id, member_id = choice.organisation.id, current_member().id
        facts, when, place, repeat = form.facts(), form.when(_zone()), form.place(), form.repeat()
        try:
            with writing() as session:
                event = service.create_event(
                    session, organisation_id, facts, when, place, repeat=repeat, by=member_id, now=now()
                )
                finish(session, event, template, now())
                public_id = event.public_id
                if is_published := request.form.get("then") == "publish":
                    service.publish_event(session, event.id, now=now())
        except Refusal as refusal:
            say(form, refusal)
            choice = choose_organisation()
        else:
            flash(PUBLISHED if is_published else _("Your draft is kept. Look at it, then publish it."), "success")
            return redirect(url_for("events_desk.show", public_id=public_id), 303)
    return form_page("events_desk/new.html", form, choice=choice, chosen=template, starters=STARTERS)


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
    form = EditForm(data=desk_lists.form_data(event))
    form.offer(known_languages())
    if form.validate_on_submit():
        event_id, facts = event.id, form.facts()
        try:
            with writing() as session:
                service.edit_event(session, event_id, facts, now=now())
        except Refusal as refusal:
            say(form, refusal)
        else:
            flash(_("Your changes are kept."), "success")
            return redirect(url_for("events_desk.show", public_id=public_id), 303)
        event = own_event(public_id)
    return form_page("events_desk/edit.html", form, event=event)


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
    when = desk_lists.when_of(last)
    weeks = max(1, -(-(now() - last.starts_at) // timedelta(weeks=1)) + 1)
    later = desk_lists.later(when, timedelta(weeks=weeks))
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
    parts = desk_lists.other_parts(db.session(), event)
    return {"rule": rule_in_words(event), "series_end": last, "more_dates": more, "parts_of_series": parts}


def form_page(template: str, form: Any, **words: Any) -> Page:
    """Show a form, with what is wrong in it."""
    return render_template(template, form=form, **words), 422 if form.errors else 200


def say(form: Any, refusal: Refusal) -> None:
    """Put a refusal beside the field that it is about."""
    db.session.rollback()
    name = FIELDS.get(type(refusal), "")
    if name == "capacity" and form.kind.data == "bridging":
        name = "newcomer_places"
    field = form[name] if name in form else form[next(iter(form._fields))]
    field.errors = [*field.errors, str(refusal)]


def _zone() -> str:
    return str(current_app.config["DEFAULT_TIMEZONE"])


def _own_organisations() -> list[Organisation]:
    held = roles()
    if (Role.ADMIN, None) in held:
        return desk_lists.organisations(db.session(), None)
    return desk_lists.organisations(db.session(), {scope for role, scope in held if role is Role.ORGANISER and scope})


def choose_organisation() -> Choice:
    """Return the organisation that a new event is for: the one in the address, else the first of the reader's."""
    own = _own_organisations()
    if not own:
        raise rules.NoOrganisation
    wish = request.values.get("organisation", "")
    chosen = [one for one in own if one.slug == wish] if wish else own
    if not chosen:
        raise NotFound
    require(Role.ORGANISER, chosen[0].id)
    return Choice(chosen[0], own)


def own_event(public_id: str) -> Event:
    """Return an event that the reader organises."""
    event = finding.find_event(db.session(), public_id)
    if event is None:
        raise NotFound
    require_organiser(event)
    return event


def own_date(public_id: str) -> Occurrence:
    """Return a date that the reader organises."""
    occurrence = finding.find_occurrence(db.session(), public_id)
    if occurrence is None:
        raise NotFound
    require_organiser(occurrence.event)
    return occurrence
