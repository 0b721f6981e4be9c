"""A circle: say yes or no, sit down in one that has room, move its next meeting, say how it was, leave."""

from datetime import datetime
from typing import Any

from flask import Response as FlaskResponse
from flask import render_template
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.events.calendar import CALENDAR_TYPE, calendar_file, google_link, outlook_link
from welcome.i18n import gettext as _
from welcome.i18n import language_name
from welcome.pairings import refusals
from welcome.pairings.circles import forming, joining, leaving, letters, meetings, reading
from welcome.pairings.circles.reading import Table
from welcome.pairings.forms import CheckForm, MoveForm
from welcome.pairings.models.circles import CircleMeeting
from welcome.pairings.states import CircleState
from welcome.pairings.times import say_time
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done


@bp.get("/circles/<public_id>")
@access(Policy.MEMBER)
def show_circle(public_id: str) -> tuple[str, int]:
    """Show a circle to somebody who has a seat in it."""
    return _page(public_id, None)


def _page(public_id: str, form: MoveForm | None) -> tuple[str, int]:
    table = reading.get_table(db.session(), public_id, current_member().id, now=now())
    more: dict[str, Any] = {}
    if table.is_in:
        form = form or MoveForm(formdata=None)
        _fill(form, table)
        entry = letters.entry_of(_meeting(table))
        more = {"form": form, "google": google_link(entry), "outlook": outlook_link(entry)}
        more["is_past"] = entry.ends_at < now()
        more["to_answer"] = meetings.find_to_answer(db.session(), table.circle, current_member().id, now=now())
    told = letters.about(table.circle)
    page = render_template("pairings/show_circle.html", table=table, language_name=language_name, **told, **more)
    return page, 422 if form is not None and form.errors else 200


def _meeting(table: Table) -> CircleMeeting:
    if table.circle.meeting is None:
        raise NotFound
    return table.circle.meeting


def _fill(form: MoveForm, table: Table) -> None:
    """Offer the times and places that suit all."""
    times = meetings.candidate_times(table.circle, now())
    form.times.choices = [SelectChoice(time.isoformat(timespec="minutes"), say_time(time)) for time in times]
    people = [face.id for face in table.faces] + [current_member().id]
    venues = meetings.candidate_venues(db.session(), people)
    form.venue.choices = [SelectChoice(venue.public_id, venue.name) for venue in venues]


@bp.post("/circles/<public_id>/accept")
@access(Policy.MEMBER)
def accept_circle(public_id: str) -> Response:
    """Say yes to a seat; the third yes makes the circle."""
    with writing() as session:
        circle = forming.answer(session, public_id, current_member().id, yes=True, now=now())
        is_formed = circle.state is CircleState.FORMED
    return done(
        _("Your circle begins. Say hello to the others.")
        if is_formed
        else _("Thank you. As soon as three of you have said yes, the circle begins."),
        "show_circle",
        public_id=public_id,
    )


@bp.post("/circles/<public_id>/decline")
@access(Policy.MEMBER)
def decline_circle(public_id: str) -> Response:
    """Say no to a seat."""
    with writing() as session:
        forming.answer(session, public_id, current_member().id, yes=False, now=now())
    return done(_("That is fine. You are free for others again."), "people")


@bp.post("/circles/<public_id>/join")
@access(Policy.MEMBER)
def join_circle(public_id: str) -> Response:
    """Sit down in a circle that has room."""
    with writing() as session:
        joining.join(session, public_id, current_member().id, now=now())
    return done(_("You are in the circle. Say hello to the others."), "show_circle", public_id=public_id)


@bp.post("/circles/<public_id>/leave")
@access(Policy.MEMBER)
def leave_circle(public_id: str) -> Response:
    """Leave a circle."""
    with writing() as session:
        leaving.leave(session, public_id, current_member().id, now=now())
    return done(_("You have left the circle. No reason is asked or given."), "people")


@bp.post("/circles/<public_id>/move")
@access(Policy.MEMBER)
def move_circle(public_id: str) -> Response | tuple[str, int]:
    """Move the next meeting to another of the times that suit all."""
    table = reading.get_table(db.session(), public_id, current_member().id, now=now())
    if not table.is_in:
        raise refusals.TooLate
    form = MoveForm()
    _fill(form, table)
    if not form.validate_on_submit():
        return _page(public_id, form)
    time, venue = datetime.fromisoformat(form.times.data), form.venue.data or None
    with writing() as session:
        meetings.move(session, public_id, current_member().id, time, venue, now=now())
    return done(_("The time is set, and the others are told."), "show_circle", public_id=public_id)


@bp.get("/circles/<public_id>.ics")
@access(Policy.MEMBER)
def circle_calendar(public_id: str) -> FlaskResponse:
    """Hand over the next meeting as a calendar file."""
    table = reading.get_table(db.session(), public_id, current_member().id, now=now())
    if not table.is_in:
        raise refusals.TooLate
    headers = {"Content-Disposition": 'attachment; filename="circle.ics"'}
    return FlaskResponse(calendar_file([letters.entry_of(_meeting(table))]), mimetype=CALENDAR_TYPE, headers=headers)


@bp.route("/circles/<public_id>/check", methods=["GET", "POST"])
@access(Policy.MEMBER)
def check_circle(public_id: str) -> Response | tuple[str, int]:
    """Ask in private whether a circle met."""
    form, member_id = CheckForm(), current_member().id
    table = reading.get_table(db.session(), public_id, member_id, now=now())
    held = meetings.find_to_answer(db.session(), table.circle, member_id, now=now())
    if not table.is_in or held is None:
        raise refusals.TooLate
    if not form.validate_on_submit():
        told = {**letters.about(table.circle), "starts_at": letters.wall_time(held)}
        return render_template("pairings/check_circle.html", form=form, **told), 422 if form.errors else 200
    with writing() as session:
        meetings.answer_check(session, public_id, member_id, **form.told(), now=now())
    return done(_("Thank you. Only you and we know your answer."), "show_circle", public_id=public_id)
