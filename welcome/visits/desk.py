"""The organisers' desk after and around the event: the address of the door list, and what may be counted."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.events.crew.access import require_organiser
from welcome.events.finding import find_event, find_occurrence
from welcome.events.models import Event, Occurrence
from welcome.i18n import gettext as _
from welcome.post.message import public_url
from welcome.visits import counting, door

bp = Blueprint("visits_desk", __name__, url_prefix="/desk")


@bp.get("/dates/<public_id>/door")
@access(Policy.ORGANISER)
def show(public_id: str) -> str:
    """Tell what a door list is, and whether there is an address of it."""
    occurrence = _own_date(public_id)
    link = door.find_door(db.session(), occurrence.id, now=now())
    return render_template("visits/desk_door.html", occurrence=occurrence, link=link, address=None)


@bp.post("/dates/<public_id>/door")
@access(Policy.ORGANISER)
def open_door(public_id: str) -> str:
    """Make the address. It is shown on this page only: we do not know it ourselves afterwards."""
    occurrence_id, member_id = _own_date(public_id).id, current_member().id
    with writing() as session:
        token = door.open_door(session, occurrence_id, member_id, now=now())
    occurrence = _own_date(public_id)
    link = door.find_door(db.session(), occurrence_id, now=now())
    address = public_url(url_for("visits.show_door", token=token))
    return render_template("visits/desk_door.html", occurrence=occurrence, link=link, address=address)


@bp.post("/dates/<public_id>/door/close")
@access(Policy.ORGANISER)
def close_door(public_id: str) -> Response:
    """Let the address lead nowhere."""
    occurrence_id = _own_date(public_id).id
    with writing() as session:
        door.close_door(session, occurrence_id)
    flash(_("The door list is closed."), "success")
    return redirect(url_for("visits_desk.show", public_id=public_id), 303)


@bp.get("/events/<public_id>/numbers")
@access(Policy.ORGANISER)
def numbers(public_id: str) -> str:
    """Show what may be told of the dates that were counted."""
    event = _own_event(public_id)
    told = counting.told_of_event(db.session(), event.id)
    return render_template("visits/numbers.html", event=event, told=told)


def _own_event(public_id: str) -> Event:
    event = find_event(db.session(), public_id)
    if event is None:
        raise NotFound
    require_organiser(event)
    return event


def _own_date(public_id: str) -> Occurrence:
    occurrence = find_occurrence(db.session(), public_id)
    if occurrence is None:
        raise NotFound
    require_organiser(occurrence.event)
    return occurrence
