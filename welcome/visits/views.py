"""The door list behind its secret address, and the two questions of the day after."""

from secrets import token_urlsafe

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.events.answers.models import Attendance
from welcome.events.finding import find_occurrence
from welcome.events.guests import guest_behind
from welcome.events.models import Occurrence
from welcome.i18n import gettext as _
from welcome.visits import door, rules, thanks
from welcome.visits.forms import ThanksForm, read_taps

bp = Blueprint("visits", __name__)

Page = str | tuple[str, int] | Response


@bp.record_once
def _let_phones_send_later(state: BlueprintSetupState) -> None:
    """A phone that was without a network has an old form token: the secret address stands for it."""
    state.app.extensions["csrf"].exempt(tick)


@bp.get("/door/<token>")
@access(Policy.PUBLIC)
def show_door(token: str) -> Response:
    """Show the list to whoever stands at the door."""
    occurrence = _behind(token)
    listed = door.door_list(db.session(), occurrence.id)
    page = render_template("visits/door.html", occurrence=occurrence, listed=listed, token=token, new_name=_new_name)
    answer = make_response(page)
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer


@bp.post("/door/<token>")
@access(Policy.PUBLIC)
def tick(token: str) -> Response:
    """Keep one tap of the form, or all that a phone has kept meanwhile."""
    occurrence_id, moment = _behind(token).id, now()
    taps = read_taps(request.get_json(silent=True) if request.is_json else {"taps": [request.form.to_dict()]}, moment)
    with writing() as session:
        door.tick(session, occurrence_id, taps, now=moment)
    if not request.is_json:
        return redirect(url_for("visits.show_door", token=token), 303)
    listed = door.door_list(db.session(), occurrence_id)
    rows = {str(row.turn): row.here for row in listed.rows}
    return jsonify(here=rows, walk_ins=listed.walk_ins, people=listed.here)


@bp.route("/events/dates/<public_id>/thanks", methods=["GET", "POST"])
@access(Policy.MEMBER)
def say_thanks(public_id: str) -> Page:
    """Ask the two questions."""
    occurrence, member_id = _date(public_id), current_member().id
    thanks.check_came(db.session(), occurrence.id, member_id)
    return _thanks_page(occurrence, member_id, thanks.people_met(db.session(), occurrence.id, member_id))


@bp.route("/guests/<token>/thanks", methods=["GET", "POST"])
@access(Policy.PUBLIC)
def say_thanks_as_guest(token: str) -> Page:
    """Ask who came with only an e-mail the first question; the second needs people who can be found again."""
    answer = guest_behind(db.session(), token)
    thanks.check_came(db.session(), answer.occurrence_id, answer.member_id)
    return _thanks_page(answer.occurrence, answer.member_id, [], is_guest=True)


def _thanks_page(occurrence: Occurrence, member_id: int, met: list[Attendance], *, is_guest: bool = False) -> Page:
    if not rules.may_answer(occurrence.ends_at, now()):
        raise rules.TooLateToAnswer
    felt, again = thanks.find_thanks(db.session(), occurrence.id, member_id)
    chosen = [one.member.public_id for one in met if one.member_id in again]
    form = ThanksForm(data={"felt": felt.value if felt else "", "again": chosen})
    form.offer(met)
    if form.validate_on_submit():
        occurrence_id, said, wished = occurrence.id, form.said(), form.again.data or []
        with writing() as session:
            thanks.say_thanks(session, occurrence_id, member_id, said, wished, now=now())
        if is_guest:
            flash(_("Thank you. The organisers see a number, never your answer."), "success")
        else:
            flash(_("Thank you. Nobody sees your answers; we tell nobody whom you chose."), "success")
        return redirect(url_for("events.list_events"), 303)
    words = {"occurrence": occurrence, "event": occurrence.event, "met": met, "is_guest": is_guest}
    page = render_template("visits/thanks.html", form=form, **words)
    return page, 422 if form.errors else 200


def _behind(token: str) -> Occurrence:
    occurrence_id = door.behind_door(db.session(), token, now=now())
    return db.session.get_one(Occurrence, occurrence_id)


def _date(public_id: str) -> Occurrence:
    occurrence = find_occurrence(db.session(), public_id)
    if occurrence is None:
        raise NotFound
    return occurrence


def _new_name() -> str:
    """Name the next tap of a form, so that a button pressed twice counts once."""
    return token_urlsafe(12)
