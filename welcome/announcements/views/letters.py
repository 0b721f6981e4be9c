"""Pages about letters: which ones I want, how to stop them by one click, what became of an event's."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from welcome.accounts import service
from welcome.accounts.access import Policy, access, current_member, require
from welcome.accounts.models import Role
from welcome.accounts.service import choose_gathering, choose_quiet_hours
from welcome.announcements import rhythm, telling, weekly_plans
from welcome.announcements.forms.letters import LABELS, LettersForm, kinds_answers, quiet_answers
from welcome.announcements.views.blueprint import bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.events.finding import find_event
from welcome.i18n import gettext as _
from welcome.post import choices, devices
from welcome.post.digest import gathering_of
from welcome.post.hours import hours_of


@bp.record_once
def _let_mail_programs_stop_letters(state: BlueprintSetupState) -> None:
    """A mail program that unsubscribes for its reader (RFC 8058) has no form token: the signed link stands for it."""
    state.app.extensions["csrf"].exempt(stop)


@bp.route("/me/letters", methods=["GET", "POST"])
@access(Policy.MEMBER)
def preferences() -> str | Response | tuple[str, int]:
    """Let a member choose which letters they want by e-mail."""
    member = current_member()
    weekday, hour = weekly_plans.time_of(db.session(), member.id)
    gathers_on, gathers_at = gathering_of((member.gathers_on, member.gathers_at))
    quiet = hours_of((member.quiet_from, member.quiet_until))
    kinds = kinds_answers(choices.choices_of(db.session(), member.id))
    times = {"weekday": weekday, "hour": hour, "gathers_on": gathers_on, "gathers_at": gathers_at}
    form = LettersForm(kinds=kinds, **times, **quiet_answers(quiet))
    if form.validate_on_submit():
        try:
            _save(form, member.id)
        except rhythm.TooQuiet as refusal:
            form.quiet_until.errors = [str(refusal)]
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("announcements.preferences"), 303)
    entries = list(zip(choices.KINDS, form.kinds, strict=True))
    push = {"key": _push_key(), "devices": devices.devices_of(db.session(), member.id)}
    page = render_template("announcements/preferences.html", form=form, entries=entries, labels=LABELS, push=push)
    return (page, 422) if form.errors else page


def _push_key() -> str:
    key = current_app.config["PUSH_KEY"]
    return devices.public_half(key) if key else ""


def _save(form: LettersForm, member_id: int) -> None:
    rhythm.check_quiet(form.quiet_hours())
    with writing() as session:
        choices.choose_all(session, member_id, form.chosen(), now=now())
        weekly_plans.choose_time(session, member_id, form.weekday.data, form.hour.data, now=now())
        choose_gathering(session, member_id, form.gathers_on.data, form.gathers_at.data)
        choose_quiet_hours(session, member_id, *form.quiet_hours())


@bp.route("/letters/stop/<token>", methods=["GET", "POST"])
@access(Policy.PUBLIC)
def stop(token: str) -> str:
    """Switch one kind of letter off: by POST only, so that a program that opens links changes nothing."""
    public_id, kind = choices.read_stop(current_app.config["SECRET_KEY"], token)
    member_id = service.id_of(db.session(), public_id)
    is_done = request.method == "POST"
    if is_done:
        with writing() as session:
            choices.stop(session, member_id, kind, now=now())
    return render_template("announcements/stop.html", label=LABELS[kind], is_done=is_done)


@bp.get("/desk/events/<public_id>/told")
@access(Policy.ORGANISER)
def told(public_id: str) -> str:
    """Show the host of an event how many were told of it, and why others were not."""
    event = find_event(db.session(), public_id) or abort(404)
    require(Role.ORGANISER, event.organisation_id)
    return render_template("announcements/told.html", event=event, counts=telling.count_told(db.session(), event))
