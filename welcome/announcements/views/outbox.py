"""Pages about what became of letters: for admins what is stuck, for a member what they were told."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.announcements.outbox import history, service
from welcome.announcements.views.blueprint import bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.post.pausing import paused_address, resume
from welcome.web import whole


@bp.get("/me/told")
@access(Policy.MEMBER)
def what_we_told() -> str:
    """Show a member what they were told, when, and what was not sent and why."""
    member = current_member()
    told = history.what_we_told(db.session(), member.id)
    paused = paused_address(db.session(), member.id, member.mail_address)
    return render_template("announcements/what_we_told.html", told=told, paused=paused)


@bp.post("/me/address")
@access(Policy.MEMBER)
def address_is_right() -> Response:
    """Write to a member's address again after letters came back: they say that it is right."""
    with writing() as session:
        resume(session, current_member().id)
    flash(_("Good. Letters go to your address again."), "success")
    return redirect(url_for("announcements.what_we_told"), 303)


@bp.get("/desk/outbox")
@access(Policy.ADMIN)
def outbox() -> str:
    """Show admins what waits, what is tried again, and what was given up."""
    return render_template("announcements/outbox.html", outbox=service.read_outbox(db.session()))


@bp.post("/desk/outbox")
@access(Policy.ADMIN)
def settle() -> Response:
    """Try a letter or a piece of work again that was given up, or drop it."""
    letter_id, work_id = request.form.get("letter", type=whole), request.form.get("work", type=whole)
    is_wanted = request.form.get("is_wanted") == "yes"
    with writing() as session:
        if letter_id is not None:
            service.settle_letter(session, letter_id, is_wanted=is_wanted, now=now())
        elif work_id is not None:
            service.settle_work(session, work_id, is_wanted=is_wanted, now=now())
    flash(_("Done."), "success")
    return redirect(url_for("announcements.outbox"), 303)
