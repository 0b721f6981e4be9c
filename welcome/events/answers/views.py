"""A member's answer to a date: come, confirm, bring somebody, give the places back."""

from typing import Any

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound, Refusal
from welcome.events import finding, joining
from welcome.events.answers import all_dates, companions
from welcome.events.answers.models import AttendanceState
from welcome.events.calendar import path_of
from welcome.events.forms.answers import JoinForm
from welcome.events.models import Occurrence
from welcome.events.views import event_page
from welcome.i18n import gettext as _
from welcome.i18n import ngettext

bp = Blueprint("answers", __name__, url_prefix="/events/dates")

Page = str | tuple[str, int] | Response


@bp.post("/<public_id>/join")
@access(Policy.MEMBER)
def join(public_id: str) -> Page:
    """Take places at a date, or at all dates of its series; or change how many they are."""
    occurrence, form, member_id = _date(public_id), JoinForm(), current_member().id
    if not form.validate():
        return event_page(occurrence, form), 422
    occurrence_id, path = occurrence.id, path_of(occurrence)
    said: dict[str, Any] = {**form.party(), "side": form.side.data or None, "manner": form.manner()}
    try:
        with writing() as session:
            if form.whole_series.data:
                answers = all_dates.join_series(session, occurrence_id, member_id, now=now(), **said)
            else:
                answers = [joining.join(session, occurrence_id, member_id, now=now(), **said)]
            states = [answer.state for answer in answers]
    except Refusal as refusal:
        db.session.rollback()
        form.say(refusal)
        return event_page(_date(public_id), form), 422
    _say(states)
    return redirect(path, 303)


def _say(states: list[AttendanceState]) -> None:
    going = states.count(AttendanceState.GOING)
    if len(states) > 1 and going:
        flash(ngettext("You have a place at %(num)s date.", "You have places at %(num)s dates.", going), "success")
        if going < len(states):
            flash(_("At the other dates you are on the waiting list."), "info")
    elif going:
        flash(_("You have a place. It is in your mail too, with a file for your calendar."), "success")
    elif AttendanceState.APPLIED in states:
        flash(_("You have asked for a place. The organisers answer you, and we tell you."), "info")
    else:
        flash(_("You are on the waiting list. As soon as a place is free it is yours, and we tell you."), "info")


@bp.post("/<public_id>/confirm")
@access(Policy.MEMBER)
def confirm(public_id: str) -> Page:
    """Take the place that is held."""
    occurrence, member_id = _date(public_id), current_member().id
    occurrence_id, path = occurrence.id, path_of(occurrence)
    try:
        with writing() as session:
            joining.confirm(session, occurrence_id, member_id, now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("You have a place. We look forward to seeing you."), "success")
    return redirect(path, 303)


@bp.post("/<public_id>/bring")
@access(Policy.MEMBER)
def bring(public_id: str) -> Page:
    """Hold a place for somebody with whom the reader writes."""
    occurrence, member_id = _date(public_id), current_member().id
    occurrence_id, path = occurrence.id, path_of(occurrence)
    try:
        with writing() as session:
            who = request.form.get("companion", "")
            waits = companions.bring(session, occurrence_id, member_id, who, now=now()).waits_with_id is not None
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        _say_of_both(waits)
    return redirect(path, 303)


def _say_of_both(waits: bool) -> None:
    if waits:
        flash(
            _("You wait together, as one party. As soon as there are places for both, we write to both of you."), "info"
        )
    else:
        flash(_("Both places are held. The other has a day to say yes or no, and we have written to them."), "success")


@bp.post("/<public_id>/alone")
@access(Policy.MEMBER)
def wait_alone(public_id: str) -> Page:
    """Go on waiting, without the other."""
    occurrence, member_id = _date(public_id), current_member().id
    occurrence_id, path = occurrence.id, path_of(occurrence)
    with writing() as session:
        companions.wait_alone(session, occurrence_id, member_id, now=now())
    flash(_("You wait for yourself now, at the same place in the line."), "success")
    return redirect(path, 303)


@bp.post("/<public_id>/leave")
@access(Policy.MEMBER)
def leave(public_id: str) -> Page:
    """Give one's places back, at one date or at all dates of the series from it on."""
    occurrence, member_id = _date(public_id), current_member().id
    occurrence_id, path = occurrence.id, path_of(occurrence)
    with writing() as session:
        if request.form.get("whole_series"):
            all_dates.leave_series(session, occurrence_id, member_id, now=now())
        else:
            joining.leave(session, occurrence_id, member_id, now=now())
    flash(_("You are not on the list any more. Thank you for telling us: someone else can come now."), "success")
    return redirect(path, 303)


def _date(public_id: str) -> Occurrence:
    occurrence = finding.find_occurrence(db.session(), public_id)
    if occurrence is None:
        raise NotFound
    return occurrence
