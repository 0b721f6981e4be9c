"""Coming with only an e-mail: the form that anybody may send, and the page behind the link of its letter."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound, Refusal
from welcome.events import finding, guests
from welcome.events.answers import waiting
from welcome.events.answers.company import bringer
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.answers.panel import count_later
from welcome.events.calendar import path_of
from welcome.events.forms.answers import GuestForm, PartyForm
from welcome.events.letters import guest_path, read_guest_path
from welcome.events.models import EventStatus, Occurrence
from welcome.events.places import has_place, where_is
from welcome.i18n import choose_locale
from welcome.i18n import gettext as _
from welcome.post.message import public_url

bp = Blueprint("guests", __name__)

Page = str | tuple[str, int] | Response


@bp.route("/events/dates/<public_id>/guest", methods=["GET", "POST"])
@access(Policy.PUBLIC)
def ask(public_id: str) -> Page:
    """Ask for places without an account. Every address gets the same answer: a letter is on its way."""
    occurrence = _public_date(public_id)
    form, path = GuestForm(), path_of(occurrence)
    if form.validate_on_submit():
        said = {"email": form.email.data, "first_name": form.first_name.data, **form.party()}
        said["whole_series"] = form.whole_series.data
        reads = {"locale": choose_locale(), "timezone": current_app.config["DEFAULT_TIMEZONE"]}
        occurrence_id = occurrence.id
        try:
            with writing() as session:
                guests.ask(session, occurrence_id, side=form.side.data or None, now=now(), **said, **reads)
        except Refusal as refusal:
            db.session.rollback()
            form.say(refusal)
        else:
            flash(_("We have written to your e-mail address. Please press the button in that letter within two hours."))
            return redirect(path, 303)
        occurrence = _public_date(public_id)
    later = count_later(occurrence, now())
    page = render_template(
        "events/guest_ask.html", form=form, occurrence=occurrence, event=occurrence.event, later_dates=later
    )
    return page, 422 if form.errors else 200


@bp.get("/guests/<token>")
@access(Policy.PUBLIC)
def show(token: str) -> Page:
    """Show a guest their answer. Looking at it changes nothing: mail scanners follow links."""
    answer = guests.get_answer(db.session(), *read_guest_path(token))
    form = PartyForm(formdata=None)
    form.show(answer.party, answer.children)
    return _answer_page(token, answer, form), 200


@bp.post("/guests/<token>")
@access(Policy.PUBLIC)
def answer(token: str) -> Page:
    """Confirm the places, or change how many they are."""
    attendance_id, secret = read_guest_path(token)
    form = PartyForm()
    if form.validate():
        try:
            with writing() as session:
                given = guests.answer(session, attendance_id, secret, **form.party(), now=now())
                state, is_member, path = given.state, not given.member.is_guest, path_of(given.occurrence)
        except Refusal as refusal:
            db.session.rollback()
            form.say(refusal)
        else:
            _say(state)
            return redirect(path if is_member else url_for("guests.show", token=token), 303)
    return _answer_page(token, guests.get_answer(db.session(), attendance_id, secret), form), 422


@bp.post("/guests/<token>/leave")
@access(Policy.PUBLIC)
def leave(token: str) -> Page:
    """Give the places back."""
    attendance_id, secret = read_guest_path(token)
    with writing() as session:
        is_member, path = guests.leave(
            session, attendance_id, secret, all_dates="whole_series" in request.form, now=now()
        )
    flash(_("You are not on the list any more. Thank you for telling us: someone else can come now."), "success")
    return redirect(path if is_member else url_for("guests.show", token=token), 303)


def _say(state: AttendanceState) -> None:
    if state is AttendanceState.GOING:
        flash(_("You have a place. We look forward to seeing you."), "success")
    elif state is AttendanceState.APPLIED:
        flash(_("You have asked for a place. The organisers answer you, and we tell you."), "info")
    else:
        flash(_("You are on the waiting list."), "info")


def _answer_page(token: str, answer: Attendance, form: PartyForm) -> str:
    is_waiting = answer.state is AttendanceState.WAITING
    return render_template(
        "events/guest.html",
        token=token,
        answer=answer,
        occurrence=answer.occurrence,
        event=answer.occurrence.event,
        form=form,
        where=where_is(answer.occurrence, is_in=has_place(answer)),
        other_dates=guests.other_dates(db.session(), answer, now=now()),
        path_of_answer=guest_path,
        calendar=public_url(f"/guests/{token}/calendar.ics"),
        brought_by=bringer(db.session(), answer),
        place_in_line=waiting.position(db.session(), answer) if is_waiting else None,
        is_open=answer.occurrence.is_open and answer.occurrence.starts_at > now(),
    )


def _public_date(public_id: str) -> Occurrence:
    occurrence = finding.find_occurrence(db.session(), public_id)
    if occurrence is None or occurrence.status is EventStatus.DRAFT or occurrence.event.status is EventStatus.DRAFT:
        raise NotFound
    return occurrence
