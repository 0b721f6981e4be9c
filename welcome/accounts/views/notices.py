"""What the bell rings for."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for

from welcome.accounts.access import Policy, access, current_member
from welcome.accounts.views.blueprint import Page, bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.post import pausing
from welcome.post.jobs import compose
from welcome.post.letters import Unwanted
from welcome.post.message import subject_of
from welcome.post.models import Notice
from welcome.post.service import latest_notices, mark_read


@bp.route("/notices", methods=["GET", "POST"])
@access(Policy.MEMBER)
def notices() -> Page:
    """Show what the bell rings for; the button marks everything as read."""
    if request.method == "POST":
        with writing() as transaction:
            mark_read(transaction, current_member().id, now=now())
        return redirect(url_for("accounts.notices"), 303)
    latest = latest_notices(db.session(), current_member().id)
    lines = [line for line in map(_line, latest) if line]
    member = current_member()
    is_paused = pausing.paused_address(db.session(), member.id, member.mail_address) is not None
    return render_template("accounts/notices.html", notices=lines, address_is_paused=is_paused)


def _line(notice: Notice) -> dict[str, Any] | None:
    """Say what a notice tells now, or nothing when it is not true any more."""
    try:
        context = compose(notice, current_app.extensions["letters"])
    except LookupError:  # what an old notice spoke of is forgotten after a while
        return None
    if isinstance(context, Unwanted):
        return None
    words = {"reader": current_member(), **context}
    text = subject_of(notice, words)
    return {"text": text, "link": context.get("link"), "at": notice.created_at, "is_new": notice.read_at is None}
