"""The desk of those who make an event together: co-organisers, stands, and shifts with the names of who helps."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, has_role
from welcome.accounts.models import Role
from welcome.accounts.same_time import on_the_tick
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound, Refusal
from welcome.events.crew import hosts, rules, shifts, stands
from welcome.events.crew.access import require_host
from welcome.events.crew.forms import InviteMemberForm, OrganisationsForm, ShiftForm, StandsForm
from welcome.events.crew.models import Shift
from welcome.events.desk.sharing import own_date, own_event
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.i18n import gettext as _

bp = Blueprint("crew_desk", __name__, url_prefix="/desk")

Page = str | tuple[str, int] | Response

#: Beside which field a refusal about a shift is said.
FIELDS: dict[type[Refusal], str] = {
    rules.ShiftTooLong: "ends",
    rules.ShiftFarAway: "day",
    rules.FewerThanHelp: "places",
}


@bp.get("/events/<public_id>/crew")
@access(Policy.ORGANISER)
def show(public_id: str) -> Page:
    """Show who organises an event too, and which organisations have a stand."""
    event = own_event(public_id)
    return _crew_page(event)


@bp.post("/events/<public_id>/crew/members")
@access(Policy.ORGANISER)
@on_the_tick
def invite_member(public_id: str) -> Page:
    """Ask a member to organise the event too."""
    event, form = own_event(public_id), InviteMemberForm()
    require_host(event)
    if not form.validate():
        return _crew_page(event, member_form=form)
    event_id, by = event.id, current_member().id
    with writing() as session:
        hosts.invite_member(session, session.get_one(Event, event_id), form.email.data, by=by, now=now())
    flash(
        _("If somebody has an account with this address they are asked now. You see here when they say yes."), "success"
    )
    return _back(public_id)


@bp.post("/events/<public_id>/crew/organisations")
@access(Policy.ORGANISER)
def invite_organisation(public_id: str) -> Page:
    """Ask another organisation to organise the event too."""
    event, form = own_event(public_id), OrganisationsForm()
    require_host(event)
    form.offer(hosts.other_organisations(db.session(), event))
    if not form.validate():
        return _crew_page(event, organisation_form=form)
    event_id, organisation_id, by = event.id, int(form.organisation.data), current_member().id
    with writing() as session:
        hosts.invite_organisation(session, session.get_one(Event, event_id), organisation_id, by=by, now=now())
    flash(_("They are asked now. You see here when they say yes."), "success")
    return _back(public_id)


@bp.post("/events/<public_id>/crew/<key>/removed")
@access(Policy.ORGANISER)
def remove_host(public_id: str, key: str) -> Page:
    """Take an invitation back, or organise without somebody from now on."""
    event = own_event(public_id)
    require_host(event)
    event_id = event.id
    with writing() as session:
        hosts.remove(session, event_id, key, now=now())
    return _back(public_id)


@bp.post("/events/<public_id>/stands")
@access(Policy.ORGANISER)
def set_stands(public_id: str) -> Page:
    """Say how many stands there are."""
    event, form = own_event(public_id), StandsForm()
    event_id = event.id
    if form.validate():
        try:
            with writing() as session:
                stands.set_places(session, event_id, form.places.data)
        except Refusal:
            form.places.errors = [_("More stands than that are given away already.")]
        else:
            flash(_("Your changes are kept."), "success")
            return _back(public_id)
    return _crew_page(own_event(public_id), stands_form=form)


@bp.post("/events/<public_id>/stands/<key>")
@access(Policy.ORGANISER)
def answer_stand(public_id: str, key: str) -> Page:
    """Confirm a stand and say where it is, or decline."""
    event_id = own_event(public_id).id
    yes, label = request.form.get("answer") == "yes", request.form.get("label", "").strip()[:40]
    with writing() as session:
        stands.answer(session, event_id, key, yes=yes, label=label, now=now())
    flash(_("The organisation is told."), "success")
    return _back(public_id)


@bp.route("/dates/<public_id>/shifts", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def plan_shifts(public_id: str) -> Page:
    """Show who helps at a date, and plan one more shift."""
    date, form = own_date(public_id), ShiftForm()
    if request.method == "GET":
        form.start_from(date)
    elif form.validate():
        try:
            _add(form, date)
        except Refusal as refusal:
            say(form, refusal)
            date = own_date(public_id)
        else:
            flash(_("The shift is planned. Members find it on the page of the event."), "success")
            return redirect(url_for(".plan_shifts", public_id=public_id), 303)
    helpers = shifts.helpers_of_date(db.session(), date.id, seen_by=current_member().id)
    planned = shifts.shifts_of_date(db.session(), date.id)
    return _form_page("events_desk/shifts.html", form, date=date, shifts=planned, helpers=helpers)


def _add(form: ShiftForm, date: Occurrence) -> None:
    plan, chosen, moment = form.plan(date), [date.id], now()
    if form.every_date.data:
        coming = [one for one in own_event(date.event.public_id).occurrences if one.starts_at > moment]
        chosen = sorted({date.id, *(one.id for one in coming if one.status is not EventStatus.CANCELLED)})
    with writing() as session:
        for date_id in chosen:
            shifts.add_shift(session, session.get_one(Occurrence, date_id), plan, now=moment)


@bp.route("/shifts/<public_id>", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def change_shift(public_id: str) -> Page:
    """Plan a shift anew."""
    shift, form = _own_shift(public_id), ShiftForm()
    date, shift_id = shift.occurrence, shift.id
    if request.method == "GET":
        form.show(shift)
    elif form.validate():
        date_id = date.public_id
        try:
            plan = form.plan(date)
            with writing() as session:
                shifts.change_shift(session, shift_id, plan, now=now())
        except Refusal as refusal:
            say(form, refusal)
            shift = _own_shift(public_id)
        else:
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".plan_shifts", public_id=date_id), 303)
    return _form_page("events_desk/shift.html", form, date=shift.occurrence, shift=shift)


@bp.post("/shifts/<public_id>/removed")
@access(Policy.ORGANISER)
def remove_shift(public_id: str) -> Page:
    """Take back a shift that nobody has taken."""
    shift = _own_shift(public_id)
    shift_id, date_id = shift.id, shift.occurrence.public_id
    with writing() as session:
        shifts.remove_shift(session, shift_id)
    return redirect(url_for(".plan_shifts", public_id=date_id), 303)


def say(form: ShiftForm, refusal: Refusal) -> None:
    """Put a refusal beside the field that it is about."""
    db.session.rollback()
    field = form[FIELDS.get(type(refusal), "name")]
    field.errors = [*field.errors, str(refusal)]


def _own_shift(public_id: str) -> Shift:
    shift = shifts.find_shift(db.session(), public_id)
    if shift is None:
        raise NotFound
    own_date(shift.occurrence.public_id)
    return shift


def _crew_page(event: Event, **given: Any) -> Page:
    organisations = OrganisationsForm(formdata=None)
    organisations.offer(hosts.other_organisations(db.session(), event))
    usual = {
        "member_form": InviteMemberForm(formdata=None),
        "organisation_form": organisations,
        "stands_form": StandsForm(formdata=None, places=event.stand_places),
    }
    words = {"hosts": hosts.co_hosts(db.session(), event.id), "stands": stands.stands_of(db.session(), event.id)}
    is_host = has_role(Role.ORGANISER, event.organisation_id)
    page = render_template("events_desk/crew.html", event=event, is_host=is_host, **words, **{**usual, **given})
    return page, 422 if any(form.errors for form in given.values()) else 200


def _form_page(template: str, form: ShiftForm, **words: Any) -> Page:
    return render_template(template, form=form, **words), 422 if form.errors else 200


def _back(public_id: str) -> Response:
    return redirect(url_for(".show", public_id=public_id), 303)
