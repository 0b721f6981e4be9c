"""What members do for an event beside coming: take a shift, organise along, ask for their organisation's stand."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.events import finding
from welcome.events.calendar import CALENDAR_TYPE, calendar_file, path_of
from welcome.events.crew import hosts, shifts, stands
from welcome.events.crew.access import own_organisations
from welcome.events.crew.forms import StandForm
from welcome.events.crew.letters import shift_entry
from welcome.events.crew.models import Shift
from welcome.events.desk import lists
from welcome.events.models import Event
from welcome.i18n import gettext as _
from welcome.web import whole

bp = Blueprint("crew", __name__)

Page = str | tuple[str, int] | Response


@bp.post("/shifts/<public_id>/take")
@access(Policy.MEMBER)
def take(public_id: str) -> Page:
    """Take a shift."""
    shift = _shift(public_id)
    shift_id, path, member_id = shift.id, path_of(shift.occurrence), current_member().id
    with writing() as session:
        shifts.take(session, shift_id, member_id, now=now())
    flash(_("Thank you! The shift is yours. It is in your mail too, with a file for your calendar."), "success")
    return redirect(path, 303)


@bp.post("/shifts/<public_id>/give-back")
@access(Policy.MEMBER)
def give_back(public_id: str) -> Page:
    """Let somebody else help."""
    shift = _shift(public_id)
    shift_id, path, member_id = shift.id, path_of(shift.occurrence), current_member().id
    with writing() as session:
        shifts.give_back(session, shift_id, member_id, now=now())
    flash(_("Somebody else can take this shift now. Thank you for telling us."), "success")
    return redirect(path, 303)


@bp.get("/shifts/<public_id>/calendar.ics")
@access(Policy.MEMBER)
def calendar(public_id: str) -> Response:
    """Give a shift that the reader has taken as a calendar file."""
    shift = _shift(public_id)
    if all(one.id != shift.id for one in shifts.shifts_of_member(db.session(), current_member().id, now=now())):
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="shift.ics"'}
    return Response(
        calendar_file([shift_entry(shift)]), content_type=f"{CALENDAR_TYPE}; charset=utf-8", headers=headers
    )


@bp.get("/organising")
@access(Policy.MEMBER)
def invitations() -> Page:
    """Show what the reader is asked to organise, and what they organise together with others."""
    found = hosts.invitations_to(db.session(), current_member(), own_organisations(), now=now())
    return render_template("events/organising.html", invitations=found)


@bp.post("/organising/<public_id>")
@access(Policy.MEMBER)
def answer(public_id: str) -> Page:
    """Say yes or no to organising together."""
    yes, own = request.form.get("answer") == "yes", own_organisations()
    member = current_member()
    with writing() as session:
        event = hosts.answer(session, public_id, member, own, yes=yes, now=now())
        event_id = event.public_id
    if not yes:
        flash(_("You have said no."), "info")
        return redirect(url_for(".invitations"), 303)
    flash(_("You organise this event together now. Here is its desk."), "success")
    return redirect(url_for("events_desk.show", public_id=event_id), 303)


@bp.post("/organising/<public_id>/leave")
@access(Policy.MEMBER)
def leave(public_id: str) -> Page:
    """Organise an event no longer."""
    member, own = current_member(), own_organisations()
    with writing() as session:
        hosts.leave(session, public_id, member, own)
    flash(_("You do not organise this event any more."), "info")
    return redirect(url_for(".invitations"), 303)


@bp.route("/events/<public_id>/stand", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def ask_for_stand(public_id: str) -> Page:
    """Ask for a stand in the name of an organisation that the reader speaks for."""
    event = _fair(public_id)
    own = lists.organisations(db.session(), own_organisations())
    if not own:
        raise NotFound
    form = StandForm()
    form.offer(own)
    if not form.validate_on_submit():
        asked = {one.organisation_id: one for one in stands.stands_of(db.session(), event.id)}
        mine = [asked[one.id] for one in own if one.id in asked]
        page = render_template("events/stand.html", form=form, event=event, mine=mine, own=own)
        return page, 422 if form.errors else 200
    event_id, organisation_id, by = event.id, int(form.organisation.data), current_member().id
    with writing() as session:
        stands.ask(session, event_id, organisation_id, form.wish.data or "", by=by, now=now())
    flash(_("The organisers are asked, and you get a letter with their answer."), "success")
    return redirect(url_for("events.show_event", public_id=public_id), 303)


@bp.post("/events/<public_id>/stand/given-back")
@access(Policy.ORGANISER)
def give_stand_back(public_id: str) -> Page:
    """Need no stand any more."""
    event_id, wish = _fair(public_id).id, request.form.get("organisation", type=whole)
    if wish not in own_organisations():
        raise NotFound
    with writing() as session:
        stands.give_back(session, event_id, wish)
    return redirect(url_for("events.show_event", public_id=public_id), 303)


def _fair(public_id: str) -> Event:
    event = finding.find_event(db.session(), public_id)
    if event is None or event.published_at is None:
        raise NotFound
    return event


def _shift(public_id: str) -> Shift:
    shift = shifts.find_shift(db.session(), public_id)
    if shift is None or shift.occurrence.event.published_at is None:
        raise NotFound
    return shift
