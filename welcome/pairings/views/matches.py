"""A match and its meetings: plan, agree, call off, say whether you met, end it."""

from datetime import datetime
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.events.calendar import CALENDAR_TYPE, google_link, outlook_link
from welcome.i18n import gettext as _
from welcome.pairings import letters, matches, meetings, population, refusals
from welcome.pairings.forms import CheckForm, EndForm, TimesForm
from welcome.pairings.slots import OFFERED
from welcome.pairings.states import MeetingState
from welcome.pairings.times import say_time
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done
from welcome.profiles.service import get_profile

Page = Response | str | tuple[str, int]


@bp.get("/matches/<public_id>")
@access(Policy.MEMBER)
def show_match(public_id: str) -> Page:
    """Show a match: the path of meetings, what is next, the conversation."""
    return _match_page(public_id, None)


def _match_page(public_id: str, form: TimesForm | None) -> tuple[str, int]:
    session, member = db.session(), current_member()
    pair = matches.get_pair(session, public_id, member.id)
    more: dict[str, Any] = {}
    if not pair.is_over and pair.other is not None:
        form = form or TimesForm(formdata=None)
        _fill(form, pair, member.timezone)
        why = population.explain_pair(session, pair.match.programme, member.id, pair.other.id)
        about = get_profile(session, pair.other.id).about
        more = {"why": why, "about": about, "form": form, **_about_meeting(pair)}
        more["to_answer"] = meetings.waits_for_answer(session, pair, member.id, now=now())
    is_wrong = form is not None and bool(form.times.errors)
    return render_template("pairings/show_match.html", pair=pair, **more), 422 if is_wrong else 200


def _about_meeting(pair: matches.Pair) -> dict[str, Any]:
    meeting = pair.current
    if meeting is None or pair.other is None:
        return {}
    context = letters.times_of(meeting)
    if meeting.state is MeetingState.AGREED:
        entry = letters.entry_of(meeting, pair.other.first_name)
        context.update(google=google_link(entry), outlook=outlook_link(entry), is_past=entry.ends_at < now())
    return context


def _fill(form: TimesForm, pair: matches.Pair, zone: str) -> None:
    """Offer the times that suit both and the places near both; choose the first three beforehand."""
    session = db.session()
    times = meetings.candidate_times(session, pair.match, zone, now=now())
    form.times.choices = [SelectChoice(time.isoformat(timespec="minutes"), say_time(time)) for time in times]
    venues = meetings.candidate_venues(session, pair.match)
    form.venue.choices = [SelectChoice(venue.public_id, _venue_line(venue)) for venue in venues]
    if form.times.data is None:
        form.times.data = [choice.value for choice in form.times.choices[:OFFERED]]
        form.venue.data = form.venue.choices[0].value if form.venue.choices else None


def _venue_line(venue: Any) -> str:
    words = ", ".join(part for part in (venue.name, venue.area.name if venue.area else "") if part)
    return _("%(place)s, step-free", place=words) if venue.is_step_free else words


@bp.post("/matches/<public_id>/times")
@access(Policy.MEMBER)
def offer_times(public_id: str) -> Page:
    """Offer times and a place for the next meeting."""
    form = TimesForm()
    try:
        times = [_wall_time(text) for text in form.times.data or []]
        with writing() as session:
            meetings.offer_times(session, public_id, current_member().id, times, form.venue.data, now=now())
    except (refusals.OneToThreeTimes, refusals.NoSuchTime, refusals.PublicPlaceNeeded) as refusal:
        form.times.errors = [str(refusal)]
        return _match_page(public_id, form)
    return done(
        _("Your times are on their way. You hear from us as soon as one is chosen."), "show_match", public_id=public_id
    )


def _wall_time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as problem:
        raise refusals.NoSuchTime from problem
    if time.tzinfo is not None:
        raise refusals.NoSuchTime
    return time


@bp.post("/meetings/<public_id>/agree/<when>")
@access(Policy.MEMBER)
def agree(public_id: str, when: str) -> Response:
    """Take one of the offered times."""
    meetings.get_meeting(db.session(), public_id, current_member().id)
    time = _wall_time(when)
    with writing() as session:
        path = meetings.agree(session, public_id, current_member().id, time, now=now()).match.public_id
    return done(_("It is agreed. You both get a letter with the date for your calendar."), "show_match", public_id=path)


@bp.post("/meetings/<public_id>/cancel")
@access(Policy.MEMBER)
def call_off(public_id: str) -> Response:
    """Call a meeting off."""
    with writing() as session:
        meetings.call_off(session, public_id, current_member().id, now=now())
        path = meetings.get_meeting(session, public_id, current_member().id).match.public_id
    return done(
        _("The meeting is off, and the other person is told. You can find another time whenever you like."),
        "show_match",
        public_id=path,
    )


@bp.get("/meetings/<public_id>.ics")
@access(Policy.MEMBER)
def calendar(public_id: str) -> FlaskResponse:
    """Hand over a meeting as a calendar file."""
    session, member = db.session(), current_member()
    meeting = meetings.get_meeting(session, public_id, member.id)
    pair = matches.get_pair(session, meeting.match.public_id, member.id)
    if meeting.starts_at is None or pair.other is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
    return FlaskResponse(letters.calendar_of(meeting, pair.other.first_name), mimetype=CALENDAR_TYPE, headers=headers)


@bp.route("/meetings/<public_id>/check", methods=["GET", "POST"])
@access(Policy.MEMBER)
def check_meeting(public_id: str) -> Page:
    """Ask in private whether two people met."""
    form = CheckForm()
    session, member_id = db.session(), current_member().id
    meeting = meetings.get_meeting(session, public_id, member_id)
    if not form.validate_on_submit():
        pair = matches.get_pair(session, meeting.match.public_id, member_id)
        if pair.is_over or pair.other is None:
            raise refusals.NobodyThere
        context = {"meeting": meeting, "pair": pair, **letters.times_of(meeting)}
        return render_template("pairings/check_meeting.html", form=form, **context), 422 if form.errors else 200
    with writing() as transaction:
        path = meetings.answer_check(transaction, public_id, member_id, **form.told(), now=now()).match.public_id
    # How it felt is led on from, and kept nowhere.
    page = "not_right" if form.felt_right.data == "no" else "show_match"
    return done(_("Thank you. Only you and we know your answer."), page, public_id=path)


@bp.get("/matches/<public_id>/not-right")
@access(Policy.MEMBER)
def not_right(public_id: str) -> Page:
    """Show what one can do when something did not feel right."""
    pair = matches.get_pair(db.session(), public_id, current_member().id)
    if pair.other is None:
        raise refusals.NobodyThere
    return render_template("pairings/not_right.html", pair=pair)


@bp.route("/matches/<public_id>/end", methods=["GET", "POST"])
@access(Policy.MEMBER)
def end_match(public_id: str) -> Page:
    """End a match, without blame."""
    form = EndForm()
    if form.validate_on_submit():
        try:
            with writing() as session:
                matches.end_match(session, public_id, current_member().id, form.reason.data, now=now())
        except refusals.TooLate as refusal:
            flash(str(refusal), "error")
        else:
            flash(_("Your match has ended. You are free for somebody new whenever you like."), "success")
        return redirect(url_for("pairings.people"), 303)
    pair = matches.get_pair(db.session(), public_id, current_member().id)
    return render_template("pairings/end_match.html", form=form, pair=pair), 422 if form.errors else 200
